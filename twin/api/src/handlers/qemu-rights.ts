import { propertyOf } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { contentOf } from "./storage-config.ts";
import { needVolumeAccess, readVolid, storageNamed } from "./volume-access.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Which privilege each option of a VM needs. Mirrors check_vm_modify_config_perm in qemu-server. */
const general = set(
  "agent autostart bios description keyboard localtime migrate_downtime migrate_speed name onboot ostype protection reboot startdate startup tdf template",
);
const hardware = set(
  "acpi hotplug kvm machine runningmachine scsihw smbios1 tablet vga watchdog audio0 rng0 spice_enhancements vmgenid arch amd-sev intel-tdx",
);
const cpu = set("affinity cores cpu runningcpu cpulimit cpuunits numa smp sockets vcpus");
const memory = set("memory balloon shares hugepages keephugepages allow-ksm");
const disk = set("boot bootdisk vmstatestorage");
const cloudInit = set("cicustom cipassword citype ciuser ciupgrade nameserver searchdomain sshkeys");

export type OnGuest = { readonly vmid: number; readonly pool?: string | undefined };
type Texts = ReadonlyMap<string, string>;

export const isDrive = (key: string): boolean =>
  /^(?:ide[0-3]|scsi(?:[0-9]|[12][0-9]|30)|sata[0-5]|virtio(?:[0-9]|1[0-5])|efidisk0|tpmstate0)$/.test(key);

/** Options whose right depends on their value. */
const isValued = (key: string): boolean =>
  isDrive(key) || key === "cdrom" || key === "tags" || /^(?:unused|serial|usb|hostpci|virtiofs)\d+$/.test(key);

const privilegesFor = (key: string): readonly string[] | undefined => {
  if (cpu.has(key) || /^numa\d+$/.test(key)) return ["VM.Config.CPU"];
  if (memory.has(key)) return ["VM.Config.Memory"];
  if (hardware.has(key)) return ["VM.Config.HWType"];
  if (general.has(key)) return ["VM.Config.Options"];
  if (key === "freeze") return ["VM.PowerMgmt"];
  if (disk.has(key)) return ["VM.Config.Disk"];
  if (/^net\d+$/.test(key) || key === "running-nets-host-mtu") return ["VM.Config.Network"];
  if (cloudInit.has(key) || /^ipconfig\d+$/.test(key)) return ["VM.Config.Cloudinit", "VM.Config.Network"];
  return undefined;
};

/** Refuses options that the caller may not touch on a VM, whatever their values. */
export const needOptionRights = (call: Call, { vmid, pool }: OnGuest, keys: Iterable<string>): void => {
  if (call.rights.isRoot) return;
  for (const key of [...keys].toSorted()) {
    if (isValued(key)) continue;
    if (key === "vmstate") {
      call.rights.needOnGuest(vmid, pool, "VM.Config.Disk", "VM.PowerMgmt");
      continue;
    }
    const privileges = privilegesFor(key) ?? fail(`only root can set '${key}' config`);
    if (privileges.length === 1) call.rights.needOnGuest(vmid, pool, ...privileges);
    else call.rights.needAny(`/vms/${vmid}`, ...privileges);
  }
};

const mayBe = (verb: "set" | "modify" | "delete", key: string): never =>
  fail(`only root can ${verb} '${key}' config for real devices`);

/** Refuses a device that the caller may not give a VM, or take from it. */
const needDevice = (call: Call, { vmid, pool }: OnGuest, key: string, value: string): void => {
  const { rights } = call;
  const needHardware = (): void => rights.needOnGuest(vmid, pool, "VM.Config.HWType");
  const host = propertyOf(value, "host") ?? (/^[^=,]+(?:,|$)/.test(value) ? value.split(",", 1)[0] : undefined);
  const mapping = propertyOf(value, "mapping");
  if (key.startsWith("usb")) {
    needHardware();
    if (host !== undefined) {
      if (!/^spice$/i.test(host)) mayBe("set", key);
    } else if (mapping === undefined) fail("either 'host' or 'mapping' must be set.");
    else rights.need(`/mapping/usb/${mapping}`, "Mapping.Use");
  } else if (key.startsWith("hostpci")) {
    if (host !== undefined) fail(`only root can set '${key}' config for non-mapped devices`);
    else if (mapping === undefined) fail("either 'host' or 'mapping' must be set.");
    rights.need(`/mapping/pci/${mapping}`, "Mapping.Use");
    needHardware();
    if (propertyOf(value, "romfile") !== undefined)
      refuseParameters({ [key]: "only root@pam can set 'romfile' option" });
  } else if (key.startsWith("virtiofs")) {
    rights.needOnGuest(vmid, pool, "VM.Config.Disk");
    rights.need(`/mapping/dir/${propertyOf(value, "dirid") ?? value.split(",", 1)[0] ?? ""}`, "Mapping.Use");
  } else if (key === "rng0") {
    needHardware();
    if (propertyOf(value, "source") === "/dev/hwrng") rights.need("/mapping/hwrng", "Mapping.Use");
  }
};

const isDevice = (key: string): boolean => key === "rng0" || /^(?:usb|hostpci|virtiofs)\d+$/.test(key);

/** Refuses devices that the caller may not give a new VM. */
export const needDevices = (call: Call, guest: OnGuest, values: Texts): void => {
  if (call.rights.isRoot) return;
  for (const [key, value] of values) {
    if (/^serial\d+$/.test(key)) {
      if (value === "socket") call.rights.needOnGuest(guest.vmid, guest.pool, "VM.Config.HWType");
      else mayBe("set", key);
    } else if (isDevice(key)) needDevice(call, guest, key, value);
  }
};

const fileOf = (text: string): string => /^(?:file=|volume=)?([^,]*)/.exec(text)?.[1] ?? "";
const isCloudInit = (text: string): boolean => /cloudinit/.test(fileOf(text));
const isCdrom = (text: string): boolean => propertyOf(text, "media") === "cdrom" || fileOf(text) === "cdrom";

const needDrive = (call: Call, vmid: number, text: string): void => {
  const path = `/vms/${vmid}`;
  if (isCloudInit(text)) call.rights.need(path, "VM.Config.Cloudinit", "VM.Config.CDROM");
  else if (isCdrom(text)) call.rights.need(path, "VM.Config.CDROM");
  else call.rights.need(path, "VM.Config.Disk");
};

/** Refuses a change of one option of a VM by what it was and what it becomes; undefined where it is not there. */
export const needChange = (
  call: Call,
  guest: OnGuest,
  key: string,
  { before, after }: { readonly before: string | undefined; readonly after: string | undefined },
): void => {
  if (call.rights.isRoot) return;
  const values = [before, after].filter((value) => value !== undefined);
  if (isDrive(key)) for (const value of values) needDrive(call, guest.vmid, value);
  else if (/^unused\d+$/.test(key)) call.rights.need(`/vms/${guest.vmid}`, "VM.Config.Disk");
  else if (/^serial\d+$/.test(key)) {
    if (values.every((value) => value === "socket")) call.rights.need(`/vms/${guest.vmid}`, "VM.Config.HWType");
    else mayBe(after === undefined ? "delete" : "modify", key);
  } else if (isDevice(key)) for (const value of values) needDevice(call, guest, key, value);
  else if (/^net\d+$/.test(key) && before !== undefined) needBridges(call, [before]);
};

/** The bridges that network cards are put on must be the caller's to use. */
export const needBridges = (call: Call, texts: readonly string[]): void => {
  if (call.rights.isRoot) return;
  for (const text of texts) {
    const bridge = propertyOf(text, "bridge");
    if (bridge === undefined) continue;
    const zone = call.world.sdn.running?.vnets[bridge]?.options.zone ?? "localnetwork";
    const path = `/sdn/zones/${zone}/${bridge}`;
    const tag = propertyOf(text, "tag");
    const trunks = propertyOf(text, "trunks")?.split(";") ?? [];
    if (tag !== undefined) call.rights.need(`${path}/${tag}`, "SDN.Use");
    for (const trunk of trunks) call.rights.need(`${path}/${trunk}`, "SDN.Use");
    if (tag === undefined && trunks.length === 0) call.rights.need(path, "SDN.Use");
  }
};

const newDisk = /^(?:([^/:\s]+):)?(\d+(?:\.\d+)?)$/;

const needSource = (call: Call, vmid: number, key: string, source: string): void => {
  const volume = readVolid(call, source);
  if (volume !== undefined && volume.content !== "images" && volume.content !== "import")
    refuseParameters({ [key]: `${source} has wrong type '${volume.content}' - needs to be 'images' or 'import'` });
  if (call.rights.isRoot) return;
  if (volume?.content === "images" && volume.owner !== undefined) call.rights.need(`/vms/${volume.owner}`, "VM.Clone");
  else needVolumeAccess(call, vmid, source);
};

const needDriveVolume = (
  call: Call,
  vmid: number,
  key: string,
  { text, storage }: { readonly text: string; readonly storage: string | undefined },
): void => {
  const volid = fileOf(text);
  if (volid === "" || volid === "none" || volid === "cloudinit" || volid.endsWith(":cloudinit")) return;
  if (volid === "cdrom") {
    if (!call.rights.isRoot) call.rights.need("/", "Sys.Console");
    return;
  }
  const fresh = isCdrom(text) ? null : newDisk.exec(volid);
  if (fresh === null) {
    needVolumeAccess(call, vmid, volid);
    const content = readVolid(call, volid)?.content;
    if (content !== undefined && content !== "images" && content !== "iso")
      refuseParameters({ [key]: "content type needs to be 'images' or 'iso'" });
  } else {
    const where = fresh[1] ?? storage ?? fail("no storage ID specified (and no default storage)");
    if (!call.rights.isRoot) call.rights.need(`/storage/${where}`, "Datastore.AllocateSpace");
    if (!contentOf(storageNamed(call, where)).includes("images"))
      refuseParameters({ storage: `storage '${where}' does not support vm images` });
  }
  const source = propertyOf(text, "import-from");
  if (source !== undefined) needSource(call, vmid, key, source);
};

/** The storages and volumes that options name must be there, and the caller's to use. Mirrors check_storage_access. */
export const needStorageAccess = (call: Call, vmid: number, values: Texts, storage?: string): void => {
  const keys = [...values.keys()].toSorted();
  for (const key of keys) if (isDrive(key)) needDriveVolume(call, vmid, key, { text: values.get(key) ?? "", storage });
  for (const key of keys) {
    if (!/^unused\d+$/.test(key)) continue;
    const volid = fileOf(values.get(key) ?? "");
    if (!volid.includes(":")) refuseParameters({ [key]: `not a valid volid: ${volid}` });
    needVolumeAccess(call, vmid, volid, "images");
  }
  const state = values.get("vmstatestorage");
  if (state !== undefined && !call.rights.isRoot) call.rights.need(`/storage/${state}`, "Datastore.AllocateSpace");
  for (const part of (values.get("cicustom") ?? "").split(",")) {
    const volid = /^(?:meta|network|user|vendor)=(.+)$/.exec(part)?.[1];
    if (volid !== undefined) needVolumeAccess(call, vmid, volid, "snippets");
  }
};

/** Drives must make sense in themselves. Mirrors check_drive_param. */
export const needSoundDrives = (call: Call, values: Texts): void => {
  for (const [key, text] of [...values].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if (!isDrive(key)) continue;
    const volid = fileOf(text);
    const fresh = newDisk.exec(volid);
    if (propertyOf(text, "import-from") !== undefined && (fresh === null || Number(fresh[2]) !== 0))
      refuseParameters({
        [key]: "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>",
      });
    if (fresh !== null || volid.endsWith(":cloudinit")) continue;
    if (readVolid(call, volid)?.content === "iso" && propertyOf(text, "media") !== "cdrom")
      refuseParameters({ [key]: "explicit 'media=cdrom' is required for iso images" });
  }
};
