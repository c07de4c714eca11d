import type { Happening } from "./event.ts";
import { dequeue } from "./queue.ts";
import { breakFlow, finishFlow, runTask } from "./run-task.ts";
import type { World } from "./world.ts";

/** When the next thing happens by itself; undefined when nothing will. */
export const nextEventAt = (world: World): number | undefined => world.queue[0]?.at;

const happen = (world: World, what: Happening): void => {
  switch (what.kind) {
    case "task": {
      const task = world.tasks[what.upid];
      if (task?.state.kind === "running" && task.turn === what.turn) {
        task.waiting = { kind: "nothing" };
        runTask(world, task);
      }
      return;
    }
    case "flow":
      if (world.flows[what.flow]?.turn === what.turn) finishFlow(world, what.flow);
      return;
    case "stall":
      if (world.flows[what.flow]?.turn === what.turn) breakFlow(world, what.flow);
      return;
  }
};

/** Lets the first event in the queue happen; false when there is none. */
const stepWorld = (world: World): boolean => {
  const event = dequeue(world);
  if (!event) return false;
  if (event.at > world.now) world.now = event.at;
  happen(world, event.what);
  return true;
};

/** Lets time pass until `at` (epoch milliseconds), and all that happens by then, happen. Answers the number of events. */
export const advanceTo = (world: World, at: number): number => {
  let events = 0;
  for (let next = world.queue[0]; next && next.at <= at; next = world.queue[0]) {
    stepWorld(world);
    events += 1;
  }
  if (at > world.now) world.now = at;
  return events;
};

/**
 * Lets time pass until the predicate holds, looking after each event, at most until `limit`.
 * Answers whether it held; the world then stands at the event that made it so.
 */
export const advanceUntil = (world: World, holds: (world: World) => boolean, limit: number): boolean => {
  while (!holds(world)) {
    const next = world.queue[0];
    if (!next || next.at > limit) {
      if (limit > world.now && Number.isFinite(limit)) world.now = limit;
      return holds(world);
    }
    stepWorld(world);
  }
  return true;
};
