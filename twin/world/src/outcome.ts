import type { ActMap, ActOf } from "./act.ts";
import type { Step } from "./step.ts";
import type { Task } from "./task.ts";
import type { World } from "./world.ts";

/** How an act ends: done, done with further steps that come next, or the error that ends the task. */
export type Outcome = undefined | Step[] | { fail: string };

/** The functions for some kinds of acts. */
export type ActsFor<Kind extends keyof ActMap> = { [K in Kind]: (world: World, task: Task, act: ActOf<K>) => Outcome };
