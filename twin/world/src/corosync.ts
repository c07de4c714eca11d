import type { Corosync } from "./cluster.ts";
import { enqueue } from "./queue.ts";
import { hears, isUp } from "./reach.ts";
import type { World } from "./world.ts";

/** From a change of the network to a membership that all agree on: corosync's token and consensus timeouts. */
const settleMs = 4000;

/** On nodes that have a corosync.conf its service runs; before that systemd passes over it. */
export const startCorosync = (world: World, nodes: Iterable<string>): void => {
  for (const node of nodes) {
    const service = world.nodes[node]?.services.corosync;
    if (service !== undefined) service.active = true;
  }
};

/** Has corosync look at the network again, once its timeouts are over. */
export const disturbCorosync = (world: World): void => {
  enqueue(world, world.now + settleMs, { kind: "corosync" });
};

/** The groups of nodes that hear one another now. */
const partitionsNow = (world: World): string[][] => {
  const left = Object.keys(world.nodes)
    .filter((node) => isUp(world, node))
    .toSorted();
  const groups: string[][] = [];
  while (left.length > 0) {
    const first = left.shift() ?? "";
    const group = [first];
    for (let index = 0; index < group.length; index++) {
      const from = group[index] ?? "";
      for (const other of left.filter((node) => hears(world, from, node))) {
        group.push(other);
        left.splice(left.indexOf(other), 1);
      }
    }
    groups.push(group.toSorted());
  }
  return groups;
};

/** What the queue's wake of corosync does; answers the nodes that gained or lost quorum. */
export const settleCorosync = (world: World): string[] => {
  const before = new Map(Object.keys(world.nodes).map((node) => [node, isQuorate(world, node)]));
  world.cluster.partitions = partitionsNow(world);
  return [...before].filter(([node, quorate]) => isQuorate(world, node) !== quorate).map(([node]) => node);
};

const votesOf = (corosync: Corosync, group: string[], all: string[][]): number => {
  const votes = group.reduce((sum, node) => sum + (corosync.members[node]?.votes ?? 0), 0);
  if (!corosync.qdevice?.alive) return votes;
  // The vote from outside goes to the largest group, of equal ones to that with the first node.
  const best = all.toSorted(
    (one, other) => other.length - one.length || ((one[0] ?? "") < (other[0] ?? "") ? -1 : 1),
  )[0];
  return best === group ? votes + corosync.qdevice.votes : votes;
};

/** Votes that the node's group has, and that make a quorum. */
export const votesAt = (
  world: World,
  node: string,
): { votes: number; expected: number; quorum: number; group: string[] } => {
  const { corosync, partitions } = world.cluster;
  const group = partitions.find((members) => members.includes(node)) ?? [];
  if (!corosync) return { votes: group.length > 0 ? 1 : 0, expected: 1, quorum: 1, group };
  const all =
    Object.values(corosync.members).reduce((sum, { votes }) => sum + votes, 0) + (corosync.qdevice?.votes ?? 0);
  const votes = votesOf(corosync, group, partitions);
  const expected = corosync.expected === undefined ? all : Math.max(corosync.expected, votes);
  return { votes, expected, quorum: Math.floor(expected / 2) + 1, group };
};

/** Whether /etc/pve can be written on the node. */
export const isQuorate = (world: World, node: string): boolean => {
  const { votes, quorum } = votesAt(world, node);
  return votes >= quorum;
};

/** Nodes of the group that has quorum, sorted; empty when none has. */
export const quorateGroup = (world: World): string[] =>
  world.cluster.partitions.find((group) => group[0] !== undefined && isQuorate(world, group[0])) ?? [];

/**
 * `pvecm expected`, typed on a node that is up: fewer votes make a quorum from now on. No API does this, so nothing but a
 * person does it here either.
 */
export const expectVotes = (world: World, votes: number): void => {
  const { corosync } = world.cluster;
  if (corosync === undefined) return;
  corosync.expected = votes;
  // The group is another one to all that look whether it has changed.
  world.cluster.partitions = [...world.cluster.partitions];
  disturbCorosync(world);
};
