import { parsePveSize } from "@orrery/contract";
import { type StorageUse, valueIn, whyUnknown } from "@orrery/state";
import { addBacking, addVolume, type Backing, type Guest, propertyOf, type Volume } from "@orrery/twin-world";
import { assumed, defaults } from "../defaults.ts";
import { oneSwitch } from "./membership.ts";
import { sectionsOf } from "./options.ts";
import type { Seeing } from "./seeing.ts";

/** Two storages of one place that are as large and as full as each other are one thing. */
const thingOf = ({ storage, node, shared, total, used }: StorageUse): string =>
  total === undefined ? `${node}/${storage}` : `${shared ? "" : node}|${total}|${used ?? 0}`;

const linkHost = ({ world, ledger }: Seeing, storage: string): string => {
  const vertex = `host:${storage}`;
  const id = `${storage}/lan`;
  const bitsPerSecond = assumed(ledger, "port of a server beside the nodes", defaults.linkBitsPerSecond, storage);
  world.network.links[id] = { id, ends: [vertex, oneSwitch], bitsPerSecond, members: 1, health: 1 };
  return vertex;
};

const rootOf = ({ world }: Seeing, { node, total, used }: StorageUse): Backing | undefined => {
  const root = world.backings[world.nodes[node]?.root ?? ""];
  return root !== undefined && root.total === total && root.used === used ? root : undefined;
};

const newThing = (seeing: Seeing, use: StorageUse): Backing => {
  const { storage, node, shared, total, used } = use;
  seeing.ledger.assume("throughput of a storage", "that of one SSD", "the API tells none", storage);
  return addBacking(seeing.world, {
    id: shared ? `host:${storage}` : `${node}/${storage}`,
    place: shared ? { kind: "host", vertex: linkHost(seeing, storage) } : { kind: "node", node },
    total: total ?? assumed(seeing.ledger, "size of a storage", defaults.sharedBytes, storage),
    base: used ?? 0,
  });
};

/** storage.cfg, and what its storages lie on, as large and as full as they were seen. */
export const seeStorages = (seeing: Seeing): void => {
  const { world, state, ledger } = seeing;
  const storages = valueIn(state.storages);
  world.storages = sectionsOf(storages, { content: ",", nodes: "," });
  if (storages === undefined) ledger.leaveOut("storages", whyUnknown(state.storages) ?? "", "cluster");
  const things = new Map<string, Backing>();
  for (const use of valueIn(state.storageUse) ?? []) {
    if (!use.available) {
      ledger.leaveOut("storage on a node", "the node could not use it", `${use.storage}@${use.node}`);
      continue;
    }
    const thing = thingOf(use);
    const found = things.get(thing) ?? rootOf(seeing, use) ?? newThing(seeing, use);
    if (things.has(thing) && found.id !== (use.shared ? `host:${use.storage}` : `${use.node}/${use.storage}`))
      ledger.assume("storages on one disk", "those of the same size and fill", "the API does not tell", use.storage);
    things.set(thing, found);
    world.mounts[use.shared ? use.storage : `${use.storage}@${use.node}`] = found.id;
  }
};

/** A volume that a configuration names. */
type Named = { readonly volid: string; readonly text: string; readonly guest: Guest };

const drives = /^(?:(?:scsi|virtio|sata|ide|efidisk|tpmstate|unused|mp)\d+|rootfs|vmstate)$/;

const namedBy = (guest: Guest): Named[] => {
  const configs = [guest.config, guest.pending, ...Object.values(guest.snapshots).map(({ config }) => config)];
  return configs.flatMap((config) =>
    Object.keys(config).flatMap((key): Named[] => {
      const text = `${config[key]}`;
      const volid = propertyOf(
        text,
        key === "rootfs" || key.startsWith("mp") ? "volume" : "file",
        guest.kind === "lxc" ? "volume" : "file",
      );
      if (!drives.test(key) || volid === undefined) return [];
      return volid.includes(":") && !volid.startsWith("/") ? [{ volid, text, guest }] : [];
    }),
  );
};

const contentOf = (volid: string, guest: Guest): Volume["content"] => {
  const folder = /^[^:]+:(iso|vztmpl|snippets|import|backup)\//.exec(volid)?.[1];
  if (folder === "iso" || folder === "vztmpl" || folder === "snippets" || folder === "import" || folder === "backup")
    return folder;
  return guest.kind === "qemu" ? "images" : "rootdir";
};

/** The base that a linked clone names before itself: `100/base-100-disk-0.qcow2/105/vm-…`, `base-100-disk-0/vm-…`. */
const parentOf = (volid: string): string | undefined =>
  /^([^:]+:(?:\d+\/)?base-[^/]+)\/(?:\d+\/)?[^/]+$/.exec(volid)?.[1];

const volumeOf = ({ world }: Seeing, { volid, text, guest }: Named, storage: string): Volume => {
  const content = contentOf(volid, guest);
  const isGuests = content === "images" || content === "rootdir";
  const parent = parentOf(volid);
  return {
    volid,
    storage,
    content,
    format: isGuests ? (/\.(qcow2|raw|vmdk)$/.exec(volid)?.[1] ?? "raw") : (/\.(\w+)$/.exec(volid)?.[1] ?? "raw"),
    size: parsePveSize(propertyOf(text, "size") ?? "") ?? 4 * 2 ** 20,
    used: 0,
    ...(isGuests
      ? { vmid: Number(/(?:vm|base|subvol)-(\d+)-/.exec(volid.split("/").at(-1) ?? "")?.[1] ?? guest.vmid) }
      : {}),
    ctime: world.now - 86_400_000,
    protected: false,
    ...(parent === undefined ? {} : { parent }),
  };
};

const backingAt = ({ world }: Seeing, node: string, storage: string): Backing | undefined =>
  world.backings[world.mounts[`${storage}@${node}`] ?? world.mounts[storage] ?? ""];

/** The volumes that configurations name. What they take of their storage is shared out of what is taken there. */
export const seeVolumes = (seeing: Seeing): void => {
  const { world, ledger } = seeing;
  const found = new Map<Backing, Map<string, Volume>>();
  for (const guest of Object.values(world.guests)) {
    for (const named of namedBy(guest)) {
      const storage = named.volid.slice(0, named.volid.indexOf(":"));
      const backing = backingAt(seeing, guest.node, storage);
      if (backing === undefined) {
        ledger.leaveOut("volume of a guest", `${guest.node} has no storage "${storage}" now`, named.volid);
        continue;
      }
      const volumes = found.get(backing) ?? new Map<string, Volume>();
      found.set(backing, volumes);
      const before = volumes.get(named.volid);
      const volume = volumeOf(seeing, named, storage);
      if (before === undefined || before.size < volume.size) volumes.set(named.volid, volume);
    }
  }
  for (const [backing, volumes] of found) {
    const taken = backing.used;
    const all = [...volumes.values()];
    const sizes = all.reduce((sum, { size }) => sum + size, 0);
    const share = Math.min(defaults.usedShare.value, sizes === 0 ? 0 : (taken * 0.9) / sizes);
    const isThick = ({ storage }: Volume) => world.storages[storage]?.type === "lvm";
    for (const volume of all) {
      const used = Math.floor(volume.size * (isThick(volume) ? Math.max(share, Math.min(1, taken / sizes)) : share));
      // What they take is part of what is taken already.
      backing.base -= used;
      backing.used -= used;
      addVolume(world, backing, { ...volume, used });
      assumed(ledger, "fill of a guest's disks, as far as its storage is filled", defaults.usedShare, volume.volid);
    }
    backing.history = [[world.now - 3_600_000, backing.used]];
  }
};
