import type { Clock } from "@orrery/contract";
import type { ClusterState } from "@orrery/state";
import { readGuestState } from "./guest-reading.ts";
import { type Port, Reader, type ReaderOptions } from "./reader.ts";
import { offNodes, readBeginning, readGuests, readNodes, readParts, stateOf } from "./reading.ts";
import { everything, type Scope } from "./scope.ts";

export type ObserveOptions = ReaderOptions & {
  /** What is to be read; everything unless told. */
  readonly scope?: Scope;
};

/** A cluster state, and how many requests it took. */
export type Observation = { readonly state: ClusterState; readonly requests: number };

/**
 * Reads a cluster. A part that cannot be read is unreachable, with its reason, and the rest is read all the same.
 * Rejects with a `PveError` where nothing answers at all, nobody may log in, or `signal` aborts.
 */
export const observe = async (pve: Port, clock: Clock, options: ObserveOptions = {}): Promise<Observation> => {
  const { scope = everything } = options;
  const reader = new Reader(pve, clock, options);
  const at = clock.now();
  const beginning = await readBeginning(reader);
  const [parts, nodes] = await Promise.all([
    readParts(reader, (part) => scope.cluster.includes(part)),
    readNodes(reader, beginning, () => (part) => scope.nodes.includes(part)),
  ]);
  const context = { scope, off: offNodes(nodes), firewall: parts.firewall };
  const guests = await readGuests(beginning, (guest) => readGuestState(reader, guest, context));
  return { state: stateOf({ at, contract: pve.version }, beginning, { parts, nodes, guests }), requests: reader.asked };
};
