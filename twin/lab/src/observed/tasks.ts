import { parseUpid } from "@orrery/contract";
import { type TaskState, valueIn } from "@orrery/state";
import type { Task } from "@orrery/twin-world";
import type { Seeing } from "./seeing.ts";

const endedTask = (task: TaskState, { at, status }: NonNullable<TaskState["end"]>): Task | undefined => {
  const upid = parseUpid(task.upid);
  if (upid === undefined) return undefined;
  return {
    upid: task.upid,
    node: task.node,
    pid: upid.pid,
    pstart: upid.pstart,
    starttime: task.started * 1000,
    type: task.type,
    id: task.id,
    user: task.user,
    silent: false,
    state: { kind: "ended", at: at * 1000, exitstatus: status },
    log: [],
    warnings: 0,
    error: "",
    steps: [],
    cleanup: [],
    waiting: { kind: "nothing" },
    holds: [],
    waiters: [],
    turn: 0,
  };
};

/** The newest tasks, those that have ended, without their logs. */
export const seeTasks = ({ world, state, ledger }: Seeing): void => {
  for (const task of (valueIn(state.tasks) ?? []).toReversed()) {
    const node = world.nodes[task.node];
    if (task.end === undefined) ledger.leaveOut("task that runs", "its steps are known to its node alone", task.upid);
    const made = task.end === undefined ? undefined : endedTask(task, task.end);
    if (made === undefined || node === undefined) continue;
    world.tasks[made.upid] = made;
    node.tasks.push(made.upid);
    node.lastPid = Math.max(node.lastPid, made.pid);
  }
};
