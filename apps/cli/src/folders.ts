import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs of plans with their journals: kept until somebody deletes them. */
export const runsFolder = (env: Environment): string =>
  join(env.XDG_STATE_HOME || join(homedir(), ".local/state"), "orrery", "runs");

/** Cluster states as they were last seen: a mere cache. */
export const statesFolder = (env: Environment): string =>
  join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "orrery", "states");
