import { valueIn, whyUnknown } from "@orrery/state";
import { dict, isQuorate, type Member, startCorosync } from "@orrery/twin-world";
import { assumed, defaults } from "../defaults.ts";
import type { Seeing } from "./seeing.ts";

/** The switch that all nodes are on: the API tells of no cables. */
export const oneSwitch = "switch:lan";

/** Cables, votes and who hears whom. */
export const seeMembership = ({ world, state, ledger }: Seeing): void => {
  const names = Object.keys(world.nodes);
  for (const name of names) {
    const bitsPerSecond = assumed(ledger, "speed of a node's link", defaults.linkBitsPerSecond, name);
    const id = `${name}/lan`;
    world.network.links[id] = { id, ends: [`node:${name}`, oneSwitch], bitsPerSecond, members: 1, health: 1 };
  }
  ledger.assume("switches and cables", "one switch with a link to each node", "the API tells of none", "network");
  const up = names.filter((name) => world.nodes[name]?.state.kind === "online");
  world.cluster.partitions = up.length === 0 ? [] : [up.toSorted()];
  const membership = valueIn(state.membership);
  const cluster = membership?.cluster;
  if (membership === undefined)
    ledger.assume("membership of the cluster", "none", whyUnknown(state.membership) ?? "", "cluster");
  if (cluster === undefined) return;
  const votes = valueIn(state.votes);
  if (votes === undefined) ledger.assume("votes", "one for each node", whyUnknown(state.votes) ?? "", cluster.name);
  const members = dict<Member>();
  const rows =
    votes ??
    membership?.members.map(({ name, nodeid, address }) => ({ name, nodeid, votes: 1, links: [address ?? ""] })) ??
    [];
  for (const { name, nodeid, votes: count, links } of rows) {
    members[name] = { name, nodeid, votes: count, links: [...links] };
  }
  world.cluster.corosync = { name: cluster.name, version: cluster.version, members };
  // Where its services were read, they are as they were.
  startCorosync(
    world,
    Object.keys(members).filter((name) => valueIn(state.nodes[name]?.services) === undefined),
  );
  const [first] = up;
  if (cluster.quorate && first !== undefined && !isQuorate(world, first)) {
    ledger.assume("vote from outside", "one", "the nodes have quorum without enough votes of their own", cluster.name);
    world.cluster.corosync.qdevice = { votes: 1, alive: true };
  }
};
