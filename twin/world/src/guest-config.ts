import type { Config } from "./config.ts";
import type { Guest, GuestKind } from "./guest.ts";
import type { World } from "./world.ts";

/** The file's path below /etc/pve. */
export const configPath = (kind: GuestKind, node: string, vmid: number): string =>
  kind === "qemu" ? `nodes/${node}/qemu-server/${vmid}.conf` : `nodes/${node}/lxc/${vmid}.conf`;

/** A guest of this kind whose configuration lies on this node. */
export const guestOn = (world: World, kind: GuestKind, node: string, vmid: number): Guest | undefined => {
  const guest = world.guests[vmid];
  return guest?.kind === kind && guest.node === node ? guest : undefined;
};

export const lockOf = (guest: Guest): string | undefined =>
  guest.config.lock === undefined ? undefined : `${guest.config.lock}`;

/** `VM is locked (backup)`, or undefined where it is not. */
export const lockedText = (guest: Guest): string | undefined => {
  const lock = lockOf(guest);
  if (lock === undefined) return undefined;
  return guest.kind === "qemu" ? `VM is locked (${lock})` : `CT is locked (${lock})`;
};

export const isTemplate = (guest: Guest): boolean => `${guest.config.template ?? 0}` === "1";
export const isRunning = (guest: Guest): boolean => guest.run.kind !== "stopped";

/** The value of a key in `a=1,b=2`; `first` names the key that may stand without its name at the front. */
export const propertyOf = (text: string, key: string, first?: string): string | undefined => {
  for (let from = 0; from <= text.length; ) {
    const comma = text.indexOf(",", from);
    const end = comma < 0 ? text.length : comma;
    const at = text.indexOf("=", from);
    if (at < 0 || at >= end) {
      if (from === 0 && first === key) return text.slice(0, end);
    } else if (at - from === key.length && text.startsWith(key, from)) return text.slice(at + 1, end);
    from = end + 1;
  }
  return undefined;
};

/** Bytes of memory that a guest is given. */
export const memoryOf = ({ config }: { config: Config }): number => {
  const memory = config.memory ?? 512;
  const plain = Number(memory);
  const mib = Number.isNaN(plain) ? Number(propertyOf(`${memory}`, "current", "current") ?? 512) : plain;
  return (Number.isFinite(mib) ? mib : 512) * 1_048_576;
};

/** Virtual CPUs that a guest is given; a container without `cores` has all of its node's. */
export const cpusOf = (world: World, { config, kind, node }: Pick<Guest, "config" | "kind" | "node">): number => {
  const cores = Number(config.cores ?? (kind === "qemu" ? 1 : (world.nodes[node]?.hardware.cpus ?? 1)));
  const sockets = Number(config.sockets ?? 1);
  const limit = Number(config.cpulimit ?? 0);
  const vcpus = config.vcpus === undefined ? cores * sockets : Number(config.vcpus);
  return limit > 0 ? Math.min(limit, vcpus) : vcpus;
};

/** Whether the agent is switched on in the configuration. */
export const agentEnabled = ({ config }: { config: Config }): boolean => {
  const enabled = propertyOf(`${config.agent ?? 0}`, "enabled", "enabled");
  return enabled === "1";
};

const diskKeys: Record<GuestKind, RegExp> = {
  qemu: /^(?:(?:scsi|virtio|sata|ide|efidisk|tpmstate|unused)\d+)$/,
  lxc: /^(?:rootfs|mp\d+|unused\d+)$/,
};

export type DiskEntry = { key: string; volid: string; text: string };

/** The disks of a configuration that are volumes of a storage: no CD-ROMs, none without a volume id. */
export const disksOf = ({ config, kind }: { config: Config; kind: GuestKind }): DiskEntry[] => {
  const found: DiskEntry[] = [];
  const keys = Object.keys(config).filter((key) => diskKeys[kind].test(key));
  for (const key of keys.sort()) {
    const text = `${config[key]}`;
    const volid = propertyOf(text, kind === "qemu" ? "file" : "volume", kind === "qemu" ? "file" : "volume");
    if (!volid?.includes(":") || volid.startsWith("/")) continue;
    if (propertyOf(text, "media") === "cdrom" && !volid.includes("cloudinit")) continue;
    found.push({ key, volid, text });
  }
  return found;
};

/** The bridges that a guest's network cards are on. */
export const bridgesOf = ({ config }: { config: Config }): string[] =>
  Object.keys(config)
    .filter((key) => /^net\d+$/.test(key))
    .toSorted()
    .flatMap((key) => propertyOf(`${config[key]}`, "bridge") ?? []);
