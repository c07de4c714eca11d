import { known, type Lab } from "@orrery/model";
import { type Assumption, assuming } from "./assumption.ts";
import { wakeHa } from "./ha-wake.ts";
import { addLabGuests } from "./lab-guests.ts";
import { addLabJobs } from "./lab-jobs.ts";
import { addLabNetwork } from "./lab-network.ts";
import { addLabNodes } from "./lab-nodes.ts";
import { addLabStorages } from "./lab-storages.ts";
import { newWorld } from "./new-world.ts";
import { planJobs } from "./scheduler.ts";
import type { Release, World } from "./world.ts";

export type LabWorld = {
  release?: Release;
  seed?: number;
  /** Epoch milliseconds at which the world begins; 2026-11-22 08:00 UTC unless told. */
  now?: number;
};

/**
 * The twin of a declared lab: its nodes, cables, storages, guests and jobs, up and running. What the declaration does
 * not tell is assumed, and said.
 */
export const worldOf = (
  lab: Lab,
  { release = "9.2", seed = 1, now = Date.UTC(2026, 10, 22, 8) }: LabWorld = {},
): { world: World; assumed: Assumption[] } => {
  const world = newWorld({ release, seed, now });
  const assumed: Assumption[] = [];
  const assume = assuming(assumed);
  const paths = addLabNodes(world, lab, assume);
  addLabNetwork(world, lab);
  addLabStorages({ world, lab, assume, paths });
  const numbers = addLabGuests(world, lab, assume);
  for (const [name, { home }] of Object.entries(lab.storage.items)) {
    const backing = home.on === "guest" ? world.backings[world.mounts[name] ?? ""] : undefined;
    const server = home.on === "guest" ? numbers.get(known(home.guest) ?? "") : undefined;
    if (backing && server !== undefined) backing.server = server;
  }
  addLabJobs(world, lab, { numbers, assume });
  if (Object.keys(world.ha.resources).length > 0) wakeHa(world);
  planJobs(world);
  return { world, assumed };
};
