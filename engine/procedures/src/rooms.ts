import type { Item, Problem } from "@orrery/placement";
import { Halted } from "./task.ts";

/** A guest as placement sees it: as rules have it, and past them where no node with room is left by those. */
export type Homes = { readonly byRules: Item; readonly past: Item };

type Room = {
  readonly node: string;
  memory: number;
  readonly storages: Map<string, number>;
  /** Bytes that are to be written there, by all that were given a place. */
  queued: number;
  busy: number;
  readonly waiting: (() => void)[];
};

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(0)} GiB`;

/** Nodes that take guests in: who goes where, and so many at once on each. */
export class Rooms {
  readonly #rooms: readonly Room[];
  readonly #atOnce: number;

  constructor(problem: Problem, atOnce: number) {
    this.#atOnce = atOnce;
    this.#rooms = problem.hosts
      .filter(({ standing }) => standing === undefined)
      .map(({ name, memoryBytes, storages }) => {
        const here = problem.items.filter(({ host }) => host === name);
        const left = new Map(Object.entries(storages ?? {}));
        for (const { storage, bytes } of here.flatMap(({ disks }) => disks ?? []))
          left.set(storage, (left.get(storage) ?? 0) - bytes);
        const memory = memoryBytes - here.reduce((sum, item) => sum + item.memoryBytes, 0);
        return { node: name, memory, storages: left, queued: 0, busy: 0, waiting: [] };
      })
      .sort((a, b) => (a.node < b.node ? -1 : 1));
  }

  /**
   * The node for a guest: of those with room for it, which has the least to write so far, the first by name of equals.
   * Throws where none has room.
   */
  assign({ byRules, past: item }: Homes, bytes: number, nodes?: readonly string[]): string {
    const among = ({ allowed }: Item): Room[] =>
      this.#rooms.filter(({ node }) => (nodes?.includes(node) ?? true) && (allowed?.includes(node) ?? true));
    const best = (some: readonly Room[]): Room | undefined =>
      some.filter((one) => this.#fits(one, item)).sort((a, b) => a.queued - b.queued)[0];
    const may = among(item);
    const room = best(among(byRules)) ?? best(may);
    if (room === undefined)
      throw new Halted(
        may.length === 0
          ? `${item.name} finds no room: no node that is online may have it.`
          : `${item.name} finds no room: it needs ${gib(item.memoryBytes)} of memory, and the most that is free on ${may
              .map(({ node }) => node)
              .join(", ")} is ${gib(Math.max(0, ...may.map(({ memory }) => memory)))}.`,
      );
    room.queued += bytes;
    room.memory -= item.memoryBytes;
    for (const { storage, bytes: size } of item.disks ?? [])
      room.storages.set(storage, (room.storages.get(storage) ?? 0) - size);
    return room.node;
  }

  /** Waits for a turn on a node, first come, first served; what it answers gives the turn back. */
  async turn(node: string): Promise<() => void> {
    const room = this.#rooms.find((one) => one.node === node);
    if (room === undefined) return () => {};
    if (room.busy < this.#atOnce) room.busy += 1;
    else await new Promise<void>((go) => room.waiting.push(go));
    return () => {
      const next = room.waiting.shift();
      if (next === undefined) room.busy -= 1;
      else next();
    };
  }

  #fits({ memory, storages }: Room, { memoryBytes, disks = [] }: Item): boolean {
    return memory >= memoryBytes && disks.every(({ storage, bytes }) => (storages.get(storage) ?? 0) >= bytes);
  }
}
