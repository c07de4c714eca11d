import { exactSize, type LabInput, type ProxmoxOption, secret, storageItem, unknown } from "@orrery/model";
import { type ClusterState, type Entry, valueIn } from "@orrery/state";
import type { LabFragment } from "../../adopt/fragment.ts";
import { type Value, valueText } from "../../compare/value.ts";
import { naturalOptions } from "../natural-option.ts";
import { storageForms } from "./forms.ts";
import { storageOptions } from "./properties.ts";
import { observedStorage } from "./storage.ts";

type Item = LabInput["storage"]["items"][string];

const kinds: Readonly<Record<string, Item["kind"]>> = {
  dir: "dir",
  btrfs: "btrfs",
  lvm: "lvm",
  lvmthin: "lvm-thin",
  zfspool: "zfs",
  zfs: "zfs-over-iscsi",
  nfs: "nfs",
  cifs: "cifs",
  glusterfs: "glusterfs",
  cephfs: "cephfs",
  rbd: "rbd",
  iscsi: "iscsi",
  iscsidirect: "iscsi-direct",
  esxi: "esxi",
  pbs: "pbs",
};

/** `env:STORAGE_PBS_MAIN_PASSWORD`. */
const secretFor = (id: string, key: string) =>
  secret(`env:STORAGE_${`${id}_${key}`.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`);

/** The secrets that it must have been made with, which nobody can read back. */
const secretsOf = ({ id, type, options }: Entry): Record<string, ProxmoxOption> => {
  const keys = [
    ...(type === "pbs" || type === "esxi" || (type === "cifs" && options.username !== undefined) ? ["password"] : []),
    ...((type === "rbd" || type === "cephfs") && options.monhost !== undefined ? ["keyring"] : []),
    ...(options["encryption-key"] === undefined ? [] : ["encryption-key"]),
  ];
  return Object.fromEntries(keys.map((key) => [key, secretFor(id, key)]));
};

const known = new Set<string>(storageItem.shape.content.element.options);

const isContent = (word: string): word is Item["content"][number] => known.has(word);

const contentsOf = (content: Value | undefined): Item["content"] => {
  const words = (Array.isArray(content) ? content : []).filter(isContent);
  return words.length === 0 ? ["none"] : words;
};

const capacityOf = (state: ClusterState, id: string): Pick<Item, "capacity"> => {
  const totals = new Set(
    (valueIn(state.storageUse) ?? []).flatMap(({ storage, total }) => (storage === id && total ? [total] : [])),
  );
  const [total] = totals;
  if (total === undefined) return {};
  return { capacity: totals.size === 1 ? exactSize(total) : unknown("it is not the same on every node") };
};

const homeOf = (
  state: ClusterState,
  { type, options }: Entry,
  nodes: readonly string[],
  shared: boolean,
): Item["home"] => {
  const named = [options.server, options.portal, options.monhost, options.path];
  const place = named.find((one) => typeof one === "string") ?? type;
  if (shared) return { on: "elsewhere", place, site: unknown("the API does not tell at which site it is") };
  const disks = unknown("the API does not tell which disks it lies on");
  const [first, ...others] = nodes;
  return first !== undefined && others.length === 0 && Object.keys(state.nodes).length > 1
    ? { on: "node", node: first, disks }
    : { on: "each node", nodes: [...nodes], disks };
};

const untold = unknown("the API tells no throughput");

const itemOf = (state: ClusterState, entry: Entry): Item | undefined => {
  const kind = kinds[entry.type];
  if (kind === undefined) return undefined;
  const { properties } = observedStorage(state, entry, state.at);
  const { type: _type, content, nodes, shared, ...rest } = properties;
  const isShared = storageForms[entry.type]?.shared === true || shared === "1" || entry.type === "esxi";
  const places = Array.isArray(nodes) ? nodes : Object.keys(state.nodes);
  const isMade = (key: string, value: Value): boolean => key === "mountpoint" && value === `/${valueText(rest.pool)}`;
  const told = Object.fromEntries(Object.entries(rest).filter(([key, value]) => !isMade(key, value)));
  // What the contract does not know stays as it is.
  const options = { ...told, ...naturalOptions(storageOptions(state.contract), told) };
  return {
    kind,
    home: homeOf(state, entry, places, isShared),
    purpose: `Keeps ${valueText(content)}`,
    content: contentsOf(content),
    ...capacityOf(state, entry.id),
    shared: isShared,
    ...(isShared && Array.isArray(nodes) ? { nodes: [...nodes] } : {}),
    options: { ...options, ...secretsOf(entry) },
    read: untold,
    write: untold,
  };
};

/** The storages of a cluster as a person would declare them. Those of types that others brought are left out. */
export const adoptStorages = (state: ClusterState): LabFragment => {
  const items = (valueIn(state.storages) ?? []).flatMap((entry) => {
    const item = itemOf(state, entry);
    return item === undefined ? [] : [[entry.id, item] as const];
  });
  return items.length === 0 ? {} : { storage: { items: Object.fromEntries(items) } };
};
