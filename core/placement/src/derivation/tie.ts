import { type ClusterState, type Config, type GuestState, valueIn, whyUnknown } from "@orrery/state";
import type { Item } from "../problem.ts";
import type { Tie } from "./derived.ts";
import { attachedOf, type Mapped } from "./devices.ts";
import { isOn, propertiesOf } from "./property.ts";
import type { Store } from "./stores.ts";
import { type Volume, volumesOf } from "./volumes.ts";

export interface TieScene {
  readonly state: ClusterState;
  readonly nodes: readonly string[];
  readonly stores: ReadonlyMap<string, Store>;
  readonly mapped: Mapped;
}

/** What of a guest's configuration says where it can be, and how it gets there. */
export interface Bound {
  readonly ties: readonly Omit<Tie, "guest">[];
  readonly devices: Readonly<Record<string, number>>;
  /** Volumes on storages of its node alone. */
  readonly disks: readonly { readonly storage: string; readonly bytes: number }[];
  readonly movesBy: NonNullable<Item["movesBy"]>;
  /** What it has to be done with first: `backup`. */
  readonly lock?: string;
}

/** Types of storages whose volumes Proxmox copies to another node. Of containers' those of btrfs are not. */
const copied = new Set(["dir", "btrfs", "zfspool", "lvmthin", "lvm"]);

/**
 * What binds a guest to nodes. Mirrors the checks of qemu-server's QemuMigrate.pm and of pve-container's LXC/Migrate.pm.
 * What could not be read binds it to where it is.
 */
export const boundOf = (guest: GuestState, scene: TieScene): Bound => {
  const { kind, node } = guest;
  const file = valueIn(guest.file);
  const ties: Ties = [];
  const stay = (kind: Tie["kind"], why: string): void => {
    ties.push({ kind, nodes: [node], why });
  };
  if (file === undefined) {
    stay("needs", `has a configuration that could not be read (${whyUnknown(guest.file) ?? ""})`);
    return { ties, devices: {}, disks: [], movesBy: kind === "lxc" ? "restart" : "live" };
  }
  const { config } = file;
  const lock = config.lock ?? valueIn(guest.presence)?.lock;
  const { takes, needs, bound, stops } = attachedOf(kind, config, scene.mapped);
  for (const why of bound) stay("needs", why);
  for (const { mapping, key } of needs) {
    const [what, ...name] = mapping.split(" ");
    const nodes = scene.mapped.counts?.get(mapping);
    if (scene.mapped.counts === undefined)
      stay("needs", `uses the mapped device ${name.join(" ")} (${key}), and mappings could not be read`);
    else
      ties.push({
        kind: "needs",
        nodes: [...(nodes?.keys() ?? [])],
        why: `needs the ${what} mapping ${name.join(" ")} (${key})`,
      });
  }
  const { volumes, mounted } = volumesOf(kind, config);
  for (const { key, what } of mounted) stay("needs", `has ${what} of its node mounted (${key})`);
  const local = storageTies(guest, volumes, scene, ties, stay);
  if (local.length > 0) snapshotTie(guest, local, scene, stay);
  replicationTie(guest, scene, ties);
  bridgeTies(guest, config, scene, ties);
  return {
    ties,
    devices: takes,
    disks: local.map(({ storage, bytes = 0 }) => ({ storage, bytes })),
    movesBy: kind === "lxc" || stops ? "restart" : "live",
    ...(lock === undefined ? {} : { lock: `${lock}` }),
  };
};

type Ties = Omit<Tie, "guest">[];
type Stay = (kind: Tie["kind"], why: string) => void;

/** Ties by storages; answers the volumes that are on its node alone and can be copied. */
const storageTies = (
  guest: GuestState,
  volumes: readonly Volume[],
  scene: TieScene,
  ties: Ties,
  stay: Stay,
): Volume[] => {
  const local: Volume[] = [];
  for (const volume of volumes) {
    const { key, storage } = volume;
    const store = scene.stores.get(storage);
    if (store === undefined) {
      stay("needs", `has ${key} on ${storage}, of which nothing is known`);
      continue;
    }
    if (store.shared) {
      if (scene.nodes.some((node) => !store.on.has(node)))
        ties.push({
          kind: "needs",
          nodes: [...store.on.keys()],
          why: `has ${key} on ${storage}, which not every node reaches`,
        });
      continue;
    }
    if (volume.medium) stay("held", `has a medium of ${storage} in its drive (${key})`);
    else if (!copied.has(store.type) || (guest.kind === "lxc" && store.type === "btrfs"))
      stay("held", `has ${key} on ${storage}, a storage (${store.type}) that Proxmox copies nothing from`);
    else if (volume.bytes === undefined && !key.startsWith("efidisk") && !key.startsWith("unused"))
      stay("held", `has ${key} on ${storage}, and nothing tells how large it is`);
    else local.push(volume);
  }
  return local;
};

const snapshotTie = ({ kind, snapshots }: GuestState, local: readonly Volume[], scene: TieScene, stay: Stay): void => {
  const taken = valueIn(snapshots);
  if (taken !== undefined && taken.length === 0) return;
  const [first] = local;
  if (first === undefined) return;
  if (kind === "lxc" && local.every(({ storage }) => scene.stores.get(storage)?.type === "zfspool")) return;
  if (taken === undefined) stay("held", `has ${first.key} on ${first.storage}, and its snapshots could not be read`);
  else stay("held", `has snapshots of disks on ${first.storage}, which do not move while it runs`);
};

/** A guest that is replicated goes where its copies are. */
const replicationTie = ({ vmid, node, kind }: GuestState, { state }: TieScene, ties: Ties): void => {
  if (kind !== "qemu") return;
  const targets = (valueIn(state.replicationJobs) ?? []).flatMap(({ options }) =>
    Number(options.guest) === vmid && options.remove_job === undefined && typeof options.target === "string"
      ? [options.target]
      : [],
  );
  if (targets.length > 0)
    ties.push({
      kind: "copies",
      nodes: [...new Set([node, ...targets])],
      why: `is replicated to ${targets.join(", ")}`,
    });
};

/** Nodes whose bridges are known and lack one of the guest's; a bridge that its own node lacks is an SDN's, and says nothing. */
const bridgeTies = ({ node }: GuestState, config: Config, { state, nodes }: TieScene, ties: Ties): void => {
  const vlansOn = (name: string, bridge: string): string | true | undefined => {
    const row = valueIn(state.nodes[name]?.network)?.interfaces.find(({ iface }) => iface === bridge);
    if (row === undefined) return undefined;
    return isOn(row.bridge_vlan_aware ?? 0) && typeof row.bridge_vids === "string" ? row.bridge_vids : true;
  };
  for (const key of Object.keys(config).sort()) {
    if (!/^net\d+$/.test(key)) continue;
    const properties = propertiesOf(config[key]);
    const bridge = properties.get("bridge");
    if (bridge === undefined || vlansOn(node, bridge) === undefined) continue;
    const tag = Number(properties.get("tag") ?? Number.NaN);
    const reached = nodes.filter((name) => {
      if (name === node || valueIn(state.nodes[name]?.network) === undefined) return true;
      const vlans = vlansOn(name, bridge);
      return vlans !== undefined && (vlans === true || Number.isNaN(tag) || passes(vlans, tag));
    });
    const vlan = Number.isNaN(tag) ? "" : ` with VLAN ${tag}`;
    if (reached.length < nodes.length)
      ties.push({
        kind: "needs",
        nodes: reached,
        why: `needs the bridge ${bridge}${vlan} (${key}), which not every node has`,
      });
  }
};

/** Whether a list such as `2-4094` or `10 20` has the tag. */
const passes = (vlans: string, tag: number): boolean =>
  vlans.split(/[\s,;]+/).some((part) => {
    const [from = "", to = from] = part.split("-");
    return Number(from) <= tag && tag <= Number(to);
  });
