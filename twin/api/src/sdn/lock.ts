import type { Call } from "../call.ts";
import { fail } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { within } from "../within.ts";

/** Changes the SDN configuration: quorum must be there, and a global lock that somebody took must be the caller's own. */
export const withSdnLock = <T>(call: Call, failure: string, action: () => T): T =>
  within(failure, () => {
    needLock(call.world, call.node, "domain-sdn");
    const { lock } = call.world.sdn;
    if (lock !== undefined && lock !== call.text("lock-token")) fail("invalid lock token provided!");
    return action();
  });
