import type { Call, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { needQuorum } from "../quorum.ts";

const remove = (call: Call): unknown => {
  needQuorum(call.world, call.node);
  const name = call.need("node");
  const { corosync, partitions } = call.world.cluster;
  if (corosync?.members[name] === undefined) return fail(`Node/IP: ${name} is not a known host of the cluster.`);
  if (name === call.node) fail("Cannot delete myself from cluster!");
  delete corosync.members[name];
  corosync.version += 1;
  call.world.cluster.partitions = [...partitions.map((group) => group.filter((one) => one !== name)), [name]]
    .filter((group) => group.length > 0)
    .toSorted(([one = ""], [other = ""]) => (one < other ? -1 : 1));
  return null;
};

export const clusterMembership: Handlers = {
  "DELETE /cluster/config/nodes/{node}": remove,
};
