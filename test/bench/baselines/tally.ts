import type { Host, Item, Problem } from "@orrery/placement";

/** One guest's way. */
export interface Way {
  readonly item: string;
  readonly from: string;
  readonly to: string;
}

/** Loads of hosts while a baseline moves guests about; by name, as those programs keep them. */
export class Tally {
  readonly hosts: readonly Host[];
  readonly items: readonly Item[];
  readonly where: Map<string, string>;
  readonly #cpu = new Map<string, number>();
  readonly #memory = new Map<string, number>();
  readonly #use: (item: Item) => { cpu: number; memory: number };

  /** `used`: as measured, with what hosts use themselves; `assigned`: as configured. */
  constructor(problem: Problem, mode: "used" | "assigned") {
    this.hosts = problem.hosts;
    this.items = problem.items;
    this.where = new Map(problem.items.map((item) => [item.name, item.host ?? ""]));
    this.#use = (item) =>
      mode === "used"
        ? { cpu: item.used?.cpu ?? item.vcpus, memory: item.used?.memoryBytes ?? item.memoryBytes }
        : { cpu: item.vcpus, memory: item.memoryBytes };
    for (const { name, own } of problem.hosts) {
      this.#cpu.set(name, mode === "used" ? (own?.cpu ?? 0) : 0);
      this.#memory.set(name, mode === "used" ? (own?.memoryBytes ?? 0) : 0);
    }
    for (const item of problem.items) this.#add(item, item.host ?? "", 1);
  }

  use(item: Item): { cpu: number; memory: number } {
    return this.#use(item);
  }

  cpu(host: Host): number {
    return this.#cpu.get(host.name) ?? 0;
  }

  memory(host: Host): number {
    return this.#memory.get(host.name) ?? 0;
  }

  move(item: Item, to: string): Way {
    const from = this.where.get(item.name) ?? "";
    this.#add(item, from, -1);
    this.#add(item, to, 1);
    this.where.set(item.name, to);
    return { item: item.name, from, to };
  }

  #add(item: Item, host: string, sign: 1 | -1): void {
    const { cpu, memory } = this.#use(item);
    this.#cpu.set(host, Math.max(0, (this.#cpu.get(host) ?? 0) + sign * cpu));
    this.#memory.set(host, Math.max(0, (this.#memory.get(host) ?? 0) + sign * memory));
  }
}

export const threadsOf = (host: Host): number => host.cores ?? 1;

export const memoryOf = (host: Host): number => host.memoryTotalBytes ?? host.memoryBytes;

/** The coefficient of variation of the hosts' loads over the root of one less than their number. */
export const imbalanceOf = (loads: readonly number[]): number => {
  const sum = loads.reduce((total, load) => total + load, 0);
  if (loads.length < 2 || sum === 0) return 0;
  const mean = sum / loads.length;
  const variance = loads.reduce((total, load) => total + (load - mean) ** 2, 0) / loads.length;
  return Math.sqrt(variance) / mean / Math.sqrt(loads.length - 1);
};
