import type { Clock } from "@orrery/contract";
import type { Membership, Observed } from "@orrery/state";
import { readMembership } from "./membership.ts";
import { type Port, Reader, type ReaderOptions } from "./reader.ts";

/** Who is in the cluster now, and whether it may change its own state: one request. */
export const observeMembership = (
  pve: Port,
  clock: Clock,
  options: ReaderOptions = {},
): Promise<Observed<Membership>> => {
  const reader = new Reader(pve, clock, options);
  return reader.part(() => readMembership(reader));
};
