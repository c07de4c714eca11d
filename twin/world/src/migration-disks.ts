import { volumesOf } from "./destroy-guest.ts";
import type { Guest } from "./guest.ts";
import { disksOf } from "./guest-config.ts";
import { withDisk } from "./guest-disk.ts";
import { jobsTo } from "./replication.ts";
import type { Step } from "./step.ts";
import { copyStep, tunnelCap } from "./transfer.ts";
import {
  allocate,
  backingOf,
  findVolume,
  formattingLine,
  isShared,
  removeVolume,
  storageOf,
  whyNotStorage,
} from "./volume.ts";
import type { World } from "./world.ts";

/** A volume to copy; one that only a snapshot names has no key. `send` is what of it must cross the network. */
type Found = { key: string; volid: string; used: number; send: number; size: number; format: string; replica: boolean };

/** The same with the volume on the target that it is copied into. */
export type Placed = Found & { there: string; lines: string[] };

/** The volumes that must be copied because the target does not see them, or why one cannot. */
export const scanVolumes = (world: World, guest: Guest, target: string): { local: Found[]; why?: string } => {
  const local: Found[] = [];
  const keys = new Map(disksOf(guest).map(({ volid, key }) => [volid, key]));
  const since = Math.max(
    0,
    ...jobsTo(world, guest, target).map((id) => world.jobs.replicationState[id]?.lastSync ?? 0),
  );
  for (const volid of volumesOf(guest)) {
    const storage = world.storages[storageOf(volid)];
    const found = findVolume(world, guest.node, volid);
    if (!storage || !found) return { local, why: `volume '${volid}' does not exist` };
    if (isShared(storage)) {
      const why = whyNotStorage(world, target, storage.id);
      if (why !== undefined) return { local, why };
      continue;
    }
    const { used, size, format, parent } = found.volume;
    if (parent !== undefined) {
      return {
        local,
        why: `can't migrate local disk '${volid}': can't migrate '${volid}' as it's a clone of '${parent}'`,
      };
    }
    const replica = since > 0 && backingOf(world, target, storage.id)?.volumes[volid] !== undefined;
    // Its replica is there already, and still has to be reached.
    const whyNot = replica ? whyNotStorage(world, target, storage.id) : undefined;
    if (whyNot !== undefined) return { local, why: whyNot };
    const changed = Math.min(used, (guest.changeBytesPerSecond * (world.now - since)) / 1000);
    // Holes are read too, only faster than they could be sent.
    const send = replica ? changed : used + (size - used) * 0.05;
    local.push({ key: keys.get(volid) ?? "", volid, used, send, size, format, replica });
  }
  return { local };
};

/** How a volume is named by the guest, in words of the log. */
export const whereNamed = (guest: Guest, key: string): string => {
  if (guest.kind === "lxc") return "in current VM config";
  if (key === "") return "referenced by snapshot(s)";
  return key.startsWith("unused") ? "unused" : "attached";
};

/** Makes the volumes on the target; none of them stays if one cannot be made. */
export const placeVolumes = (
  world: World,
  guest: Guest,
  target: string,
  { local, storage }: { local: Found[]; storage: string },
): Placed[] | string => {
  const placed: Placed[] = [];
  for (const disk of local) {
    if (disk.replica) {
      placed.push({ ...disk, there: disk.volid, lines: [] });
      continue;
    }
    const state = /vm-\d+-(state-.+?)(?:\.raw)?$/.exec(disk.volid)?.[1];
    const made = allocate(world, target, guest.kind === "qemu" ? "images" : "rootdir", {
      storage: storage === "" ? storageOf(disk.volid) : storage,
      vmid: guest.vmid,
      size: disk.size,
      format: disk.format,
      ...(disk.volid.includes("/base-") || disk.volid.includes(":base-") ? { prefix: "base" as const } : {}),
      ...(disk.volid.includes("cloudinit") ? { name: "cloudinit" } : state === undefined ? {} : { name: state }),
    });
    if (typeof made === "string") {
      dropVolumes(world, target, placed);
      return made;
    }
    placed.push({ ...disk, there: made.volid, lines: formattingLine(world, made) });
  }
  return placed;
};

const dropVolumes = (world: World, target: string, placed: Placed[]): void => {
  for (const { there, replica } of placed) {
    const found = replica ? undefined : findVolume(world, target, there);
    if (found) removeVolume(world, found.backing, there);
  }
};

/** The step that copies one of them, through an encrypted tunnel. */
export const copyVolume = (
  world: World,
  guest: Guest,
  disk: Placed,
  { target, mirror, cap }: { target: string; mirror: boolean; cap: number },
): Step => {
  const source = backingOf(world, guest.node, storageOf(disk.volid));
  const there = backingOf(world, target, storageOf(disk.there));
  return copyStep(world, {
    ...(source ? { source } : {}),
    ...(there ? { target: there } : {}),
    from: guest.node,
    to: target,
    bytes: Math.max(1, disk.send),
    cap: Math.min(tunnelCap, cap > 0 ? cap : tunnelCap),
    progress: mirror ? { kind: "mirror", of: disk.size, drive: `drive-${disk.key}` } : { kind: "dd", of: disk.size },
  });
};

/** The guest names its volumes by other ids from now on, in its snapshots too. */
export const renameVolumes = (guest: Guest, names: Map<string, string>): void => {
  for (const { config } of [guest, ...Object.values(guest.snapshots)]) {
    for (const { key, volid, text } of disksOf({ config, kind: guest.kind })) {
      const name = names.get(volid);
      if (name !== undefined) config[key] = withDisk(guest.kind, text, { volid: name });
    }
    const state = names.get(`${config.vmstate}`);
    if (state !== undefined) config.vmstate = state;
  }
};
