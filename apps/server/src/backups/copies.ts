import { keptValue, type Monitored, type Row, whyNotFresh } from "@orrery/state";

/** A backup as its storage lists it. */
export type Copy = {
  /** Epoch milliseconds of the moment that it was begun. */
  readonly at: number;
  readonly storage: string;
  readonly volid: string;
  /** Bytes. */
  readonly size?: number;
  /** What the last verification said; left out of what was never verified, and of storages that verify nothing. */
  readonly verified?: "ok" | "failed";
  readonly protected: boolean;
};

/** A storage that holds backups, or one node's own: whether its list is known. */
type CopyStore = {
  readonly storage: string;
  readonly node: string;
  /** When its list was read last. */
  readonly at?: number;
  /** Why it is not known, or not newer. */
  readonly why?: string;
  readonly known: boolean;
};

export type SeenCopies = {
  readonly stores: readonly CopyStore[];
  /** By VMID, in no order. */
  readonly of: ReadonlyMap<number, readonly Copy[]>;
  /** Whether all lists of a storage are known. What nobody asked for is not. */
  readonly isKnown: (storage: string) => boolean;
};

const verifiedIn = ({ verification }: Row): Pick<Copy, "verified"> => {
  if (typeof verification !== "object" || verification === null || !("state" in verification)) return {};
  return { verified: verification.state === "ok" ? "ok" : "failed" };
};

const copyIn = (volume: Row, storage: string): { readonly vmid: number; readonly copy: Copy } | undefined => {
  const [vmid, ctime, size] = [Number(volume.vmid), Number(volume.ctime), Number(volume.size)];
  if (!Number.isInteger(vmid) || !Number.isFinite(ctime)) return undefined;
  return {
    vmid,
    copy: {
      at: ctime * 1000,
      storage,
      volid: typeof volume.volid === "string" ? volume.volid : "",
      ...(Number.isFinite(size) ? { size } : {}),
      ...verifiedIn(volume),
      protected: volume.protected === 1 || volume.protected === true,
    },
  };
};

/** `pve1/local` where each node has its own, `pbs` where all share it. */
const placeOf = (key: string): { readonly storage: string; readonly node: string } => {
  const [first = "", second] = key.split("/");
  return second === undefined ? { storage: first, node: "" } : { storage: second, node: first };
};

/** Every backup that the storages list. */
export const seenCopies = ({ backups }: Monitored): SeenCopies => {
  const stores: CopyStore[] = [];
  const of = new Map<number, Copy[]>();
  for (const [key, kept] of Object.entries(backups)) {
    const { storage, node } = placeOf(key);
    const list = keptValue(kept);
    const why = whyNotFresh(kept) ?? (kept.kind === "awaited" ? "it is being asked for the first time" : undefined);
    stores.push({
      storage,
      node,
      known: list !== undefined,
      ...(kept.kind === "fresh" || kept.kind === "stale" ? { at: kept.at } : {}),
      ...(why === undefined ? {} : { why }),
    });
    for (const volume of list?.volumes ?? []) {
      const found = copyIn(volume, storage);
      if (found === undefined) continue;
      const before = of.get(found.vmid);
      if (before === undefined) of.set(found.vmid, [found.copy]);
      else before.push(found.copy);
    }
  }
  const known = new Set(stores.map(({ storage }) => storage));
  for (const { storage, known: is } of stores) if (!is) known.delete(storage);
  return { stores, of, isKnown: (storage) => known.has(storage) };
};
