import type { ParametersOf } from "@orrery/contract";
import { z } from "zod";

type Scalar = string | number | boolean;
/** A property string as Proxmox writes it, or taken apart: `"enabled=1,type=isa"`, `{ enabled: true, type: "isa" }`. */
type Parts = Readonly<Record<string, Scalar>>;

/** What is asked of a guest beside its options, or has a field of its own in the declaration. */
type NotOptions =
  | "node"
  | "vmid"
  | "digest"
  | "delete"
  | "revert"
  | "force"
  | "skiplock"
  | "background_delay"
  | "import-working-storage"
  | "lock"
  | "template"
  | "name"
  | "hostname"
  | "memory"
  | "cores"
  | "description"
  | "tags"
  | "onboot"
  | "startup"
  | "protection"
  | "boot"
  | "bootdisk"
  | "cdrom"
  | "ciuser"
  | "cipassword"
  | "ciupgrade"
  | "citype"
  | "cicustom"
  | "sshkeys"
  | "efidisk0"
  | "tpmstate0"
  | "rootfs"
  | "vmgenid"
  | `${"scsi" | "virtio" | "sata" | "ide" | "net" | "mp" | "unused" | "ipconfig"}${number}`;

type Told<T> = { readonly [K in keyof T as K extends NotOptions ? never : K]?: T[K] | Scalar | Parts };

/** The options of a VM that have no field of their own, by Proxmox's names. */
export type VmOptions = Told<ParametersOf<"PUT", "/nodes/{node}/qemu/{vmid}/config">>;

/** The options of a container that have no field of their own; `cores: "all"` of one that is not limited to some. */
export type CtOptions = Told<ParametersOf<"PUT", "/nodes/{node}/lxc/{vmid}/config">> & { readonly cores?: "all" };

const scalar = z.union([z.string(), z.number(), z.boolean()], { error: "expected a text, a number, true or false" });

/**
 * Options of a guest. Stated, even as `{}`, they are the whole: what they leave out has Proxmox's default, of the guest
 * as of its disks and network cards. Left out, the guest is made with sensible ones, and they are nobody's concern after.
 */
export const guestOptions = z
  .record(z.string(), z.union([scalar, z.record(z.string(), scalar)], { error: "expected an option of a guest" }))
  .transform((options) => options) as z.ZodType<
  Readonly<Record<string, Scalar | Parts>>,
  (VmOptions | CtOptions) & object
>;

/** Options of a disk or a network card beside its fields: `{ discard: "on", ssd: true }`. */
export const partOptions = z.record(z.string(), scalar);
export type PartOptions = z.output<typeof partOptions>;
