import type { Backing, Storage, World } from "@orrery/twin-world";
import { splitList } from "./validation/word-list.ts";

const sharedTypes = new Set([
  "nfs",
  "cifs",
  "cephfs",
  "rbd",
  "iscsi",
  "iscsidirect",
  "pbs",
  "zfs",
  "esxi",
  "glusterfs",
]);

export const isShared = (storage: Storage): boolean =>
  sharedTypes.has(storage.type) || `${storage.options.shared ?? 0}` === "1";

/** Storages that a node may use, by the `nodes` option; disabled ones among them. */
export const storagesOn = (world: World, node: string): Storage[] =>
  Object.values(world.storages).filter((storage) => {
    const nodes = splitList(String(storage.options.nodes ?? ""));
    return nodes.length === 0 || nodes.includes(node);
  });

/** What a storage lies on at a node; undefined where it is not there or has failed. */
export const mountOf = (world: World, storage: string, node: string): Backing | undefined => {
  const id = world.mounts[`${storage}@${node}`] ?? world.mounts[storage];
  const backing = id === undefined ? undefined : world.backings[id];
  return backing === undefined || backing.health === 0 ? undefined : backing;
};
