import { type ClusterState, type StorageUse, valueIn, whyUnknown } from "@orrery/state";
import { isOn, wordsOf } from "./property.ts";

/** A storage of the cluster, and what each node that can use it has of it. */
export interface Store {
  readonly id: string;
  readonly type: string;
  readonly shared: boolean;
  /** By node: bytes, absent where the node did not say. */
  readonly on: ReadonlyMap<string, { readonly total?: number; readonly used?: number }>;
}

/** Types of storages that take up what is written and not what was promised. */
const thin = new Set(["dir", "btrfs", "lvmthin", "zfspool"]);

/**
 * How much is written, from 0 to 1, of what a storage of a node has promised: all disks there are taken as filled alike. A
 * volume that has its whole size reserved shows as used, and weighs all of it.
 *
 * @param promised bytes that guests' disks there may grow to
 */
export const writtenShare = (store: Store | undefined, node: string, promised: number): number => {
  const used = store?.on.get(node)?.used;
  return used === undefined || promised === 0 || !thin.has(store?.type ?? "") ? 1 : Math.min(1, used / promised);
};

/** The storages by name, with the nodes that can use each now; `assume` is told what could not be read. */
export const storesOf = (
  state: ClusterState,
  nodes: readonly string[],
  assume: (what: string) => void,
): ReadonlyMap<string, Store> => {
  const uses = valueIn(state.storageUse);
  if (uses === undefined) assume(`No node says which storages it has (${whyUnknown(state.storageUse) ?? ""}).`);
  const entries = valueIn(state.storages);
  if (entries === undefined)
    assume(
      `Storages are taken to be as nodes show them: their configuration is unknown (${whyUnknown(state.storages) ?? ""}).`,
    );
  const byStore = new Map<string, Map<string, StorageUse>>();
  for (const use of uses ?? []) {
    const rows = byStore.get(use.storage) ?? new Map<string, StorageUse>();
    rows.set(use.node, use);
    byStore.set(use.storage, rows);
  }
  const ids = new Set([...byStore.keys(), ...(entries ?? []).map(({ id }) => id)]);
  const stores = new Map<string, Store>();
  for (const id of [...ids].sort()) {
    const entry = entries?.find((one) => one.id === id);
    const rows = byStore.get(id);
    const listed = wordsOf(entry?.options.nodes);
    const on = new Map<string, { total?: number; used?: number }>();
    for (const node of nodes) {
      const row = rows?.get(node);
      if (entry !== undefined && (isOn(entry.options.disable ?? 0) || (listed.length > 0 && !listed.includes(node))))
        continue;
      // A node that shows no row of a storage that it should have says nothing of it.
      if (row === undefined ? entry === undefined : !row.available) continue;
      on.set(node, {
        ...(row?.total === undefined ? {} : { total: row.total }),
        ...(row?.used === undefined ? {} : { used: row.used }),
      });
    }
    const [first] = rows?.values() ?? [];
    stores.set(id, {
      id,
      type: entry?.type ?? first?.type ?? "",
      shared: first?.shared ?? isOn(entry?.options.shared ?? 0),
      on,
    });
  }
  return stores;
};
