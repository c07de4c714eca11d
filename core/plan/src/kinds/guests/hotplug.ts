import type { Config, GuestKind } from "@orrery/state";
import { isNet, isVmDisk } from "./formats.ts";

/** How a change reaches a guest that runs: nobody notices, it is plugged in at once, or it waits for the next start. */
type Reach = "none" | "hot" | "waits";

/** Options of a VM that are of the manager and not of the machine. Mirrors vmconfig_hotplug_pending in qemu-server. */
const vmAtOnce = new Set(
  "name description tags onboot startup protection hookscript shares cpulimit cpuunits migrate_downtime migrate_speed vmstatestorage".split(
    " ",
  ),
);

/** What a drive that is plugged in has until the next start; the rest is taken at once. Mirrors vmconfig_update_disk in qemu-server. */
const driveWaits = new Set([
  "",
  "aio",
  "discard",
  "iothread",
  "queues",
  "product",
  "cache",
  "ssd",
  "vendor",
  "ro",
  "media",
]);

/** Taken at once, and told to the guest when it starts next. Mirrors confdesc_cloudinit in qemu-server. */
export const isCloudInit = (key: string): boolean =>
  /^(?:ci(?:custom|password|type|user|upgrade)|nameserver|searchdomain|sshkeys|ipconfig\d+)$/.test(key);

/** What a card that is plugged in can be told; a rate alone needs no new link. Mirrors vmconfig_update_net in qemu-server. */
const cardAtOnce = new Set(["bridge", "tag", "trunks", "firewall", "rate", "link_down"]);

const featuresOf = (config: Config): ReadonlySet<string> => {
  const text = String(config.hotplug ?? "network,disk,usb");
  return text === "1" ? new Set(["network", "disk", "usb"]) : new Set(text.split(/[,;\s]+/));
};

/** A change of one option: which of its parts differ, and whether it was there and will be. */
export type OptionChange = {
  readonly key: string;
  readonly parts: ReadonlySet<string>;
  readonly before: string | undefined;
  readonly after: string | undefined;
};

const takesUsb = ({ ostype }: Config): boolean => /^(?:l26|win(?:8|10|11))$/.test(String(ostype ?? ""));

/** Whether a VM is told by its own cloud-init drive at once, as soon as that is changed. */
export const tellsCloudInit = (config: Config): boolean => featuresOf(config).has("cloudinit");

const reachOfVm = ({ key, parts, before, after }: OptionChange, config: Config): Reach => {
  const features = featuresOf(config);
  // A switch of the device itself waits; how much it may take does not.
  if (key === "balloon") return (before === "0") === (after === "0") ? "hot" : "waits";
  if (key === "agent")
    return before !== undefined && [...parts].every((part) => part === "fstrim_cloned_disks") ? "hot" : "waits";
  if (key === "tablet") return features.has("usb") ? "hot" : "waits";
  if (vmAtOnce.has(key)) return key.startsWith("cpu") ? "hot" : "none";
  if (isNet(key))
    return features.has("network") ||
      (before !== undefined && after !== undefined && [...parts].every((part) => cardAtOnce.has(part)))
      ? "hot"
      : "waits";
  if (isVmDisk(key)) {
    const isKept = before !== undefined && after !== undefined;
    if (isKept && [...parts].every((part) => !driveWaits.has(part))) return "hot";
    const isMedium = isKept && /^none$|:iso\/|^cdrom$/.test(before) && parts.size === 1 && parts.has("");
    if (isMedium) return "hot";
    return /^(?:scsi|virtio)/.test(key) && features.has("disk") && !isKept ? "hot" : "waits";
  }
  if (/^usb\d+$/.test(key)) return features.has("usb") && takesUsb(config) ? "hot" : "waits";
  if (key === "vcpus") return features.has("cpu") ? "hot" : "waits";
  if (key === "memory") return features.has("memory") ? "hot" : "waits";
  if (isCloudInit(key)) return features.has("cloudinit") ? "hot" : "none";
  // Plugging CPUs and memory is prepared when it starts.
  if (key === "hotplug") return /cpu|memory/.test(`${before ?? ""} ${after ?? ""}`) ? "waits" : "none";
  return "waits";
};

/** Mirrors vmconfig_hotplug_pending in pve-container's LXC::Config. */
const reachOfContainer = ({ key, before, after }: OptionChange): Reach => {
  if (/^(?:description|onboot|startup|protection|hookscript|tags)$/.test(key)) return "none";
  if (/^(?:hostname|cores|cpulimit|cpuunits|swap)$/.test(key)) return "hot";
  if (key === "memory") return after === undefined ? "waits" : "hot";
  if (isNet(key)) return "hot";
  if (/^mp\d+$/.test(key)) return before === undefined ? "hot" : "waits";
  return "waits";
};

/** How a change of an option reaches a guest. */
export const reachOf = (type: GuestKind, isRunning: boolean, change: OptionChange, config: Config): Reach => {
  if (!isRunning) return "none";
  return type === "qemu" ? reachOfVm(change, config) : reachOfContainer(change);
};
