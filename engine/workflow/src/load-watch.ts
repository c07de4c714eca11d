import { isRunning, memoryOf, nodesFigures, type World } from "@orrery/twin-world";
import type { NodePeaks, Peak } from "./rehearsal.ts";

type Peaks = { cpu: Peak; memory: Peak; given: Peak };
const none: Peak = { share: 0, at: 0 };

/** Loads move by minutes; where guests are is looked at each time one has moved. */
const everyMs = 300_000;

const higher = (peak: Peak, share: number, at: number): Peak =>
  share > peak.share ? { share: Math.round(share * 1000) / 1000, at } : peak;

/** The highest load of each node. */
export class LoadWatch {
  readonly #world: World;
  readonly #peaks = new Map<string, Peaks>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(world: World) {
    this.#world = world;
    this.look(true);
  }

  look(moved: boolean): void {
    const world = this.#world;
    if (!moved && world.now - this.#lookedAt < everyMs) return;
    this.#lookedAt = world.now;
    const given = new Map<string, number>();
    for (const vmid in world.guests) {
      const guest = world.guests[vmid];
      if (guest !== undefined && isRunning(guest))
        given.set(guest.node, (given.get(guest.node) ?? 0) + memoryOf(guest));
    }
    for (const [name, { cpu, memUsed, memTotal }] of nodesFigures(world, world.now)) {
      if (world.nodes[name]?.state.kind !== "online") continue;
      const before = this.#peaks.get(name) ?? { cpu: none, memory: none, given: none };
      this.#peaks.set(name, {
        cpu: higher(before.cpu, cpu, world.now),
        memory: higher(before.memory, memUsed / memTotal, world.now),
        given: higher(before.given, (given.get(name) ?? 0) / memTotal, world.now),
      });
    }
  }

  peaks(): NodePeaks[] {
    return [...this.#peaks].map(([node, peaks]) => ({ node, ...peaks }));
  }
}
