import type { Act, ActMap, ActOf } from "./act.ts";
import { guestPowerActs } from "./guest-power.ts";
import { haActs } from "./ha-acts.ts";
import type { Outcome } from "./outcome.ts";
import type { Task } from "./task.ts";
import type { World } from "./world.ts";

type Acts = { [K in keyof ActMap]: (world: World, task: Task, act: ActOf<K>) => Outcome };

const acts: Acts = { ...guestPowerActs, ...haActs };

const performOne = <K extends keyof ActMap>(world: World, task: Task, act: ActOf<K>): Outcome =>
  acts[act.kind](world, task, act);

/** Does what the act says. */
export const perform = (world: World, task: Task, act: Act): Outcome => performOne(world, task, act);
