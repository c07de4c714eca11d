import { sidOf as sidOfGuest, vmidOfSid, type World } from "@orrery/twin-world";
import { fail } from "../problem.ts";

/** `100` or `vm:100` as a resource's id. A bare number must be a guest's. Mirrors parse_sid in pve-ha-manager. */
export const parseSid = (world: World, text: string): string => {
  if (!/^\d+$/.test(text)) return text;
  const guest = world.guests[text] ?? fail(`unable do add resource - VM/CT ${text} does not exist`);
  return sidOfGuest(guest);
};

/** Refuses a resource whose guest is not there. */
export const needGuestOf = (world: World, sid: string): void => {
  const vmid = vmidOfSid(sid);
  if (vmid === undefined || world.guests[vmid] === undefined) fail(`resource '${sid}' does not exist in cluster`);
};
