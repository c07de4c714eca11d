import { type AbsorbOptions, type Absorption, absorb } from "./absorb.ts";
import type { Budget, Host, Item, Problem } from "./problem.ts";
import type { Cast } from "./scene.ts";
import { at, type Table, tableOf } from "./table.ts";

/** What moves are asked for. The loss of a host is not among them: `absorb` answers that, and nothing there migrates. */
export type Purpose =
  | { readonly kind: "spread" }
  /** Everything leaves these hosts, but for what is declared to stop with them. */
  | { readonly kind: "drain"; readonly hosts: readonly string[] }
  /** These items, which have no host, get one. */
  | { readonly kind: "place"; readonly items: readonly string[] };

/** What a purpose makes of a problem. */
export interface Task {
  /** The problem, with the hosts that are to be drained standing so. */
  readonly problem: Problem;
  readonly table: Table;
  readonly cast: Cast;
  /** Hosts that are to be left empty. */
  readonly drained: ReadonlySet<string>;
  readonly stopped: readonly string[];
  /** Items that would have to move and may not. */
  readonly held: readonly { readonly item: string; readonly because: "settled" | "offline" }[];
}

/** Throws a RangeError for a host or item that is not there, and for an item to be placed that has a host. */
export const taskOf = (given: Problem, purpose: Purpose): Task => {
  const drained = new Set(purpose.kind === "drain" ? purpose.hosts : []);
  const placed = new Set(purpose.kind === "place" ? purpose.items : []);
  for (const name of drained)
    if (!given.hosts.some((host) => host.name === name))
      throw new RangeError(`The placement problem has no host named ${name}.`);
  const problem: Problem = {
    ...given,
    hosts: given.hosts.map((host) => (drained.has(host.name) ? { standing: "draining", ...host } : host)),
  };
  const table = tableOf(problem);
  const cast: Cast = {
    counts: new Uint8Array(table.items.length),
    mayMove: new Uint8Array(table.items.length),
    mustMove: new Uint8Array(table.items.length),
  };
  const stopped: string[] = [];
  const held: { item: string; because: "settled" | "offline" }[] = [];
  table.items.forEach((item, i) => {
    const host = table.hosts[at(table.home, i)];
    if (placed.delete(item.name)) {
      if (host !== undefined) throw new RangeError(`${item.name} is to be placed and is on ${host.name} already.`);
      cast.counts[i] = 1;
      cast.mustMove[i] = 1;
      return;
    }
    if (host === undefined) return;
    const leaves = drained.has(host.name);
    if (leaves && item.onDrain === "stop") {
      stopped.push(item.name);
      return;
    }
    cast.counts[i] = 1;
    if (leaves && item.settled === true) held.push({ item: item.name, because: "settled" });
    else if (leaves && host.standing === "offline") held.push({ item: item.name, because: "offline" });
    else if (leaves) cast.mustMove[i] = 1;
    else if (host.standing === undefined && item.settled !== true) cast.mayMove[i] = 1;
  });
  const [missing] = placed;
  if (missing !== undefined) throw new RangeError(`The placement problem has no item named ${missing}.`);
  return { problem, table, cast, drained, stopped, held };
};

/** A name that no host has: what has to move is taken to have stood there, and it to be lost. */
const nowhere = "\u0000";

/**
 * Whether all that has to move has somewhere to go, which is the loss of a host that held just these. Others move only
 * where it does not go without.
 */
export const housing = (
  { problem, table, cast, drained }: Task,
  budget: Budget,
  options: AbsorbOptions,
): Absorption => {
  const items: Item[] = table.items.flatMap((item, i) => {
    if (at(cast.counts, i) === 0) return [];
    if (at(cast.mustMove, i) === 1) return [{ ...item, host: nowhere, onLoss: "restart" }];
    return [at(cast.mayMove, i) === 1 ? item : { ...item, settled: true }];
  });
  const lost: Host = { name: nowhere, memoryBytes: 0, devices: {} };
  const hosts = problem.hosts.filter((host) => !drained.has(host.name));
  return absorb({ ...problem, hosts: [...hosts, lost], items }, nowhere, budget, options);
};
