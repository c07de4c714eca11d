import type { Storage, Volume } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { fail } from "../problem.ts";
import { readVolumeName, unreadableName, type VolumeName } from "../volume-path.ts";

export const storageNamed = (call: Call, id: string): Storage =>
  call.world.storages[id] ?? fail(`storage '${id}' does not exist`);

/** The storage and the name in a volume's id; undefined for what is none. */
export const splitVolid = (volid: string): { readonly storage: string; readonly name: string } | undefined => {
  const match = /^([a-z][a-z0-9\-_.]*[a-z0-9]):(.+)$/i.exec(volid);
  return match === null ? undefined : { storage: match[1] ?? "", name: match[2] ?? "" };
};

/** What a volume's id says of it; refuses what its storage could not read. */
export const readVolid = (call: Call, volid: string): (VolumeName & { readonly storage: string }) | undefined => {
  const split = splitVolid(volid);
  if (split === undefined) return undefined;
  const { type } = storageNamed(call, split.storage);
  const read = readVolumeName(type, split.name) ?? fail(unreadableName(type, split.name));
  return { ...read, storage: split.storage };
};

/** Refuses a volume that is not the caller's to read. Mirrors check_volume_access in pve-storage. */
export const needVolumeAccess = (
  call: Call,
  vmid: number | undefined,
  volid: string,
  wanted?: Volume["content"],
): void => {
  const { rights } = call;
  const volume = readVolid(call, volid);
  if (volume === undefined) {
    if (!rights.isRoot)
      fail("Only root can pass arbitrary filesystem paths. at /usr/share/perl5/PVE/Storage.pm line 552.");
    return;
  }
  const { content, owner, storage } = volume;
  if (wanted !== undefined && content !== wanted && (wanted !== "rootdir" || content !== "images"))
    fail(`unable to use volume ${volid} - content type needs to be '${wanted}'`);
  const path = `/storage/${storage}`;
  if (rights.isRoot || rights.has(path, "Datastore.Allocate")) return;
  if (content === "iso" || content === "vztmpl" || content === "import") {
    rights.needAny(path, "Datastore.AllocateSpace", "Datastore.Audit");
  } else if (owner !== undefined && owner === vmid) {
    // A guest's own volumes are its configuration's.
  } else if (content === "backup" && owner !== undefined) {
    rights.need(path, "Datastore.AllocateSpace");
    rights.need(`/vms/${owner}`, "VM.Backup");
  } else if ((content === "images" || content === "rootdir") && owner !== undefined) {
    rights.need(path, "Datastore.Audit");
    rights.need(`/vms/${owner}`, "VM.Config.Disk");
  } else fail(`missing privileges to access ${volid}`);
};
