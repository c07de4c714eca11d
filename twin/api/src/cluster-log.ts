import type { Call } from "./call.ts";

/** Adds a line to the cluster log. `pri` is the syslog severity: 6 information, 4 warning, 3 error. */
export const logMessage = (call: Call, pri: number, user: string, msg: string): void => {
  const { world } = call;
  world.logUid += 1;
  world.log.push({ uid: world.logUid, at: world.now, node: call.node, pid: 1000, tag: "pvedaemon", pri, user, msg });
  if (world.log.length > 1000) world.log.splice(0, world.log.length - 500);
};
