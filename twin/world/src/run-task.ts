import { perform } from "./acts.ts";
import type { Flow } from "./flow.ts";
import { configPath } from "./guest-config.ts";
import { courseOf } from "./progress.ts";
import { enqueue } from "./queue.ts";
import { endFlow, startFlow } from "./sharing.ts";
import type { Step } from "./step.ts";
import type { Task } from "./task.ts";
import { endTask, wake } from "./worker.ts";
import type { World } from "./world.ts";

/** Runs a task's steps until it must wait or ends. */
export const runTask = (world: World, task: Task): void => {
  while (task.state.kind === "running") {
    const step = task.steps.pop();
    if (!step && task.doom) failTask(world, task, task.doom.message);
    else if (!step) {
      endTask(world, task, task.warnings > 0 ? `WARNINGS: ${task.warnings}` : "OK");
      return;
    } else if (takeStep(world, task, step) === "waits") return;
  }
};

const takeStep = (world: World, task: Task, step: Step): "goes on" | "waits" => {
  switch (step.do) {
    case "log":
      task.log.push(step.text);
      return "goes on";
    case "wait":
      wake(world, task, step.ms);
      return "waits";
    case "flow":
      return takeFlow(world, task, step);
    case "act": {
      const outcome = perform(world, task, step.act);
      if (outcome === undefined) return "goes on";
      if (Array.isArray(outcome)) task.steps.push(...outcome.toReversed());
      else failTask(world, task, outcome.fail);
      return "goes on";
    }
    case "lock":
      return takeLock(world, task, step);
    case "await": {
      const other = world.tasks[step.upid];
      if (other?.state.kind !== "running") return "goes on";
      other.waiters.push(task.upid);
      task.waiting = { kind: "task", upid: step.upid };
      return "waits";
    }
    case "fail":
      failTask(world, task, step.message);
      return "goes on";
    case "catch":
      return "goes on";
    case "cleanup":
      task.cleanup.push(...step.acts.toReversed());
      return "goes on";
  }
};

const takeFlow = (world: World, task: Task, step: Extract<Step, { do: "flow" }>): "goes on" | "waits" => {
  let { bytes } = step;
  if (task.doom && bytes > 0) {
    bytes = Math.max(1, bytes * task.doom.at);
    task.steps.push({ do: "fail", message: task.doom.message });
    delete task.doom;
  }
  if (bytes <= 0) return "goes on";
  const { uses, cap, progress } = step;
  task.waiting = { kind: "flow", flow: startFlow(world, { task: task.upid, uses, bytes, cap, progress }).id };
  return "waits";
};

const lockFile = (world: World, name: string): string => {
  const [kind, id = ""] = name.split("/");
  if (kind === "vzdump") return "/var/run/vzdump.lock";
  return world.guests[id]?.kind === "lxc"
    ? `/run/lock/lxc/pve-config-${id}.lock`
    : `/var/lock/qemu-server/lock-${id}.conf`;
};

/** A guest may have been moved or destroyed while its lock was waited for. */
const whyGone = (world: World, task: Task, name: string): string | undefined => {
  const [kind, id = ""] = name.split("/");
  const guest = world.guests[id];
  if (kind !== "guest" || guest?.node === task.node) return undefined;
  return `Configuration file '${configPath(task.type.startsWith("vz") ? "lxc" : "qemu", task.node, Number(id))}' does not exist`;
};

const takeLock = (world: World, task: Task, step: Extract<Step, { do: "lock" }>): "goes on" | "waits" => {
  const { name } = step;
  const lock = world.locks[name];
  const holder = lock && world.tasks[lock.holder];
  if (!lock || holder?.state.kind !== "running" || holder === task) {
    world.locks[name] = { holder: task.upid, waiters: lock?.waiters ?? [] };
    if (!task.holds.includes(name)) task.holds.push(name);
    const gone = whyGone(world, task, name);
    if (gone !== undefined) failTask(world, task, gone);
    return "goes on";
  }
  const until = step.until ?? world.now + step.timeoutMs;
  if (step.until === undefined)
    task.log.push(
      name.startsWith("vzdump") ? "INFO: trying to get global lock - waiting..." : "trying to acquire lock...",
    );
  if (world.now >= until) {
    failTask(world, task, `can't lock file '${lockFile(world, name)}' - got timeout`);
    return "goes on";
  }
  task.steps.push({ ...step, until });
  lock.waiters.push(task.upid);
  task.turn += 1;
  task.waiting = { kind: "lock", name };
  enqueue(world, until, { kind: "task", upid: task.upid, turn: task.turn });
  return "waits";
};

/** Does what the task's cleanup says; it is then forgotten. */
const cleanUp = (world: World, task: Task): void => {
  for (let act = task.cleanup.pop(); act; act = task.cleanup.pop()) perform(world, task, act);
};

/** Undoes what the task had begun and goes on behind the next `catch`; without one the task ends with the error. */
const failTask = (world: World, task: Task, message: string): void => {
  if (task.state.kind === "ended") return;
  cleanUp(world, task);
  for (let step = task.steps.pop(); step; step = task.steps.pop()) {
    if (step.do !== "catch") continue;
    task.error = message;
    const outcome = perform(world, task, step.act);
    if (Array.isArray(outcome)) task.steps.push(...outcome.toReversed());
    else if (outcome) endTask(world, task, outcome.fail);
    return;
  }
  endTask(world, task, message);
};

/** Ends a task at once, as a signal does: what it had begun is undone, nothing catches it. */
export const stopTask = (world: World, task: Task, message = "received interrupt"): void => {
  if (task.state.kind === "ended") return;
  cleanUp(world, task);
  endTask(world, task, message);
};

const noteCourse = (world: World, task: Task, flow: Flow): void => {
  const course = courseOf(flow, world.now);
  if (course) task.log.push(course);
};

/** What came of a flow that has stood still for long: whoever sent the bytes gives up. */
export const breakFlow = (world: World, id: number): void => {
  const flow = world.flows[id];
  const task = flow ? world.tasks[flow.task] : undefined;
  if (!flow || !task || flow.rate > 0) return;
  noteCourse(world, task, flow);
  endFlow(world, flow);
  task.waiting = { kind: "nothing" };
  failTask(world, task, "connection timed out");
  runTask(world, task);
};

/** What the queue's wake of a flow means: its bytes are there. */
export const finishFlow = (world: World, id: number): void => {
  const flow = world.flows[id];
  if (!flow) return;
  const task = world.tasks[flow.task];
  endFlow(world, flow);
  if (task?.state.kind !== "running") return;
  noteCourse(world, task, flow);
  task.waiting = { kind: "nothing" };
  runTask(world, task);
};
