import type { Entry } from "@orrery/state";
import { type ClusterState, type Observed, valueIn } from "@orrery/state";
import { sidOf } from "../protection/sid.ts";
import type { SeenGuest } from "./seen.ts";

const known = new WeakMap<Observed<readonly Entry[]>, ReadonlySet<string>>();

/** What HA is told to look after: of what it ignores, it is as if it knew nothing. */
const sidsIn = ({ haResources }: ClusterState): ReadonlySet<string> => {
  const before = known.get(haResources);
  if (before !== undefined) return before;
  const sids = (valueIn(haResources) ?? []).flatMap(({ id, options }) => (options.state === "ignored" ? [] : [id]));
  const now = new Set(sids);
  known.set(haResources, now);
  return now;
};

/** Whether HA looks after a guest: told to, or by its own word. */
export const isKeptByHa = (state: ClusterState, { type, vmid, ha }: SeenGuest): boolean =>
  sidsIn(state).has(sidOf(type, vmid)) || (ha !== undefined && ha !== "ignored");
