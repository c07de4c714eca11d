import type { BackupOptions } from "./backup-options.ts";
import type { Guest } from "./guest.ts";
import { disksOf, isRunning, propertyOf } from "./guest-config.ts";
import { localStamp } from "./local-time.ts";
import type { Backing, Storage, Volume } from "./storage.ts";
import type { Task } from "./task.ts";
import { driveSizeText } from "./units.ts";
import { backupsOf, findVolume, pathOf } from "./volume.ts";
import type { World } from "./world.ts";

/** Bytes per second that a compressor takes in, and the share of its input that it gives out. */
export const compressors: Record<
  BackupOptions["compress"] | "pbs",
  { speed: number; ratio: number; extension: string }
> = {
  "0": { speed: 2e9, ratio: 1, extension: "" },
  gzip: { speed: 60e6, ratio: 0.48, extension: ".gz" },
  lzo: { speed: 350e6, ratio: 0.6, extension: ".lzo" },
  zstd: { speed: 450e6, ratio: 0.5, extension: ".zst" },
  pbs: { speed: 600e6, ratio: 0.55, extension: "" },
};

export const stampOf = (world: World, task: Task): string =>
  localStamp(world.now, world.nodes[task.node]?.timezone ?? "UTC");

type Included = { key: string; volid: string; volume: Volume; backing: Backing };

/** The disks that a backup takes: all but those with `backup=0`; of a container only the root and mount points that ask for it. */
export const included = (world: World, guest: Guest): { taken: Included[]; lines: string[]; missing?: string } => {
  const taken: Included[] = [];
  const lines: string[] = [];
  for (const { key, volid, text } of disksOf(guest)) {
    if (key.startsWith("unused")) continue;
    const backup = propertyOf(text, "backup");
    const wanted = guest.kind === "qemu" ? backup !== "0" : key === "rootfs" || backup === "1";
    const found = findVolume(world, guest.node, volid);
    if (guest.kind === "lxc") {
      const path = key === "rootfs" ? "/" : (propertyOf(text, "mp") ?? "");
      lines.push(
        wanted
          ? `including mount point ${key} ('${path}') in backup`
          : `excluding volume mount point ${key} ('${path}') from backup (not a volume)`,
      );
    } else
      lines.push(
        wanted
          ? `include disk '${key}' '${volid}' ${driveSizeText(found?.volume.size ?? 0)}`
          : `exclude disk '${key}' '${volid}' (backup=no)`,
      );
    if (!wanted) continue;
    if (!found) return { taken, lines, missing: `volume '${volid}' does not exist` };
    taken.push({ key, volid, volume: found.volume, backing: found.backing });
  }
  return { taken, lines };
};

const two = (text: string): string => text.replaceAll("-", "_").replaceAll(":", "_").replace(" ", "-");

export const volidFor = (
  world: World,
  guest: Guest,
  storage: Storage,
  { options, startedAt }: { options: BackupOptions; startedAt: number },
): { volid: string; format: string; target: string } => {
  const zone = world.nodes[guest.node]?.timezone ?? "UTC";
  if (storage.type === "pbs") {
    const group = `${guest.kind === "qemu" ? "vm" : "ct"}/${guest.vmid}`;
    const snapshot = `${group}/${localStamp(startedAt, "UTC").replace(" ", "T")}Z`;
    return {
      volid: `${storage.id}:backup/${snapshot}`,
      format: `pbs-${guest.kind === "qemu" ? "vm" : "ct"}`,
      target: snapshot,
    };
  }
  const format = `${guest.kind === "qemu" ? "vma" : "tar"}${compressors[options.compress].extension}`;
  const volid = `${storage.id}:backup/vzdump-${guest.kind}-${guest.vmid}-${two(localStamp(startedAt, zone))}.${format}`;
  return { volid, format, target: pathOf(world, volid) };
};

/** Bytes that differ from the last backup on a datastore, and whether the running QEMU still knows which. */
export const changedSince = (
  world: World,
  guest: Guest,
  storage: Storage,
  used: number,
): { changed: number; known: boolean } | undefined => {
  const last = backupsOf(world, guest.node, storage.id, guest.vmid).at(-1);
  if (!last) return undefined;
  const since = world.now - last.archive.at;
  const changed = Math.min(used, (guest.changeBytesPerSecond * since) / 1000);
  return { changed, known: guest.bitmaps[storage.id] !== undefined && isRunning(guest) };
};

export const notesOf = (template: string, world: World, guest: Guest): string =>
  template
    .replaceAll("{{guestname}}", `${guest.config.name ?? guest.config.hostname ?? guest.vmid}`)
    .replaceAll("{{vmid}}", `${guest.vmid}`)
    .replaceAll("{{node}}", guest.node)
    .replaceAll("{{cluster}}", world.cluster.corosync?.name ?? "standalone node")
    .replaceAll("\\n", "\n");
