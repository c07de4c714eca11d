import type { Node, Traffic } from "./cluster.ts";
import type { Component } from "./component.ts";
import { componentName } from "./component.ts";
import type { Inventory } from "./inventory.ts";
import type { NodeName, VlanId } from "./names.ts";
import type { BitsPerSecond } from "./quantity.ts";
import { isAsWritten, isUnknown } from "./unknown.ts";

/** What is down. */
export type Failed = ReadonlySet<string>;
export const failedSet = (components: Iterable<Component>): Failed => new Set([...components].map(componentName));
export const nothingFailed: Failed = new Set();

/** The NICs behind a NIC's or a bond's name. */
export const nicsOf = (node: Node, link: string): readonly string[] =>
  node.bonds[link]?.members ?? (node.nics[link] ? [link] : []);

/** The NICs that carry a kind of traffic on a node, those of every link that stands in for another included. */
export const carriersOf = (node: Node, traffic: Traffic): readonly string[] =>
  (node.carries[traffic] ?? []).flatMap((link) => nicsOf(node, link));

/**
 * Who can reach whom: vertices are nodes, switches, firewalls and uplinks; edges are cables and LAGs that are up.
 *
 * `nics` decides which NICs of a node count: those that carry the traffic, or those under a bridge that carries the VLAN.
 */
class Reach {
  readonly #parent = new Map<string, string>();

  find(vertex: string): string {
    let at = vertex;
    for (let up = this.#parent.get(at); up !== undefined; up = this.#parent.get(at)) at = up;
    return at;
  }

  join(a: string, b: string): void {
    const [x, y] = [this.find(a), this.find(b)];
    if (x !== y) this.#parent.set(x, y);
  }

  together(a: string, b: string): boolean {
    return this.find(a) === this.find(b);
  }
}

const connect = (
  inventory: Inventory,
  failed: Failed,
  nics: (node: Node) => Iterable<string>,
  vlan?: VlanId,
): Reach => {
  const { lab, nodes } = inventory;
  const reach = new Reach();
  const switchUp = (ref: string | { readonly kind: "as-written" }): ref is string =>
    typeof ref === "string" && !failed.has(`switch ${ref}`);
  for (const [name, node] of nodes) {
    if (failed.has(`node ${name}`)) continue;
    for (const nic of nics(node)) {
      const end = node.nics[nic]?.switch;
      if (end !== undefined && switchUp(end) && !failed.has(`cable ${name}/${nic}`))
        reach.join(`node ${name}`, `switch ${end}`);
    }
  }
  for (const [name, lag] of Object.entries(lab.network.lags)) {
    const [a, b] = lag.between;
    const passes = vlan === undefined || isUnknown(lag.vlans) || lag.vlans.includes(vlan);
    if (passes && switchUp(a) && switchUp(b) && !failed.has(`lag ${name}`)) reach.join(`switch ${a}`, `switch ${b}`);
  }
  for (const [name, firewall] of Object.entries(lab.network.firewalls)) {
    const passes = vlan === undefined || isUnknown(firewall.routes) || firewall.routes.includes(vlan);
    if (passes && switchUp(firewall.switch) && !failed.has(`firewall ${name}`))
      reach.join(`firewall ${name}`, `switch ${firewall.switch}`);
  }
  for (const [name, uplink] of Object.entries(lab.network.uplinks)) {
    if (!failed.has(`uplink ${name}`) && !failed.has(`firewall ${uplink.via}`))
      reach.join(`uplink ${name}`, `firewall ${uplink.via}`);
  }
  return reach;
};

const standing = (inventory: Inventory, failed: Failed): NodeName[] =>
  [...inventory.nodes.keys()].filter((name) => !failed.has(`node ${name}`));

/** The nodes that still stand, in groups that reach one another by a kind of traffic; the largest group first. */
export const partitions = (
  inventory: Inventory,
  traffic: Traffic,
  failed: Failed,
): readonly (readonly NodeName[])[] => {
  const reach = connect(inventory, failed, (node) => carriersOf(node, traffic));
  const groups = new Map<string, NodeName[]>();
  for (const node of standing(inventory, failed)) {
    const root = reach.find(`node ${node}`);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [node]);
    else group.push(node);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
};

export type Quorum = {
  readonly survives: boolean;
  readonly votes: number;
  readonly needed: number;
  readonly expected: number;
  readonly group: readonly NodeName[];
};

/** The best group's votes after a failure, a reachable QDevice's included, against more than half of those expected. */
export const quorumAfter = (inventory: Inventory, failed: Failed): Quorum => {
  const { cluster } = inventory.lab;
  const needed = Math.floor(cluster.expectedVotes / 2) + 1;
  const device = cluster.qdevice;
  const reach = connect(inventory, failed, (node) => carriersOf(node, "cluster"));
  let best: { votes: number; group: readonly NodeName[] } = { votes: 0, group: [] };
  for (const group of partitions(inventory, "cluster", failed)) {
    const own = group.reduce((sum, name) => sum + (inventory.nodes.get(name)?.votes ?? 0), 0);
    const [first] = group;
    const deviceVotes =
      device !== undefined &&
      first !== undefined &&
      !isAsWritten(device.switch) &&
      !failed.has(`switch ${device.switch}`) &&
      reach.together(`node ${first}`, `switch ${device.switch}`)
        ? device.votes
        : 0;
    if (own + deviceVotes > best.votes) best = { votes: own + deviceVotes, group };
  }
  return {
    survives: best.votes >= needed,
    votes: best.votes,
    needed,
    expected: cluster.expectedVotes,
    group: best.group,
  };
};

/** Whether a node reaches something (`"switch sw1"`, `"node node02"`, `"uplink wan"`) by a kind of traffic. */
export const reaches = (inventory: Inventory, failed: Failed, traffic: Traffic, from: NodeName, to: string): boolean =>
  connect(inventory, failed, (node) => carriersOf(node, traffic)).together(`node ${from}`, to);

/** The nodes that still carry guests of a VLAN to a place (`"firewall fw"`), through their bridges that let it pass. */
export const vlanReaches = (inventory: Inventory, failed: Failed, vlan: VlanId, to: string): readonly NodeName[] => {
  const reach = connect(
    inventory,
    failed,
    (node) =>
      Object.values(node.bridges).flatMap((bridge) =>
        isUnknown(bridge.vlans) || bridge.vlans.includes(vlan) ? nicsOf(node, bridge.on) : [],
      ),
    vlan,
  );
  return standing(inventory, failed).filter((node) => reach.together(`node ${node}`, to));
};

export type LinkSpeed = {
  /** Of one connection: one member of a bond. */
  readonly flow: BitsPerSecond;
  /** Of many connections at once: all members of an aggregating bond. */
  readonly total: BitsPerSecond;
};

const aggregates = new Set(["802.3ad", "balance-rr", "balance-xor", "balance-alb", "balance-tlb"]);

/** The speed of the first link that a node uses for a kind of traffic; undefined where none carries it. */
export const linkSpeed = (node: Node, traffic: Traffic): LinkSpeed | undefined => {
  const [link] = node.carries[traffic] ?? [];
  if (link === undefined) return undefined;
  const speeds = nicsOf(node, link).map((nic) => node.nics[nic]?.speed ?? 0);
  if (speeds.length === 0) return undefined;
  const flow = Math.max(...speeds);
  const bond = node.bonds[link];
  return { flow, total: bond !== undefined && aggregates.has(bond.mode) ? speeds.reduce((a, b) => a + b, 0) : flow };
};

/** The speed between two nodes for a kind of traffic: the slower of their two ends. */
export const speedBetween = (
  inventory: Inventory,
  traffic: Traffic,
  from: NodeName,
  to: NodeName,
): LinkSpeed | undefined => {
  const [a, b] = [from, to].map((name) => {
    const node = inventory.nodes.get(name);
    return node === undefined ? undefined : linkSpeed(node, traffic);
  });
  if (a === undefined || b === undefined) return undefined;
  return { flow: Math.min(a.flow, b.flow), total: Math.min(a.total, b.total) };
};
