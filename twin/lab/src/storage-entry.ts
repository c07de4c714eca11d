import { type Storage as DeclaredStorage, type NodeName, refText, storageContentOf } from "@orrery/model";
import { type Config, dict } from "@orrery/twin-world";
import { nextAddress } from "./addresses.ts";
import type { Building } from "./building.ts";
import { optionText } from "./option-text.ts";

const homeNode = ({ inventory }: Building, storage: string): NodeName | undefined => {
  const home = inventory.storages.get(storage)?.home;
  return home?.on === "node" ? inventory.nodeOf(home.node) : undefined;
};

/** The address of what serves a storage. */
const serverOf = (building: Building, name: string, { home }: DeclaredStorage): string => {
  const { inventory, world, ledger } = building;
  ledger.assume("address of a storage's server", "its node's, or the next free one", "it is stated nowhere", name);
  const ref =
    home.on === "guest"
      ? (inventory.guestOf(home.guest)?.node ?? home.node)
      : home.on === "storage"
        ? homeNode(building, refText(home.storage))
        : undefined;
  const node = ref === undefined ? undefined : inventory.nodeOf(ref);
  return (node === undefined ? undefined : world.nodes[node]?.address) ?? nextAddress(building);
};

/** What a storage is made with where the declaration does not say it. */
const usualOptions: Readonly<Record<string, (name: string) => Readonly<Record<string, string | number>>>> = {
  dir: (name) => ({ path: `/mnt/${name}` }),
  btrfs: (name) => ({ path: `/mnt/${name}` }),
  lvm: (name) => ({ vgname: name }),
  lvmthin: (name) => ({ vgname: name, thinpool: "data" }),
  zfspool: (name) => ({ pool: name }),
  zfs: (name) => ({ pool: name, target: `iqn.2003-01.org.linux-iscsi:${name}`, iscsiprovider: "LIO", blocksize: "4k" }),
  nfs: (name) => ({ export: `/export/${name}`, path: `/mnt/pve/${name}` }),
  cifs: (name) => ({ share: name, path: `/mnt/pve/${name}` }),
  glusterfs: (name) => ({ volume: name, path: `/mnt/pve/${name}` }),
  cephfs: (name) => ({ path: `/mnt/pve/${name}` }),
  rbd: (name) => ({ pool: name }),
  iscsi: (name) => ({ target: `iqn.2003-01.org.linux-iscsi:${name}` }),
  iscsidirect: (name) => ({ target: `iqn.2003-01.org.linux-iscsi:${name}` }),
  esxi: () => ({ username: "root" }),
  pbs: (name) => ({ datastore: name, username: "backup@pbs!pve" }),
};

const served = new Set(["nfs", "cifs", "glusterfs", "esxi", "pbs"]);
const portals = new Set(["iscsi", "iscsidirect", "zfs"]);

/** The options of a storage as storage.cfg has them, without its nodes. */
export const entryOf = (building: Building, name: string, item: DeclaredStorage, type: string): Config => {
  const { ledger } = building;
  const options = dict<string | number>([["content", storageContentOf(item).join(",")]]);
  for (const [key, option] of Object.entries(item.options ?? {})) {
    const text = optionText(option);
    if (text !== undefined) options[key] = text;
  }
  if (type === "dir" && item.kind === "zfs") {
    const because = "Proxmox keeps only disks of guests on a pool itself";
    ledger.readAs("ZFS pool that keeps files", "a directory storage on it", because, name);
    options.path ??= `/${name}`;
  }
  if (item.kind === "ceph")
    ledger.readAs("Ceph", "one place that the network reaches", "the twin does not model copies between OSDs", name);
  if (served.has(type)) options.server ??= serverOf(building, name, item);
  if (portals.has(type)) options.portal ??= serverOf(building, name, item);
  for (const [key, usual] of Object.entries(usualOptions[type]?.(name) ?? {})) options[key] ??= usual;
  // As the installer makes it; one whose options are declared is thick unless it says otherwise.
  if (type === "zfspool" && item.options === undefined) options.sparse = 1;
  return options;
};
