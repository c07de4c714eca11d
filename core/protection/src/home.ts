import {
  type AsWritten,
  type Component,
  componentName,
  type Guest,
  type Inventory,
  isHaResource,
  isUnknown,
  type NodeName,
  refText,
  type StorageName,
  type Unknown,
} from "@orrery/model";

/** What a storage stands on: if one of `on` fails, its bytes are gone or out of reach. */
export type Home = {
  readonly on: readonly Component[];
  /** What nobody has stated, in the declaration's own words: it may stand on more. */
  readonly unknown: readonly string[];
  /** Inside the site that a site failure takes, or outside of it; unknown where nothing of that name is declared. */
  readonly place: "site" | "offsite" | "unknown";
};

const onSite = (on: readonly Component[], unknown: readonly string[] = []): Home => ({ on, unknown, place: "site" });

/** On disks of a node: of which, may be stated nowhere. */
const onDisks = (storage: string, node: NodeName, disks: readonly string[] | Unknown): Home =>
  isUnknown(disks)
    ? onSite([{ kind: "node", node }], [`the disks of ${storage} on ${node}: ${disks.why}`])
    : onSite(disksOf(node, disks));

const disksOf = (node: NodeName, disks: readonly string[]): Component[] => [
  { kind: "node", node },
  ...disks.map((disk): Component => ({ kind: "disks", node, disk })),
];

/** Whether a guest goes on elsewhere when its node fails: restarted by HA, with every disk where other nodes reach it. */
export const outlivesNode = (inventory: Inventory, guest: Guest): boolean =>
  isHaResource(guest) &&
  guest.devices.length === 0 &&
  guest.disks.every((disk) => {
    const storage = inventory.storageOf(disk.storage);
    return storage?.shared === true;
  });

/**
 * The components that a storage's bytes depend on, through exports and servers in guests down to nodes and disks. The
 * network between is left to the network graph, but for the way out to a cloud.
 *
 * @param at the node that looks, for a storage that each node has its own of
 */
export const homeComponents = (
  inventory: Inventory,
  ref: StorageName | AsWritten,
  at?: NodeName,
  seen: ReadonlySet<string> = new Set(),
): Home => {
  const name = refText(ref);
  const storage = inventory.storageOf(ref);
  if (storage === undefined || seen.has(name))
    return { on: [], unknown: [`"${name}" is no declared storage`], place: "unknown" };
  const { home } = storage;
  const through = new Set([...seen, name]);
  switch (home.on) {
    case "each node":
      return at === undefined
        ? onSite([], [`${name} is on each node, and on which one is not said`])
        : onDisks(name, at, home.disks);
    case "node": {
      const node = inventory.nodeOf(home.node);
      return node === undefined
        ? onSite([], [`"${refText(home.node)}" is no declared node`])
        : onDisks(name, node, home.disks);
    }
    case "storage":
      return homeComponents(inventory, home.storage, at, through);
    case "guest": {
      const guest = inventory.guestOf(home.guest);
      const node = home.node === undefined ? undefined : inventory.nodeOf(home.node);
      const runsOn = guest === undefined ? node : (inventory.nodeOf(guest.node) ?? node);
      const on: Component[] = [{ kind: "guest", guest: refText(home.guest) }];
      if (runsOn !== undefined && !(guest !== undefined && outlivesNode(inventory, guest)))
        on.push({ kind: "node", node: runsOn });
      const own = (guest?.disks ?? []).map((disk) => homeComponents(inventory, disk.storage, runsOn, through));
      const data: Home = isUnknown(home.storage)
        ? onSite([], [home.storage.why])
        : homeComponents(inventory, home.storage, runsOn, through);
      const known = new Map(
        [...on, ...own.flatMap((one) => one.on), ...data.on].map((one) => [componentName(one), one]),
      );
      const unknown = new Set([
        ...(runsOn === undefined ? [`the node that ${refText(home.guest)} runs on is not declared`] : []),
        ...own.flatMap((one) => one.unknown),
        ...data.unknown,
      ]);
      return { on: [...known.values()], unknown: [...unknown], place: data.place };
    }
    case "cloud": {
      const uplink = inventory.lab.network.uplinks[home.uplink];
      const way: Component[] = [{ kind: "uplink", uplink: home.uplink }];
      if (uplink !== undefined) way.push({ kind: "firewall", firewall: uplink.via });
      return { on: way, unknown: [], place: "offsite" };
    }
    case "elsewhere":
      return isUnknown(home.site)
        ? { on: [], unknown: [`where ${home.place} is: ${home.site.why}`], place: "unknown" }
        : { on: [], unknown: [], place: home.site === "another" ? "offsite" : "site" };
  }
};
