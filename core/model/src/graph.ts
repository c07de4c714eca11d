import type { Node, Traffic } from "./cluster.ts";
import type { Component } from "./component.ts";
import { componentName } from "./component.ts";
import type { Inventory } from "./inventory.ts";
import type { NodeName, SwitchName, VlanId } from "./names.ts";
import type { BitsPerSecond } from "./quantity.ts";
import { type AsWritten, isAsWritten, isUnknown, type Unknown } from "./unknown.ts";

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

/** Switches, firewalls and uplinks, joined by the links between them that are up; nodes hang on it and forward nothing. */
class Fabric {
  readonly #parent = new Map<string, string>();
  readonly #ends = new Map<NodeName, readonly string[]>();

  /** The name of the part that a vertex is in. */
  part(vertex: string): string {
    let at = vertex;
    for (let up = this.#parent.get(at); up !== undefined; up = this.#parent.get(at)) at = up;
    return at;
  }

  join(a: string, b: string): void {
    const [x, y] = [this.part(a), this.part(b)];
    if (x !== y) this.#parent.set(x, y);
  }

  attach(node: NodeName, vertices: readonly string[]): void {
    this.#ends.set(node, vertices);
  }

  /** The parts that a node has a cable to. */
  partsOf(node: NodeName): ReadonlySet<string> {
    return new Set((this.#ends.get(node) ?? []).map((vertex) => this.part(vertex)));
  }

  reaches(node: NodeName, vertex: string): boolean {
    return this.partsOf(node).has(this.part(vertex));
  }
}

/** `nics` decides which NICs of a node count: those that carry the traffic, or those under a bridge that lets the VLAN pass. */
const fabricOf = (
  inventory: Inventory,
  failed: Failed,
  nics: (node: Node) => Iterable<string>,
  vlan?: VlanId,
): Fabric => {
  const { lab, nodes } = inventory;
  const fabric = new Fabric();
  const up = (ref: SwitchName | AsWritten): ref is SwitchName => !isAsWritten(ref) && !failed.has(`switch ${ref}`);
  const passes = (vlans: readonly VlanId[] | Unknown): boolean =>
    vlan === undefined || isUnknown(vlans) || vlans.includes(vlan);
  for (const [name, lag] of Object.entries(lab.network.lags)) {
    const [a, b] = lag.between;
    if (passes(lag.vlans) && up(a) && up(b) && !failed.has(`lag ${name}`)) fabric.join(`switch ${a}`, `switch ${b}`);
  }
  for (const [name, firewall] of Object.entries(lab.network.firewalls)) {
    if (passes(firewall.routes) && up(firewall.switch) && !failed.has(`firewall ${name}`)) {
      fabric.join(`firewall ${name}`, `switch ${firewall.switch}`);
    }
  }
  for (const [name, uplink] of Object.entries(lab.network.uplinks)) {
    if (!failed.has(`uplink ${name}`) && !failed.has(`firewall ${uplink.via}`))
      fabric.join(`uplink ${name}`, `firewall ${uplink.via}`);
  }
  for (const [name, node] of nodes) {
    if (failed.has(`node ${name}`)) continue;
    const ends = [...nics(node)].flatMap((nic) => {
      const end = node.nics[nic]?.switch;
      if (end === undefined || failed.has(`cable ${name}/${nic}`)) return [];
      // Where nobody says what cables end at, they are taken to meet at one switch that does not fail.
      if (isUnknown(end)) return ["switch of unknown name"];
      return up(end) ? [`switch ${end}`] : [];
    });
    fabric.attach(name, ends);
  }
  return fabric;
};

const standing = (inventory: Inventory, failed: Failed): NodeName[] =>
  [...inventory.nodes.keys()].filter((name) => !failed.has(`node ${name}`));

const trafficFabric = (inventory: Inventory, traffic: Traffic, failed: Failed): Fabric =>
  fabricOf(inventory, failed, (node) => carriersOf(node, traffic));

/**
 * The nodes that still stand, in groups that reach one another by a kind of traffic; the largest group first. A node on
 * two parts of a split network counts with the larger one; a node on none stands alone.
 */
export const partitions = (
  inventory: Inventory,
  traffic: Traffic,
  failed: Failed,
): readonly (readonly NodeName[])[] => {
  const fabric = trafficFabric(inventory, traffic, failed);
  const byPart = new Map<string, NodeName[]>();
  for (const node of standing(inventory, failed)) {
    const parts = fabric.partsOf(node);
    for (const part of parts.size > 0 ? parts : [`node ${node}`]) {
      const group = byPart.get(part);
      if (group === undefined) byPart.set(part, [node]);
      else group.push(node);
    }
  }
  const taken = new Set<NodeName>();
  const groups: NodeName[][] = [];
  for (const group of [...byPart.values()].sort((a, b) => b.length - a.length)) {
    const rest = group.filter((node) => !taken.has(node));
    for (const node of rest) taken.add(node);
    if (rest.length > 0) groups.push(rest);
  }
  return groups;
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
  const fabric = trafficFabric(inventory, "cluster", failed);
  const deviceAt =
    device === undefined || isAsWritten(device.switch) || failed.has(`switch ${device.switch}`)
      ? undefined
      : `switch ${device.switch}`;
  let best: { votes: number; group: readonly NodeName[] } = { votes: 0, group: [] };
  for (const group of partitions(inventory, "cluster", failed)) {
    const own = group.reduce((sum, name) => sum + (inventory.nodes.get(name)?.votes ?? 0), 0);
    const seen = deviceAt !== undefined && group.some((name) => fabric.reaches(name, deviceAt));
    const votes = own + (seen ? (device?.votes ?? 0) : 0);
    if (votes > best.votes) best = { votes, group };
  }
  return { survives: best.votes >= needed, ...best, needed, expected: cluster.expectedVotes };
};

/** Whether a node reaches something (`"switch sw1"`, `"uplink wan"`) by a kind of traffic. */
export const reaches = (inventory: Inventory, failed: Failed, traffic: Traffic, from: NodeName, to: string): boolean =>
  !failed.has(`node ${from}`) && trafficFabric(inventory, traffic, failed).reaches(from, to);

/** The nodes that still carry guests of a VLAN to one of some places (`"firewall fw"`), through their bridges that let it pass. */
export const vlanReaches = (
  inventory: Inventory,
  failed: Failed,
  vlan: VlanId,
  places: readonly string[],
): readonly NodeName[] => {
  const passing = (node: Node): readonly string[] =>
    Object.values(node.bridges).flatMap((bridge) =>
      isUnknown(bridge.vlans) || bridge.vlans.includes(vlan) ? nicsOf(node, bridge.on) : [],
    );
  const fabric = fabricOf(inventory, failed, passing, vlan);
  const parts = new Set(places.map((place) => fabric.part(place)));
  return standing(inventory, failed).filter((node) => !parts.isDisjointFrom(fabric.partsOf(node)));
};

export type LinkSpeed = {
  /** Of one connection: one member of a bond. */
  readonly flow: BitsPerSecond;
  /** Of many connections at once: all members of an aggregating bond. */
  readonly total: BitsPerSecond;
};

const aggregates = new Set(["802.3ad", "balance-rr", "balance-xor", "balance-alb", "balance-tlb"]);

/** The speed of the first link that a node uses for a kind of traffic; undefined where none carries it or its speed is unknown. */
export const linkSpeed = (node: Node, traffic: Traffic): LinkSpeed | undefined => {
  const [link] = node.carries[traffic] ?? [];
  if (link === undefined) return undefined;
  const stated = nicsOf(node, link).map((nic) => node.nics[nic]?.speed ?? 0);
  const speeds = stated.flatMap((speed) => (isUnknown(speed) ? [] : speed));
  if (speeds.length === 0 || speeds.length < stated.length) return undefined;
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
