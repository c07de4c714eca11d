import type { Guest, GuestKind } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { fail } from "../problem.ts";

const folder: Record<GuestKind, string> = { qemu: "qemu-server", lxc: "lxc" };

const missingConfig = (kind: GuestKind, node: string, vmid: string | number): string =>
  `Configuration file 'nodes/${node}/${folder[kind]}/${vmid}.conf' does not exist`;

/** The guest that the path names, as it lies on the node that answers. */
export const guestOfCall = (call: Call, kind: GuestKind): Guest => {
  const vmid = call.need("vmid");
  const guest = call.world.guests[vmid];
  if (guest === undefined || guest.kind !== kind || guest.node !== call.node)
    return fail(missingConfig(kind, call.node, vmid));
  return guest;
};
