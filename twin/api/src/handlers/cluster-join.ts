import { dict, type Member, startCorosync } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { startWorker } from "../start.ts";

const linksOf = (call: Call, address: string): string[] => {
  const links = Object.keys(call.parameters)
    .filter((key) => /^link\d+$/.test(key))
    .toSorted()
    .flatMap((key) => /^(?:address=)?([^,]+)/.exec(call.text(key) ?? "")?.[1] ?? []);
  return links.length > 0 ? links : [address];
};

const create = (call: Call): unknown => {
  const { world } = call;
  if (world.cluster.corosync !== undefined) fail("cluster config '/etc/pve/corosync.conf' already exists");
  const node = world.nodes[call.node];
  const name = call.need("clustername");
  const member: Member = {
    name: call.node,
    nodeid: call.number("nodeid") ?? 1,
    votes: call.number("votes") ?? 1,
    links: linksOf(call, node?.address ?? ""),
  };
  world.cluster.corosync = { name, version: 1, members: dict([[call.node, member]]) };
  startCorosync(world, [call.node]);
  return startWorker(call, "clustercreate", name, [
    { do: "log", text: "Corosync Cluster Engine Authentication key generator." },
    { do: "log", text: "Gathering 2048 bits for key from /dev/urandom." },
    { do: "log", text: "Writing corosync key to /etc/corosync/authkey." },
    { do: "log", text: "Writing corosync config to /etc/pve/corosync.conf" },
    { do: "log", text: "Restart corosync and cluster filesystem" },
    { do: "wait", ms: 5000 },
  ]);
};

/** The node that was asked joins the cluster of another; it must hold no guests. */
const join = (call: Call): unknown => {
  const { world } = call;
  const host = call.need("hostname");
  const peer = Object.values(world.nodes).find((node) => node.address === host || node.name === host);
  const { corosync } = world.cluster;
  if (corosync?.members[call.node] !== undefined)
    return fail("detected the following error(s):\n* authentication key '/etc/corosync/authkey' already exists");
  if (Object.values(world.guests).some((guest) => guest.node === call.node))
    return fail("detected the following error(s):\n* this host already contains virtual guests");
  if (peer === undefined || corosync === undefined)
    return startWorker(call, "clusterjoin", "", [{ do: "fail", message: `unable to connect to '${host}'` }]);
  const taken = Object.values(corosync.members).map((member) => member.nodeid);
  const node = world.nodes[call.node];
  corosync.members[call.node] = {
    name: call.node,
    nodeid: call.number("nodeid") ?? Math.max(...taken) + 1,
    votes: call.number("votes") ?? 1,
    links: linksOf(call, node?.address ?? ""),
  };
  corosync.version += 1;
  startCorosync(world, [call.node]);
  world.cluster.partitions = [Object.keys(corosync.members).toSorted()];
  return startWorker(call, "clusterjoin", "", [
    { do: "log", text: `Establishing API connection with host '${host}'` },
    { do: "log", text: "Login succeeded." },
    { do: "wait", ms: 4000 },
    { do: "log", text: "Request addition of this node" },
    { do: "log", text: "Join request OK, finishing setup locally" },
    { do: "wait", ms: 6000 },
  ]);
};

export const clusterJoin: Handlers = {
  "POST /cluster/config": create,
  "POST /cluster/config/join": join,
};
