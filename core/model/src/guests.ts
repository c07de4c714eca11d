import { z } from "zod";
import { ipv4, mac } from "./address.ts";
import { claims, nodeRef, storageRef } from "./claims.ts";
import { guestOptions, partOptions } from "./guest-options.ts";
import { haResource } from "./ha.ts";
import { guestName, localName, poolName, text, vlanId, vmId } from "./names.ts";
import { duration, size, throughput } from "./quantity.ts";
import { calendarEvent } from "./schedule.ts";
import { secretSchema } from "./secret.ts";
import { measurable, measurableOrWritten, written } from "./unknown.ts";

const slot = (pattern: RegExp, examples: string) =>
  z.string().regex(pattern, `expected a slot such as ${examples}`).optional();

export const guestDisk = z.strictObject({
  name: localName.optional(),
  storage: storageRef,
  /** Provisioned. */
  size,
  /** Written, as the storage counts it. */
  used: measurable(size),
  /** Left out of backups where false. */
  backup: z.boolean().default(true),
  /** Left out: `scsi0`, `scsi1` … of a VM, `rootfs`, `mp0` … of a container, in order. */
  slot: slot(/^(scsi([0-9]|[12][0-9]|30)|virtio([0-9]|1[0-5])|sata[0-5]|ide[0-3]|rootfs|mp\d{1,3})$/, "scsi0, rootfs"),
  /** Where a container has it. Left out: `/srv/disk1`, `/srv/disk2` … */
  mount: text.optional(),
  /** The volume whose content it is made with: `local:import/debian-13.qcow2`. */
  from: text.optional(),
  options: partOptions.optional(),
});
export type GuestDisk = z.output<typeof guestDisk>;

export const guestNic = z.strictObject({
  bridge: localName,
  vlan: written(vlanId).optional(),
  address: measurableOrWritten(ipv4).optional(),
  mac: mac.optional(),
  /** Left out: `net0`, `net1` … in order. */
  slot: slot(/^net([0-9]|[12][0-9]|3[01])$/, "net0"),
  /** Of a VM. */
  model: localName.default("virtio"),
  /** What a container calls it. Left out: `eth0`, `eth1` … in order. */
  name: localName.optional(),
  firewall: z.boolean().optional(),
  rate: throughput.optional(),
  mtu: z.number().int().min(1).max(65520).optional(),
  /** `dhcp`, `manual`, or an address with its prefix: of a container, and of a VM for cloud-init. */
  ip: text.optional(),
  gateway: text.optional(),
  ip6: text.optional(),
  gateway6: text.optional(),
  options: partOptions.optional(),
});
export type GuestNic = z.output<typeof guestNic>;

/** What is in a slot and is no disk on a storage: a CD drive with or without an image, a device or a directory of the node. */
export const guestDrive = z.strictObject({
  slot: z.string().regex(/^(scsi|virtio|sata|ide|mp)\d{1,3}$/, "expected a slot such as ide2"),
  media: z.enum(["cdrom", "disk"]).default("cdrom"),
  /** `local:iso/debian-13.iso`, `/dev/disk/by-id/…`, `/tank/share`; left out of an empty CD drive. */
  file: text.optional(),
  /** Where a container has it. */
  mount: text.optional(),
  options: partOptions.optional(),
});
export type GuestDrive = z.output<typeof guestDrive>;

/** What cloud-init tells a VM at its first start; addresses are said of its network cards. */
export const cloudInit = z.strictObject({
  /** Of its drive. Left out: that of the first disk. */
  storage: storageRef.optional(),
  slot: z
    .string()
    .regex(/^(scsi|sata|ide)\d{1,2}$/, "expected a slot such as ide2")
    .default("ide2"),
  user: text.optional(),
  /** Set when the VM is made: what it is after, nobody can see. */
  password: secretSchema.optional(),
  /** Public SSH keys. */
  keys: z.array(text).default([]),
  /** Brings its packages up to date. */
  upgrade: z.boolean().optional(),
  nameservers: z.array(text).default([]),
  searchDomains: z.array(text).default([]),
  type: z.enum(["configdrive2", "nocloud", "opennebula"]).optional(),
  /** Snippets that stand in for what Proxmox would write: `local:snippets/user.yaml`. */
  custom: z
    .strictObject({
      user: text.optional(),
      network: text.optional(),
      meta: text.optional(),
      vendor: text.optional(),
    })
    .optional(),
});
export type CloudInit = z.output<typeof cloudInit>;

/** Hardware that a guest or a template may have beside its disks and network cards, and how it is made. */
const hardware = {
  drives: z.array(guestDrive).optional(),
  cloudInit: cloudInit.optional(),
  /** The disk that UEFI keeps its variables on. */
  efi: z.strictObject({ storage: storageRef, options: partOptions.optional() }).optional(),
  tpm: z.strictObject({ storage: storageRef, version: z.enum(["v1.2", "v2.0"]).default("v2.0") }).optional(),
  /** Devices and directories of nodes, by the name of their mapping. */
  mapped: z
    .array(
      z.strictObject({
        slot: z
          .string()
          .regex(/^(hostpci|usb|virtiofs)\d{1,2}$/, "expected a slot such as hostpci0, usb0 or virtiofs0"),
        mapping: localName,
        options: partOptions.optional(),
      }),
    )
    .default([]),
  /** Slots to boot from, in order. Left out: the first disk, the first CD drive, the first network card. */
  boot: z.array(localName).optional(),
  /** Of a container: the system that it is made from, and who may log in first. */
  image: z
    .strictObject({
      /** `local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst`. */
      volume: text,
      password: secretSchema.optional(),
      keys: z.array(text).default([]),
    })
    .optional(),
  /** Notes. */
  description: text.optional(),
  /** Neither it nor its disks can be removed. */
  protection: z.boolean().optional(),
  options: guestOptions.optional(),
};

/** What a guest is to do when its node drains. */
export const onDrain = z.enum(["migrate", "stop", "nothing"]);

/** A copy of all its disks on another node, brought up to date again and again. */
export const replication = z.strictObject({
  to: nodeRef,
  /** The longest that the copy may be behind. */
  every: duration,
  /** When it is brought up to date, as a calendar event; left out, what `every` says. */
  schedule: calendarEvent.optional(),
  /** The most that a copy takes of the network. */
  rate: throughput.optional(),
  comment: text.optional(),
  enabled: z.boolean().default(true),
  /** Of the job among those of its guest; left out, its place in this list. */
  number: z.number().int().min(0).optional(),
});
export type Replication = z.output<typeof replication>;

/** The number of each job of a guest: its own, or the lowest that none of them states. */
export const replicationNumbers = (jobs: readonly Pick<Replication, "number">[]): readonly number[] => {
  const taken = new Set(jobs.flatMap(({ number }) => number ?? []));
  let next = 0;
  return jobs.map(({ number }) => {
    if (number !== undefined) return number;
    while (taken.has(next)) next += 1;
    taken.add(next);
    return next;
  });
};

export const guest = z.strictObject({
  name: guestName,
  id: measurable(vmId),
  kind: z.enum(["vm", "ct"]),
  category: measurable(text),
  role: measurable(text),
  os: measurable(text),
  node: nodeRef,
  state: z.enum(["running", "stopped"]).default("running"),
  vcpus: z.number().int().min(1),
  memory: measurable(size),
  disks: z.array(guestDisk).default([]),
  nics: z.array(guestNic).default([]),
  tags: z.array(text).default([]),
  pool: poolName.optional(),
  /** `policy`: HA or a balancer may move it, which is no drift. Left out: what is an HA resource may move. */
  placement: z.enum(["pinned", "policy"]).optional(),
  /** The template that it was made from. */
  template: localName.optional(),
  /** Whether its disks are copies of the template's, or hold only what differs. */
  clone: z.enum(["full", "linked"]).default("full"),
  /** Devices of the node passed through, by their name there. */
  devices: z.array(localName).default([]),
  /** Guests that must be up before this one. */
  startsAfter: z.array(guestName).default([]),
  startOrder: z.number().int().min(0).optional(),
  /** From start until it does its work. */
  bootTime: measurable(duration),
  /** Services that others depend on: "dns", "identity". */
  provides: z.array(text).default([]),
  needs: z.array(text).default([]),
  /** Recovered first where 1. */
  recoveryTier: measurable(z.number().int().min(1)),
  onDrain: measurable(onDrain),
  /** Restarted elsewhere by Proxmox when its node fails. */
  ha: measurable(z.union([z.boolean(), haResource], { error: "expected true, false or { maxRestart, … }" })).default(
    false,
  ),
  /** Storage replication to other nodes (`pvesr`). */
  replication: z.array(replication).default([]),
  /** Whether it is rebooted, in a window for it, when a change of its hardware waits for its next start. */
  onPending: z.enum(["reboot", "wait"]).default("reboot"),
  /** Started with its node. */
  onboot: z.boolean().optional(),
  /** How long the next waits after its start, and how long it may take to shut down. */
  startup: z.strictObject({ up: duration.optional(), down: duration.optional() }).optional(),
  ...hardware,
});
export type Guest = z.output<typeof guest>;

/** The guest inventory. */
export const guests = z.strictObject({ items: z.array(guest), claims });
export type Guests = z.output<typeof guests>;

export const template = z.strictObject({
  name: localName,
  id: measurable(vmId),
  node: nodeRef,
  storage: storageRef,
  os: measurable(text),
  size,
  lastBuilt: measurable(z.iso.date()).optional(),
  kind: z.enum(["vm", "ct"]).default("vm"),
  vcpus: z.number().int().min(1).optional(),
  memory: measurable(size).optional(),
  /** Its disks where there is more to say than the storage and size of one. */
  disks: z.array(guestDisk).optional(),
  /** The volume whose content its disk is made with: `local:import/debian-13.qcow2`. */
  from: text.optional(),
  nics: z.array(guestNic).optional(),
  tags: z.array(text).optional(),
  pool: poolName.optional(),
  ...hardware,
});
export type Template = z.output<typeof template>;
export const templates = z.strictObject({ items: z.array(template).default([]), claims });
export type Templates = z.output<typeof templates>;
