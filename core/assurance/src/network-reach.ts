import {
  type Component,
  componentsOf,
  type Failed,
  failedSet,
  isUnknown,
  known,
  type NodeName,
  nothingFailed,
  type Path,
  partitions,
  type Quorum,
  quorumAfter,
  refText,
  vlanReaches,
} from "@orrery/model";
import type { Context } from "./rule.ts";

/** Where a component stands in the declaration. */
export const placeOf = (context: Context, component: Component): Path => {
  switch (component.kind) {
    case "node":
      return ["cluster", "nodes", component.node];
    case "switch":
      return ["network", "switches", component.switch];
    case "cable":
      return ["cluster", "nodes", component.node, "nics", component.nic];
    case "lag":
      return ["network", "lags", component.lag];
    case "disks":
      return ["cluster", "nodes", component.node, "disks", component.disk];
    case "firewall":
      return ["network", "firewalls", component.firewall];
    case "uplink":
      return ["network", "uplinks", component.uplink];
    case "guest": {
      const guest = context.inventory.guestOf(component.guest);
      return ["guests", "items", guest === undefined ? 0 : (context.inventory.indexOf.get(guest) ?? 0)];
    }
  }
};

/** What one failure takes from nodes that still stand. */
export type Reach = {
  readonly component: Component;
  readonly quorum: Quorum;
  /** Standing nodes outside the group that has quorum, or all where none has. */
  readonly isolated: readonly NodeName[];
  /** Standing nodes whose guests lose their router on some VLAN. */
  readonly guestsCutOff: readonly NodeName[];
  /** Standing nodes that lose their way to some storage by the network. */
  readonly storageCutOff: readonly { readonly storage: string; readonly nodes: readonly NodeName[] }[];
  /** Guests on nodes that lost their network. */
  readonly guests: number;
};

const vlansUsed = ({ lab, inventory }: Context): ReadonlyMap<number, ReadonlySet<NodeName>> => {
  const used = new Map<number, Set<NodeName>>();
  for (const guest of lab.guests.items) {
    const node = inventory.nodeOf(guest.node);
    if (node === undefined) continue;
    for (const nic of guest.nics) {
      const vlan = known(nic.vlan);
      if (vlan !== undefined) used.set(vlan, (used.get(vlan) ?? new Set()).add(node));
    }
  }
  return used;
};

/** The nodes whose guests reach a router on each of their VLANs. */
const routed = (context: Context, failed: Failed): ReadonlySet<string> => {
  const reached = new Set<string>();
  for (const [vlan, nodes] of context.once(vlansUsed)) {
    const routers = Object.entries(context.lab.network.firewalls).flatMap(([name, { routes }]) =>
      (isUnknown(routes) || routes.includes(vlan)) && !failed.has(`firewall ${name}`) ? [`firewall ${name}`] : [],
    );
    for (const node of vlanReaches(context.inventory, failed, vlan, routers)) {
      if (nodes.has(node)) reached.add(`${node}/${vlan}`);
    }
  }
  return reached;
};

/** The node that serves a shared storage, for those that a node or a guest serves. */
const serverOf = ({ inventory }: Pick<Context, "inventory">, name: string, depth = 0): NodeName | undefined => {
  const home = inventory.storages.get(name)?.home;
  if (home === undefined || depth > 8) return undefined;
  switch (home.on) {
    case "node":
      return inventory.nodeOf(home.node);
    case "storage":
      return serverOf({ inventory }, refText(home.storage), depth + 1);
    case "guest": {
      const guest = inventory.guestOf(home.guest);
      if (guest !== undefined) return inventory.nodeOf(guest.node);
      return home.node === undefined ? undefined : inventory.nodeOf(home.node);
    }
    case "each node":
    case "cloud":
    case "elsewhere":
      return undefined;
  }
};

const withoutService = (context: Context, failed: Failed): { storage: string; nodes: NodeName[] }[] => {
  const { inventory } = context;
  const groups = partitions(inventory, "storage", failed);
  return [...inventory.storages].flatMap(([storage, item]) => {
    const server = item.shared ? serverOf(context, storage) : undefined;
    if (server === undefined) return [];
    const near = new Set(groups.find((group) => group.includes(server)) ?? []);
    const nodes = [...inventory.nodes.keys()].filter(
      (node) => node !== server && !near.has(node) && !failed.has(`node ${node}`),
    );
    return nodes.length === 0 ? [] : [{ storage, nodes }];
  });
};

/** Each single failure, and what it takes with it over the network, beyond itself. */
export const networkReaches = (context: Context): readonly Reach[] => {
  const { inventory } = context;
  const before = routed(context, nothingFailed);
  return componentsOf(inventory).map((component): Reach => {
    const failed = failedSet([component]);
    const standing = [...inventory.nodes.keys()].filter((node) => !failed.has(`node ${node}`));
    const quorum = quorumAfter(inventory, failed);
    const isolated = quorum.survives ? standing.filter((node) => !quorum.group.includes(node)) : standing;
    const after = routed(context, failed);
    const cut = new Set([...before].filter((key) => !after.has(key)).map((key) => key.slice(0, key.indexOf("/"))));
    const guestsCutOff = standing.filter((node) => cut.has(node));
    const guests = guestsCutOff.reduce((sum, node) => sum + (inventory.guestsOn.get(node)?.length ?? 0), 0);
    return { component, quorum, isolated, guestsCutOff, storageCutOff: withoutService(context, failed), guests };
  });
};
