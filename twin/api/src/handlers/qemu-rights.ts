import type { Call } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { splitList } from "../validation/word-list.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Which privilege each option of a VM needs. Mirrors check_vm_modify_config_perm in qemu-server. */
const general = set(
  "agent autostart bios description keyboard localtime migrate_downtime migrate_speed name onboot ostype protection reboot startdate startup tdf template",
);
const hardware = set(
  "acpi hotplug kvm machine scsihw smbios1 tablet vga watchdog audio0 spice_enhancements vmgenid arch amd-sev intel-tdx",
);
const cpu = set("affinity cores cpu cpulimit cpuunits numa smp sockets vcpus");
const memory = set("memory balloon shares hugepages keephugepages allow-ksm");
const disk = set("boot bootdisk vmstatestorage");
const cloudInit = set("cicustom cipassword citype ciuser ciupgrade nameserver searchdomain sshkeys");

export const isDrive = (key: string): boolean =>
  /^(?:ide[0-3]|scsi(?:[0-9]|[12][0-9]|30)|sata[0-5]|virtio(?:[0-9]|1[0-5])|efidisk0|tpmstate0)$/.test(key);

const privilegesFor = (key: string): readonly string[] | undefined => {
  if (cpu.has(key) || /^numa\d+$/.test(key)) return ["VM.Config.CPU"];
  if (memory.has(key)) return ["VM.Config.Memory"];
  if (hardware.has(key)) return ["VM.Config.HWType"];
  if (general.has(key) || key === "tags") return ["VM.Config.Options"];
  if (key === "freeze") return ["VM.PowerMgmt"];
  if (disk.has(key)) return ["VM.Config.Disk"];
  if (cloudInit.has(key) || /^ipconfig\d+$/.test(key)) return ["VM.Config.Cloudinit", "VM.Config.Network"];
  if (/^net\d+$/.test(key)) return ["VM.Config.Network"];
  return undefined;
};

const needDevice = (
  call: Call,
  vmid: number,
  pool: string | undefined,
  key: string,
  value: string | undefined,
): boolean => {
  if (/^serial\d+$/.test(key) && (value === undefined || value === "socket")) {
    call.rights.needOnGuest(vmid, pool, "VM.Config.HWType");
    return true;
  }
  const mapping = /(?:^|,)mapping=([^,]+)/.exec(value ?? "")?.[1];
  if (
    /^(?:usb|hostpci|virtiofs)\d+$/.test(key) &&
    (mapping !== undefined || /spice/i.test(value ?? "") || value === undefined)
  ) {
    call.rights.needOnGuest(vmid, pool, "VM.Config.HWType");
    const kind = key.startsWith("usb") ? "usb" : "pci";
    if (mapping !== undefined) call.rights.need(`/mapping/${kind}/${mapping}`, "Mapping.Use");
    return true;
  }
  if (/^usb\d+$/.test(key)) return fail(`only root can set '${key}' config for real devices`);
  if (/^hostpci\d+$/.test(key)) return fail(`only root can set '${key}' config for non-mapped devices`);
  if (key === "rng0") {
    call.rights.needOnGuest(vmid, pool, "VM.Config.HWType");
    return true;
  }
  return false;
};

/** Refuses what the caller may not set or delete on a VM. `values` holds undefined for what is deleted. */
export const needOptionRights = (
  call: Call,
  vmid: number,
  pool: string | undefined,
  values: ReadonlyMap<string, string | undefined>,
): void => {
  if (call.rights.isRoot) return;
  for (const key of [...values.keys()].toSorted()) {
    const value = values.get(key);
    if (isDrive(key)) {
      const cdrom = /(?:^|,)media=cdrom(?:,|$)/.test(value ?? "");
      if (cdrom) call.rights.needAny(`/vms/${vmid}`, "VM.Config.CDROM", "VM.Config.Disk");
      else call.rights.needOnGuest(vmid, pool, "VM.Config.Disk");
      continue;
    }
    if (/^unused\d+$/.test(key)) {
      call.rights.needOnGuest(vmid, pool, "VM.Config.Disk");
      continue;
    }
    const privileges = privilegesFor(key);
    if (privileges === undefined) {
      if (!needDevice(call, vmid, pool, key, value)) fail(`only root can set '${key}' config`);
    } else if (privileges.length === 1) {
      call.rights.needOnGuest(vmid, pool, ...privileges);
    } else {
      call.rights.needAny(`/vms/${vmid}`, ...privileges);
    }
  }
};

/** The bridges that network cards are put on must be the caller's to use. */
export const needBridges = (call: Call, texts: readonly string[]): void => {
  if (call.rights.isRoot) return;
  for (const text of texts) {
    const bridge = /(?:^|,)bridge=([^,]+)/.exec(text)?.[1];
    if (bridge === undefined) continue;
    const zone = call.world.sdn.running?.vnets[bridge]?.options.zone ?? "localnetwork";
    const tag = /(?:^|,)tag=(\d+)/.exec(text)?.[1];
    call.rights.need(`/sdn/zones/${zone}/${bridge}${tag === undefined ? "" : `/${tag}`}`, "SDN.Use");
  }
};

const newDisk = /^(?:([^/:\s]+):)?(\d+(?:\.\d+)?)$/;

/** The storages and volumes that drives name must be there, and the caller's to use. Mirrors check_storage_access. */
export const needVolumes = (call: Call, vmid: number, drives: Readonly<Record<string, string>>): void => {
  const { world, rights } = call;
  for (const [key, text] of Object.entries(drives)) {
    const volid = /^(?:file=|volume=)?([^,]*)/.exec(text)?.[1] ?? "";
    if (volid === "none" || volid === "cdrom") {
      if (volid === "cdrom" && !rights.isRoot) rights.need("/", "Sys.Console");
      continue;
    }
    const fresh = newDisk.exec(volid);
    const storage = fresh === null ? /^([^/:]+):/.exec(volid)?.[1] : (fresh[1] ?? "local");
    if (storage === undefined) {
      if (!rights.isRoot) fail("Only root can pass arbitrary filesystem paths.");
      continue;
    }
    const known = world.storages[storage];
    if (known === undefined) fail(`storage '${storage}' does not exist`);
    const contents = splitList(String(known?.options.content ?? "images"));
    if (fresh !== null || volid.endsWith(":cloudinit")) {
      if (!contents.includes("images")) refuseParameters({ [key]: `storage '${storage}' does not support vm images` });
      if (!rights.isRoot) rights.need(`/storage/${storage}`, "Datastore.AllocateSpace");
    } else {
      const name = volid.slice(volid.indexOf(":") + 1);
      const filed = known?.type === "dir" || known?.type === "nfs" || known?.type === "cifs";
      if (filed && !/^(?:\d+\/[^/]+(?:\/\d+\/[^/]+)?|(?:iso|vztmpl|backup|snippets|import)\/.+)$/.test(name)) {
        fail(`unable to parse directory volume name '${name}'`);
      }
      const owner = /^(\d+)\//.exec(name)?.[1];
      const iso = name.startsWith("iso/");
      if (!rights.isRoot && owner !== String(vmid)) {
        rights.needAny(
          `/storage/${storage}`,
          ...(iso ? ["Datastore.AllocateSpace", "Datastore.Audit"] : ["Datastore.Allocate"]),
        );
      }
    }
  }
};
