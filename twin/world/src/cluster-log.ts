import type { World } from "./world.ts";

const kept = 500;

/** Adds a line to the cluster log. `pri` is the syslog severity: 6 information, 4 warning, 3 error. */
export const logToCluster = (
  world: World,
  entry: { node: string; pid: number; tag: string; pri: number; user: string; msg: string },
): void => {
  world.log.push({ uid: ++world.logUid, at: world.now, ...entry });
  if (world.log.length > kept * 2) world.log.splice(0, world.log.length - kept);
};
