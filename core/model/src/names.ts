import { z } from "zod";

declare const of: unique symbol;
/** A name that remembers what it names: a guest's is not a node's, though both are written as plain strings. */
type Name<Kind extends string> = string & { readonly [of]?: Kind };

export type NodeName = Name<"node">;
export type GuestName = Name<"guest">;
export type StorageName = Name<"storage">;
export type SwitchName = Name<"switch">;
export type ProcedureId = Name<"procedure">;
export type PolicyId = Name<"backup policy">;
/** A VLAN tag, 1..4094. */
export type VlanId = number & { readonly [of]?: "vlan" };
/** Proxmox's number of a guest, 100..999999999. */
export type VmId = number & { readonly [of]?: "guest id" };

/** A host name as Proxmox takes it: letters, digits and inner hyphens, dots between labels. */
const dnsName = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

const named = <N extends string>(what: string, pattern: RegExp, example: string) =>
  z
    .string({ error: `expected ${what} such as "${example}"` })
    .regex(pattern, `expected ${what} such as "${example}"`)
    .transform((text): N => text as N);

export const nodeName = named<NodeName>("a node name", dnsName, "node01");
export const guestName = named<GuestName>("a guest name", dnsName, "proj-pg01");
export const storageName = named<StorageName>("a storage name", /^[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]$/, "local-nvme");
export const switchName = named<SwitchName>("a switch name", dnsName, "labswitch01");
export const procedureId = named<ProcedureId>("a procedure id", /^[A-Za-z0-9][A-Za-z0-9._-]*$/, "PROX-MAINT-001");
export const policyId = named<PolicyId>("a policy id", /^[A-Za-z0-9][A-Za-z0-9._-]*$/, "daily");
/** A pool; `lab/web` stands in `lab`. */
export const poolName = named<string>("a pool name", /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9._-]+){0,2}$/, "lab");
/** A name that is only used inside its own chapter: a disk, a NIC, a bridge, a device, a window. */
export const localName = named<string>("a name", /^[A-Za-z0-9][A-Za-z0-9._/-]*$/, "nvme0");

export const vlanId = z
  .number({ error: "expected a VLAN tag, 1 to 4094" })
  .int("expected a VLAN tag, 1 to 4094")
  .min(1, "expected a VLAN tag, 1 to 4094")
  .max(4094, "expected a VLAN tag, 1 to 4094")
  .transform((id): VlanId => id);
export const vmId = z
  .number({ error: "expected a guest id, 100 to 999999999" })
  .int("expected a guest id, 100 to 999999999")
  .min(100, "expected a guest id, 100 to 999999999")
  .max(999_999_999, "expected a guest id, 100 to 999999999")
  .transform((id): VmId => id);

/** A calendar date, `YYYY-MM-DD`. */
export const date = z.iso.date('expected a date such as "2025-04-22"').transform((text): string => text);
export const text = z.string({ error: "expected text" }).min(1, "expected text, got an empty string");
