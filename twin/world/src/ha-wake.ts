import { enqueue } from "./queue.ts";
import type { World } from "./world.ts";

/** The managers look at the cluster every ten seconds. */
export const haRoundMs = 10_000;

/** Has the HA managers look at a moment, unless they look before. */
export const planRound = (world: World, at: number): void => {
  const { ha } = world;
  if (ha.nextRound !== undefined && ha.nextRound <= at) return;
  ha.nextRound = at;
  enqueue(world, at, { kind: "ha", at });
};

/** Has the HA managers look at the next of their rounds. To be called after every change of what they manage. */
export const wakeHa = (world: World): void => planRound(world, (Math.floor(world.now / haRoundMs) + 1) * haRoundMs);
