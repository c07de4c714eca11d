import type { ClusterState, StorageUse } from "@orrery/state";
import { valueIn } from "@orrery/state";
import type { Port } from "@orrery/workflow";
import { listIn, rowIn, rowsIn, textIn } from "./answers.ts";

/** A backup that a guest can be restored from. */
export type Backup = {
  readonly volid: string;
  readonly vmid: number;
  /** Epoch seconds of the moment that it shows. */
  readonly at: number;
  /** Nodes that can read it. */
  readonly nodes: readonly string[];
};

const holdsBackups = (state: ClusterState, storage: string): boolean => {
  const entry = valueIn(state.storages)?.find(({ id }) => id === storage);
  return entry !== undefined && listIn(entry.options.content).includes("backup");
};

const readAt = async (pve: Port, { storage, node }: StorageUse, nodes: readonly string[]): Promise<Backup[]> => {
  const { data } = await pve.request("GET", "/nodes/{node}/storage/{storage}/content", {
    node,
    storage,
    content: "backup",
  });
  return rowsIn(data).flatMap((row) => {
    const [volid, vmid, at] = [textIn(row.volid), Number(row.vmid), Number(row.ctime)];
    // What failed its verification is no copy to count on.
    const isBroken = textIn(rowIn(row.verification).state) === "failed";
    return volid === "" || !Number.isInteger(vmid) || !Number.isFinite(at) || isBroken
      ? []
      : [{ volid, vmid, at, nodes }];
  });
};

/** Every usable backup that a node which is online can read, the newest first. Storages that do not answer have none. */
export const readBackups = async (
  pve: Port,
  state: ClusterState,
  online: readonly string[],
): Promise<readonly Backup[]> => {
  const uses = (valueIn(state.storageUse) ?? []).filter(
    (use) => use.available && online.includes(use.node) && holdsBackups(state, use.storage),
  );
  const asked = uses.filter(
    (use, index) => !use.shared || uses.findIndex(({ storage }) => storage === use.storage) === index,
  );
  const read = await Promise.allSettled(
    asked.map((use) =>
      readAt(
        pve,
        use,
        use.shared ? uses.filter(({ storage }) => storage === use.storage).map(({ node }) => node) : [use.node],
      ),
    ),
  );
  return read
    .flatMap((one) => (one.status === "fulfilled" ? one.value : []))
    .toSorted((a, b) => b.at - a.at || (a.volid < b.volid ? 1 : -1));
};
