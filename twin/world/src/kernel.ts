import { settleCorosync } from "./corosync.ts";
import type { Happening } from "./event.ts";
import { beginFault, endFault } from "./faults.ts";
import { noteLoss } from "./ha-lrm.ts";
import { haRound } from "./ha-round.ts";
import { wakeHa } from "./ha-wake.ts";
import { autostart } from "./node-guests.ts";
import { finishBoot, resetNode } from "./node-power.ts";
import { dequeue } from "./queue.ts";
import { breakFlow, finishFlow, runTask } from "./run-task.ts";
import { runDueJobs } from "./scheduler.ts";
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
    case "node": {
      const node = world.nodes[what.node];
      if (node?.state.kind === "booting" && node.state.until === what.mark) finishBoot(world, node);
      return;
    }
    case "autostart": {
      const state = world.nodes[what.node]?.state;
      if (state?.kind === "online" && state.since === what.since) autostart(world, what.node);
      return;
    }
    case "corosync":
      settleCorosync(world);
      noteLoss(world);
      wakeHa(world);
      return;
    case "ha":
      if (world.ha.nextRound === what.at) haRound(world);
      return;
    case "watchdog": {
      const node = world.nodes[what.node];
      if (node && world.ha.lrm[what.node]?.lostAt === what.since && node.state.kind !== "off") resetNode(world, node);
      return;
    }
    case "fault":
      if (what.edge === "begin") beginFault(world, what.id);
      else endFault(world, what.id);
      return;
    case "schedule":
      if (world.jobs.nextLook === what.at) runDueJobs(world);
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
