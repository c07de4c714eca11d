import type { Backing, Storage, Volume } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { fail } from "../problem.ts";
import { mountOf, storagesOn } from "../storage-mounts.ts";
import { contentOfName, volumeName } from "../volume-path.ts";
import { needVolumeAccess } from "./volume-access.ts";

export const enabled = (storage: Storage): boolean => `${storage.options.disable ?? 0}` !== "1";

export const mayUse = (call: Call, id: string): boolean =>
  call.rights.hasAny(`/storage/${id}`, "Datastore.Audit", "Datastore.AllocateSpace");

/** A user sees a guest's volumes with rights on the guest, backups with the right to back it up, the rest with the storage. */
export const maySee = (call: Call, volume: Volume): boolean => {
  if (call.rights.has(`/storage/${volume.storage}`, "Datastore.Allocate")) return true;
  if (volume.vmid === undefined) return mayUse(call, volume.storage);
  const needed = volume.content === "backup" ? "VM.Backup" : "VM.Config.Disk";
  return call.rights.has(`/vms/${volume.vmid}`, needed);
};

export const storageOf = (call: Call): Storage => {
  const id = call.need("storage");
  return call.world.storages[id] ?? fail(`storage '${id}' does not exist`);
};

export const backingOf = (call: Call, storage: Storage, node = call.node): Backing => {
  if (!enabled(storage)) fail(`storage '${storage.id}' is disabled`);
  if (!storagesOn(call.world, node).includes(storage))
    fail(`storage '${storage.id}' is not available on node '${node}'`);
  return mountOf(call.world, storage.id, node) ?? fail(`storage '${storage.id}' is not online`);
};

export const charge = (call: Call, backing: Backing, bytes: number): void => {
  backing.used += bytes;
  backing.history.push([call.world.now, backing.used]);
};

export const volid = (call: Call): string => {
  const given = call.need("volume");
  return given.includes(":") ? given : `${call.need("storage")}:${given}`;
};

export const findVolume = (call: Call): { storage: Storage; backing: Backing; volume: Volume | undefined } => {
  const storage = storageOf(call);
  const backing = backingOf(call, storage);
  return { storage, backing, volume: backing.volumes[volid(call)] };
};

export const needVolume = (call: Call): { storage: Storage; volume: Volume } => {
  const { storage, volume } = findVolume(call);
  if (!call.rights.isRoot) needVolumeAccess(call, undefined, volid(call));
  if (volume === undefined) return fail(`volume '${volid(call)}' does not exist`);
  return { storage, volume };
};

/** The type of content by the volume's name, where there is no such volume. */
export const needName = (storage: Storage, id: string): void => {
  const name = volumeName(id);
  if (contentOfName(name) === undefined)
    fail(`unable to parse ${storage.type === "dir" ? "directory " : ""}volume name '${name}'`);
};
