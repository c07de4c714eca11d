import type { Guest } from "./guest.ts";

/** The id of a guest as a resource of HA: `vm:100`, `ct:200`. */
export const sidOf = ({ kind, vmid }: Pick<Guest, "kind" | "vmid">): string =>
  `${kind === "qemu" ? "vm" : "ct"}:${vmid}`;

/** The guest's id in a resource's, or undefined. */
export const vmidOfSid = (sid: string): number | undefined => {
  const found = /^(?:vm|ct):(\d+)$/.exec(sid);
  return found ? Number(found[1]) : undefined;
};
