import { type ClusterState, valueIn } from "@orrery/state";
import type { Declaring } from "../kind.ts";

/** `vm:101`, `ct:102`: the name that the HA manager has for a guest. */
export const sidOf = (kind: "vm" | "ct" | "qemu" | "lxc", vmid: number): string =>
  `${kind === "vm" || kind === "qemu" ? "vm" : "ct"}:${vmid}`;

export const vmidOfSid = (sid: string): number => Number(sid.slice(sid.indexOf(":") + 1));

/** The resource of a guest that a rule names; undefined where nobody knows its number. */
export const sidOfListed = (
  listed: string | number,
  { inventory, state, vmidOf }: Pick<Declaring, "inventory" | "state" | "vmidOf">,
): string | undefined => {
  const declared =
    typeof listed === "string"
      ? inventory.guestOf(listed)
      : inventory.lab.guests.items.find(({ name }) => vmidOf(name) === listed);
  const vmid = typeof listed === "number" ? listed : vmidOf(listed);
  if (vmid === undefined) return undefined;
  if (declared !== undefined) return sidOf(declared.kind, vmid);
  return sidOf(kindOf(state, vmid) ?? "qemu", vmid);
};

const kindOf = ({ guests }: ClusterState, vmid: number): "qemu" | "lxc" | undefined =>
  valueIn(guests)?.[String(vmid)]?.kind;
