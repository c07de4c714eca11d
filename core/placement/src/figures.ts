import { Layout } from "./layout.ts";
import type { Scene } from "./scene.ts";
import { at } from "./table.ts";

/** How full one host is, in percent of what it has. `cpu` is absent where some host's cores are not known. */
export interface Fullness {
  readonly memory: number;
  readonly cpu?: number;
}

/** How evenly load lies on the hosts that take guests. */
export interface Figures {
  /** Percent points between the most and the least loaded. */
  readonly spread: Fullness;
  /** As Proxmox's HA manager reckons it, 0 to 1: the coefficient of variation of the hosts' loads, each the mean of its CPU and memory, over the root of one less than their number. */
  readonly imbalance: number;
  readonly hosts: readonly ({ readonly host: string } & Fullness)[];
}

export const figuresOf = (scene: Scene, on: Int32Array): Figures => {
  const layout = new Layout(scene, on);
  const names = scene.table.hosts.map((host) => host.name);
  const hosts = names.flatMap((host, h) => (at(scene.open, h) === 1 ? [{ host, ...fullness(layout, h) }] : []));
  const loads = hosts.map(({ memory, cpu }) => (cpu === undefined ? memory : (memory + cpu) / 2));
  const [memory = 0, cpu] = scene.measures.map((_, measure) => layout.spread(measure));
  return { spread: cpu === undefined ? { memory } : { memory, cpu }, imbalance: imbalanceOf(loads), hosts };
};

const fullness = (layout: Layout, host: number): Fullness => {
  const depth = layout.scene.measures.length;
  const memory = at(layout.percent, host * depth);
  return depth === 1 ? { memory } : { memory, cpu: at(layout.percent, host * depth + 1) };
};

/** Mirrors the imbalance of proxmox-resource-scheduling. */
const imbalanceOf = (loads: readonly number[]): number => {
  const sum = loads.reduce((total, load) => total + load, 0);
  if (loads.length < 2 || sum === 0) return 0;
  const mean = sum / loads.length;
  const variance = loads.reduce((total, load) => total + (load - mean) ** 2, 0) / loads.length;
  return Math.sqrt(variance) / mean / Math.sqrt(loads.length - 1);
};
