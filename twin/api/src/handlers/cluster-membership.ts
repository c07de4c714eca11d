import type { Step } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail, notModelled } from "../problem.ts";
import { needQuorum } from "../quorum.ts";
import { startWorker } from "../start.ts";

/** Addresses given as `link0`, `link1` …, in order, without their options. */
const linksOf = (call: Call): string[] =>
  Array.from({ length: 8 }, (_, index) => call.text(`link${index}`))
    .filter((text) => text !== undefined)
    .map((text) => text.split(",")[0]?.replace(/^address=/, "") ?? "");

const member = (call: Call) => ({
  node: call.node,
  links: linksOf(call),
  votes: call.number("votes") ?? 1,
  nodeid: call.number("nodeid") ?? 0,
});

const create = (call: Call): unknown => {
  if (call.world.cluster.corosync?.members[call.node] !== undefined) fail("cluster config '/etc/pve/corosync.conf' already exists");
  const name = call.need("clustername");
  const steps: Step[] = [
    { do: "log", text: "Corosync Cluster Engine Authentication key generator." },
    { do: "log", text: "Gathering 2048 bits for key from /dev/urandom." },
    { do: "log", text: "Writing corosync key to /etc/corosync/authkey." },
    { do: "log", text: "Writing corosync config to /etc/pve/corosync.conf" },
    { do: "log", text: "Restart corosync and cluster filesystem" },
    { do: "act", act: { kind: "cluster.create", name, ...member(call) } },
    { do: "wait", ms: 1500 },
  ];
  return startWorker(call, "clustercreate", name, steps);
};

const join = (call: Call): unknown => {
  const host = call.need("hostname");
  const steps: Step[] = [
    { do: "act", act: { kind: "cluster.check-join", node: call.node, host, fingerprint: call.need("fingerprint") } },
    { do: "log", text: `Establishing API connection with host '${host}'` },
    { do: "log", text: "Login succeeded." },
    { do: "log", text: "check cluster join API version" },
    { do: "log", text: "Request addition of this node" },
    { do: "log", text: "Join request OK, finishing setup locally" },
    { do: "log", text: "stopping pve-cluster service" },
    { do: "act", act: { kind: "cluster.join", host, ...member(call) } },
    { do: "wait", ms: 3000 },
    { do: "log", text: "waiting for quorum...OK" },
    { do: "log", text: `successfully added node '${call.node}' to cluster.` },
  ];
  return startWorker(call, "clusterjoin", "", steps);
};

const remove = (call: Call): unknown => {
  needQuorum(call.world, call.node);
  const name = call.need("node");
  const { corosync, partitions } = call.world.cluster;
  if (corosync?.members[name] === undefined) return fail(`Node/IP: ${name} is not a known host of the cluster.`);
  if (name === call.node) fail("Cannot delete myself from cluster!");
  delete corosync.members[name];
  corosync.version += 1;
  call.world.cluster.partitions = [...partitions.map((group) => group.filter((one) => one !== name)), [name]].filter((group) => group.length > 0).toSorted();
  return null;
};

export const clusterMembership: Handlers = {
  "POST /cluster/config": create,
  "POST /cluster/config/join": join,
  "POST /cluster/config/nodes/{node}": () => notModelled("the half of a join that the joining node asks for: POST /cluster/config/nodes/{node}"),
  "DELETE /cluster/config/nodes/{node}": remove,
};
