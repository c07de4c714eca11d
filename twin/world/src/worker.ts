import { logToCluster } from "./cluster-log.ts";
import { isQuorate } from "./corosync.ts";
import type { Node } from "./node.ts";
import { enqueue } from "./queue.ts";
import { endFlow } from "./sharing.ts";
import type { Step } from "./step.ts";
import { type Task, upidOf } from "./task.ts";
import type { World } from "./world.ts";

/** Who asks: a user or a token, by its full id. */
export type Actor = { user: string };

/** How an operation is answered: by the UPID of the worker that does it, or refused before one was started. */
export type Started = { kind: "started"; upid: string };
export type Refused = { kind: "refused"; status: number; message: string; parameter?: string };

export const refused = (message: string, status = 500): Refused => ({ kind: "refused", status, message });

/** The kernel forks a worker this long after the request. */
const forkMs = 10;
/** Ended tasks that a node remembers. */
const keptTasks = 4000;

/** Process ids as Linux gives them: ascending, then from the start again. */
export const nextPid = (node: Node): number => {
  node.lastPid = node.lastPid >= 4_194_303 ? 300 : node.lastPid + 1;
  return node.lastPid;
};

export type NewTask = { node: Node; type: string; id: string; user: string; steps: Step[]; silent?: boolean };

/** Starts a worker on a node; its first step comes a moment later. */
export const startTask = (world: World, { node, type, id, user, steps, silent = false }: NewTask): Task => {
  const pid = nextPid(node);
  const up = node.state.kind === "online" ? world.now - node.state.since : 0;
  const head = { node: node.name, pid, pstart: Math.floor(up / 10), starttime: world.now, type, id, user };
  const task: Task = {
    upid: upidOf(head),
    ...head,
    silent,
    state: { kind: "running" },
    log: [],
    warnings: 0,
    error: "",
    steps: steps.toReversed(),
    cleanup: [],
    waiting: { kind: "nothing" },
    holds: [],
    waiters: [],
    turn: 0,
  };
  doomed(world, task);
  world.tasks[task.upid] = task;
  (silent ? node.silent : node.tasks).push(task.upid);
  if (node.tasks.length > keptTasks * 1.25) forgetOldest(world, node);
  if (!silent)
    logToCluster(world, { node: node.name, pid, tag: "pvedaemon", pri: 6, user, msg: `starting task ${task.upid}` });
  enqueue(world, world.now + forkMs, { kind: "task", upid: task.upid, turn: 0 });
  return task;
};

/** A fault that waits for such a task is now upon it. */
const doomed = (world: World, task: Task): void => {
  for (const id in world.faults) {
    const fault = world.faults[id];
    if (fault?.state !== "active" || fault.what.kind !== "task-fails" || fault.what.type !== task.type) continue;
    const { subject } = fault;
    if (
      subject.kind === "guest" ? `${subject.vmid}` !== task.id : subject.kind !== "node" || subject.node !== task.node
    )
      continue;
    task.doom = { at: fault.what.share, message: fault.what.message };
    fault.state = "over";
    return;
  }
};

/** Why a node starts no worker: one that is down answers nothing (595), one without quorum cannot write to /etc/pve. */
export const whyNotBegin = (world: World, node: Node): Refused | undefined => {
  if (node.state.kind !== "online") return { kind: "refused", status: 595, message: "No route to host" };
  return isQuorate(world, node.name) ? undefined : refused("cluster not ready - no quorum?");
};

/** Starts a worker for who asked, or says why not. */
export const begin = (world: World, asked: NewTask): Started | Refused =>
  whyNotBegin(world, asked.node) ?? { kind: "started", upid: startTask(world, asked).upid };

const forgetOldest = (world: World, node: Node): void => {
  const excess = node.tasks.length - keptTasks;
  const kept: string[] = [];
  for (const [index, upid] of node.tasks.entries()) {
    if (index < excess && world.tasks[upid]?.state.kind !== "running") delete world.tasks[upid];
    else kept.push(upid);
  }
  node.tasks = kept;
};

/** Has the task go on after `delay` milliseconds; what it waited for is forgotten. */
export const wake = (world: World, task: Task, delay = 0): void => {
  task.turn += 1;
  task.waiting = { kind: "nothing" };
  enqueue(world, world.now + delay, { kind: "task", upid: task.upid, turn: task.turn });
};

/** Gives a lock file back; the first that waits for it goes on. */
const releaseLock = (world: World, task: Task, name: string): void => {
  task.holds = task.holds.filter((held) => held !== name);
  const lock = world.locks[name];
  if (lock?.holder !== task.upid) return;
  lock.holder = "";
  for (let upid = lock.waiters.shift(); upid !== undefined; upid = lock.waiters.shift()) {
    const other = world.tasks[upid];
    if (other?.state.kind === "running" && other.waiting.kind === "lock" && other.waiting.name === name) {
      wake(world, other);
      return;
    }
  }
  delete world.locks[name];
};

/** What is left of a worker whose node went down: its log has no end, so its status cannot be told. */
export const forgetTask = (world: World, task: Task): void => {
  if (task.state.kind === "ended") return;
  task.state = { kind: "ended", at: world.now, exitstatus: "unexpected status" };
  task.waiting = { kind: "nothing" };
  task.steps = [];
  task.cleanup = [];
  task.turn += 1;
  for (const name of task.holds) releaseLock(world, task, name);
  if (task.silent) dropSilent(world, task);
};

/** Nobody can ask for the end of what stands in no list. */
const dropSilent = (world: World, task: Task): void => {
  const node = world.nodes[task.node];
  if (node) node.silent = node.silent.filter((upid) => upid !== task.upid);
  delete world.tasks[task.upid];
};

/** Ends a task: `exitstatus` is `OK`, `WARNINGS: n` or the error. What it holds is released, who waits for it goes on. */
export const endTask = (world: World, task: Task, exitstatus: string): void => {
  if (task.state.kind === "ended") return;
  if (task.waiting.kind === "flow") {
    const flow = world.flows[task.waiting.flow];
    if (flow) endFlow(world, flow);
  }
  const fine = exitstatus === "OK" || exitstatus.startsWith("WARNINGS");
  task.log.push(fine ? `TASK ${exitstatus}` : `TASK ERROR: ${exitstatus}`);
  task.state = { kind: "ended", at: world.now, exitstatus };
  task.waiting = { kind: "nothing" };
  task.steps = [];
  task.cleanup = [];
  task.turn += 1;
  for (const name of task.holds) releaseLock(world, task, name);
  for (const upid of task.waiters) {
    const waiter = world.tasks[upid];
    if (waiter?.state.kind === "running") wake(world, waiter);
  }
  task.waiters = [];
  if (task.silent) dropSilent(world, task);
  const { node, pid, user } = task;
  if (!task.silent)
    logToCluster(world, {
      node,
      pid,
      tag: "pvedaemon",
      pri: fine ? 6 : 3,
      user,
      msg: `end task ${task.upid} ${exitstatus}`,
    });
};
