import { copy } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { needLock } from "../quorum.ts";
import { within } from "../within.ts";

/**
 * Changes users, groups, roles, permissions and pools, which one file holds. It is written at the end: nothing of a
 * change that was refused is kept.
 */
export const changeUserConfig = <T>(call: Call, failing: string, change: () => T): T =>
  within(failing, () => {
    const { world } = call;
    needLock(world, call.node, "file-user_cfg");
    const { users, groups, roles, acls } = copy(world.access);
    const pools = copy(world.pools);
    try {
      return change();
    } catch (error) {
      Object.assign(world.access, { users, groups, roles, acls });
      world.pools = pools;
      throw error;
    }
  });
