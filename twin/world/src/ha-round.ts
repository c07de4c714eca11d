import { ensured } from "./dict.ts";
import { newLrm } from "./ha.ts";
import { manage } from "./ha-crm.ts";
import { isSteady, serveAll } from "./ha-lrm.ts";
import { haRoundMs, planRound, wakeHa } from "./ha-wake.ts";
import type { World } from "./world.ts";

/** How long the managers sleep when all is as it should be. */
const restMs = 3_600_000;

/** A round of both managers. They come again while anything is under way, and rest while nothing is. */
export const haRound = (world: World): void => {
  const { ha } = world;
  delete ha.nextRound;
  if (Object.keys(ha.resources).length === 0 && Object.keys(ha.services).length === 0) return;
  const managed = manage(world);
  serveAll(world);
  planRound(world, world.now + (managed && isSteady(world) ? restMs : haRoundMs));
};

/** Has a service moved to another node: live, or stopped and started there. */
export const requestMove = (world: World, sid: string, node: string, how: "migrate" | "relocate"): void => {
  const service = world.ha.services[sid];
  if (service) service.requested = { node, how };
  wakeHa(world);
};

/** A node's services leave it and none comes, until the maintenance ends. */
export const setMaintenance = (world: World, node: string, on: boolean): void => {
  const lrm = ensured(world.ha.lrm, node, newLrm);
  lrm.mode = on ? "maintenance" : "active";
  if (on) lrm.maintained = true;
  else delete lrm.maintained;
  wakeHa(world);
};
