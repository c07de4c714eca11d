import type { World } from "@orrery/twin-world";
import { fail } from "./problem.ts";

/** True when the node's partition holds more than half of the expected votes; a node that stands alone always is. */
export const hasQuorum = (world: World, node: string): boolean => {
  const { corosync, partitions } = world.cluster;
  if (corosync === undefined) return true;
  const members = Object.values(corosync.members);
  const expected = members.reduce((sum, member) => sum + member.votes, 0) + (corosync.qdevice?.votes ?? 0);
  const group = partitions.find((names) => names.includes(node)) ?? [];
  const present = members.filter((member) => group.includes(member.name)).reduce((sum, member) => sum + member.votes, 0);
  const outside = corosync.qdevice?.alive ? corosync.qdevice.votes : 0;
  return present + outside > expected / 2;
};

/** Refuses a write to a file of /etc/pve that is locked for it, such as `file-user_cfg`. */
export const needLock = (world: World, node: string, lock: string): void => {
  if (!hasQuorum(world, node)) fail(`cfs-lock '${lock}' error: no quorum!`);
};

/** Refuses a write to /etc/pve outside of any lock. */
export const needQuorum = (world: World, node: string): void => {
  if (!hasQuorum(world, node)) fail("cluster not ready - no quorum?");
};
