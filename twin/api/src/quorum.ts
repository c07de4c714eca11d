import { isQuorate, type World } from "@orrery/twin-world";
import { fail } from "./problem.ts";

export const hasQuorum = (world: World, node: string): boolean =>
  world.cluster.corosync === undefined || isQuorate(world, node);

/** Refuses a write to a file of /etc/pve that is locked for it, such as `file-user_cfg`. */
export const needLock = (world: World, node: string, lock: string): void => {
  if (!hasQuorum(world, node)) fail(`cfs-lock '${lock}' error: no quorum!`);
};

/** Refuses a write to /etc/pve outside of any lock. */
export const needQuorum = (world: World, node: string): void => {
  if (!hasQuorum(world, node)) fail("cluster not ready - no quorum?");
};
