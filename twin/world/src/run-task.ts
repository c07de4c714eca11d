import { perform } from "./acts.ts";
import { flowLines } from "./progress.ts";
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

const takeLock = (world: World, task: Task, step: Extract<Step, { do: "lock" }>): "goes on" | "waits" => {
  const guest = world.guests[step.vmid];
  // A guest without configuration has a lock file all the same; nobody contends for it here.
  if (!guest) return "goes on";
  const holder = guest.holder === undefined ? undefined : world.tasks[guest.holder];
  if (holder?.state.kind !== "running" || holder === task) {
    guest.holder = task.upid;
    if (!task.holds.includes(step.vmid)) task.holds.push(step.vmid);
    return "goes on";
  }
  const until = step.until ?? world.now + step.timeoutMs;
  if (step.until === undefined) task.log.push("trying to acquire lock...");
  if (world.now >= until) {
    const directory = guest.kind === "qemu" ? "/var/lock/qemu-server" : "/run/lock/lxc";
    const file = guest.kind === "qemu" ? `lock-${step.vmid}.conf` : `pve-config-${step.vmid}.lock`;
    failTask(world, task, `can't lock file '${directory}/${file}' - got timeout`);
    return "goes on";
  }
  task.steps.push({ ...step, until });
  guest.waiters.push(task.upid);
  task.waiting = { kind: "lock", vmid: step.vmid, until };
  task.turn += 1;
  enqueue(world, until, { kind: "task", upid: task.upid, turn: task.turn });
  return "waits";
};

/** Undoes what the task had begun, then ends it with the error. */
export const failTask = (world: World, task: Task, message: string): void => {
  if (task.state.kind === "ended") return;
  task.steps = [];
  for (let act = task.cleanup.pop(); act; act = task.cleanup.pop()) {
    const outcome = perform(world, task, act);
    if (Array.isArray(outcome)) for (const step of outcome) if (step.do === "log") task.log.push(step.text);
  }
  endTask(world, task, message);
};

/** What the queue's wake of a flow means: its bytes are there. */
export const finishFlow = (world: World, id: number): void => {
  const flow = world.flows[id];
  if (!flow) return;
  const task = world.tasks[flow.task];
  endFlow(world, flow);
  if (task?.state.kind !== "running") return;
  task.log.push(...flowLines(world, flow, task));
  task.waiting = { kind: "nothing" };
  runTask(world, task);
};
