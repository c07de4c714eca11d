import { parsePveSize } from "@orrery/contract";
import { type ClusterState, type Config, type GuestState, keptValue, type Monitored, valueIn } from "@orrery/state";

/** What a guest has on a storage. Bytes. */
type GuestContent = {
  readonly vmid: number;
  /** Left out of a guest that is gone. */
  readonly name?: string;
  readonly node?: string;
  /** Its volumes there, as its configuration names them, with the size that it is to have; thin ones use less. */
  readonly disks: readonly { readonly key: string; readonly volume: string; readonly size?: number }[];
  readonly backups?: { readonly count: number; readonly size: number; readonly newest: number };
};

export type Contents = {
  readonly guests: readonly GuestContent[];
  /** Guests that may have something there: their configuration is not known. */
  readonly unread: number;
};

/** Keys of disks; drives with an image in them too. */
const diskKey = /^((ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp)\d+|rootfs)$/;

const disksOn = (config: Config, storage: string): GuestContent["disks"] =>
  Object.entries(config).flatMap(([key, value]) => {
    const [volume = "", ...options] = String(value).split(",");
    if (!diskKey.test(key) || !volume.startsWith(`${storage}:`) || options.includes("media=cdrom")) return [];
    const written = options.find((one) => one.startsWith("size="))?.slice(5);
    const size = written === undefined ? undefined : parsePveSize(written);
    return [{ key, volume, ...(size === undefined ? {} : { size }) }];
  });

type Held = NonNullable<GuestContent["backups"]>;

const heldOn = (
  seen: Pick<Monitored, "backups"> | undefined,
  storage: string,
  node: string | undefined,
): ReadonlyMap<number, Held> => {
  const held = new Map<number, Held>();
  for (const kept of Object.values(seen?.backups ?? {})) {
    const list = keptValue(kept);
    if (list === undefined || list.storage !== storage || (node !== undefined && list.node !== node)) continue;
    for (const { vmid, size, ctime } of list.volumes) {
      if (typeof vmid !== "number") continue;
      const before = held.get(vmid);
      held.set(vmid, {
        count: (before?.count ?? 0) + 1,
        size: (before?.size ?? 0) + (typeof size === "number" ? size : 0),
        newest: Math.max(before?.newest ?? 0, typeof ctime === "number" ? ctime * 1000 : 0),
      });
    }
  }
  return held;
};

const volumeOf = ({ disks, backups }: GuestContent): number =>
  disks.reduce((sum, { size = 0 }) => sum + size, 0) + (backups?.size ?? 0);

/** What each guest has on a storage, the most first. `node`: of a storage that each node has for itself, whose it is. */
export const contentsOf = (
  state: ClusterState,
  seen: Pick<Monitored, "backups"> | undefined,
  storage: string,
  node: string | undefined,
): Contents => {
  const held = heldOn(seen, storage, node);
  const all: readonly GuestState[] = Object.values(valueIn(state.guests) ?? {});
  const there = new Set(all.map(({ vmid }) => vmid));
  const near = all.filter((guest) => node === undefined || guest.node === node || held.has(guest.vmid));
  const guests = near.map((guest): GuestContent => {
    const name = valueIn(guest.presence)?.name;
    const backups = held.get(guest.vmid);
    // What another node has under the same name is another storage.
    const config = node === undefined || guest.node === node ? (valueIn(guest.file)?.config ?? {}) : {};
    return {
      vmid: guest.vmid,
      node: guest.node,
      ...(name === undefined ? {} : { name }),
      disks: disksOn(config, storage),
      ...(backups === undefined ? {} : { backups }),
    };
  });
  const gone = [...held].flatMap(([vmid, backups]): GuestContent[] =>
    there.has(vmid) ? [] : [{ vmid, disks: [], backups }],
  );
  return {
    guests: [...guests, ...gone]
      .filter(({ disks, backups }) => disks.length > 0 || backups !== undefined)
      .toSorted((one, other) => volumeOf(other) - volumeOf(one) || one.vmid - other.vmid),
    unread: near.filter(({ file }) => file.kind !== "observed").length,
  };
};
