import type { Act, ActMap, ActOf } from "./act.ts";
import { bulkActs } from "./bulk-work.ts";
import { guestPowerActs } from "./guest-power.ts";
import { haActs } from "./ha-acts.ts";
import { nodeActs } from "./node-acts.ts";
import type { Outcome } from "./outcome.ts";
import type { Task } from "./task.ts";
import type { World } from "./world.ts";

type Acts = { [K in keyof ActMap]: (world: World, task: Task, act: ActOf<K>) => Outcome };

const acts: Acts = { ...guestPowerActs, ...haActs, ...nodeActs, ...bulkActs };

const performOne = <K extends keyof ActMap>(world: World, task: Task, act: ActOf<K>): Outcome =>
  acts[act.kind](world, task, act);

/** Does what the act says. */
export const perform = (world: World, task: Task, act: Act): Outcome => performOne(world, task, act);
