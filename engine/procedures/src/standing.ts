import { observe, observeAgain, type Scope } from "@orrery/collect";
import type { Clock } from "@orrery/contract";
import { type ClusterState, type GuestState, valueIn } from "@orrery/state";
import type { Port } from "@orrery/workflow";
import { rowsIn, textIn } from "./answers.ts";
import { Halted } from "./task.ts";

/** What a procedure needs to know before it moves anything. */
const scope: Scope = {
  cluster: ["storages", "replicationJobs", "haResources", "haRules", "haGroups", "mappings", "tasks"],
  nodes: [],
  guestFiles: true,
  guestFirewalls: "none",
};

/** Looks at the cluster; a second time only at what may have changed. */
export const lookAt = async (pve: Port, clock: Clock, before?: ClusterState): Promise<ClusterState> =>
  (before === undefined
    ? await observe(pve, clock, { scope })
    : await observeAgain(before, pve, clock, { scope, sweep: 0 })
  ).state;

export const guestsOf = (state: ClusterState): readonly GuestState[] => Object.values(valueIn(state.guests) ?? {});

export const nameOf = ({ vmid, presence }: GuestState): string => {
  const name = valueIn(presence)?.name;
  return name === undefined ? `${vmid}` : `${name} (${vmid})`;
};

export const isRunning = (guest: GuestState): boolean => valueIn(guest.presence)?.status === "running";

/** Who is in the cluster, and whether it may be written to: looked at before each thing that is done. */
export type Footing = { readonly quorate: boolean; readonly online: ReadonlySet<string> };

export const footingOf = async (pve: Port): Promise<Footing> => {
  const rows = rowsIn((await pve.request("GET", "/cluster/status")).data);
  const cluster = rows.find(({ type }) => type === "cluster");
  return {
    // A node that stands alone has nobody to agree with.
    quorate: cluster === undefined || cluster.quorate === 1,
    online: new Set(rows.flatMap(({ type, online, name }) => (type === "node" && online === 1 ? [textIn(name)] : []))),
  };
};

/** Throws where the cluster has no quorum: then nothing is done. */
export const needQuorum = async (pve: Port, what: string): Promise<Footing> => {
  const footing = await footingOf(pve);
  if (footing.quorate) return footing;
  throw new Halted(`Cannot ${what}: the cluster has no quorum. Bring nodes back first.`);
};
