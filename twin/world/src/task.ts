import type { Act } from "./act.ts";
import type { Progress, Step } from "./step.ts";

export type TaskState =
  | { kind: "running" }
  /** `exitstatus` is `OK`, `WARNINGS: n` or the error without its prefix. */
  | { kind: "ended"; at: number; exitstatus: string };

/** What a running task waits for, beside time. */
type Waiting =
  | { kind: "nothing" }
  | { kind: "flow"; flow: number }
  | { kind: "lock"; name: string }
  | { kind: "task"; upid: string };

/** What a flow left in the log: its course, from which the lines are written when the log is read. */
export type Course = {
  progress: Progress;
  startedAt: number;
  endedAt: number;
  total: number;
  done: number;
  marks: [at: number, done: number][];
};

/** A worker of a node. Times are epoch milliseconds; `pstart` is the node's uptime in hundredths of a second. */
export type Task = {
  upid: string;
  node: string;
  pid: number;
  pstart: number;
  starttime: number;
  type: string;
  id: string;
  user: string;
  /** Work of a daemon, such as replication: it stands in no list of tasks. */
  silent: boolean;
  state: TaskState;
  /** Lines, and courses that stand for several; `taskLog` has the lines. */
  log: (string | Course)[];
  warnings: number;
  /** The error that a `catch` step is to deal with. */
  error: string;
  /** What is still to be done, the next step last. */
  steps: Step[];
  /** What to do if a step fails, the first to do last. */
  cleanup: Act[];
  waiting: Waiting;
  /** Lock files that it holds. */
  holds: string[];
  /** Tasks that wait for its end. */
  waiters: string[];
  /** Share of its course, 0 to 1, at which a fault makes it fail, and with what message. */
  doom?: { at: number; message: string };
  /** A step that waits carries this number; a later wake with another one is stale. */
  turn: number;
};

const hex = (value: number): string => (value >>> 0).toString(16).toUpperCase().padStart(8, "0");

/** `UPID:node:pid:pstart:starttime:type:id:user:`, numbers in hexadecimal, the start in seconds. */
export const upidOf = (task: Pick<Task, "node" | "pid" | "pstart" | "starttime" | "type" | "id" | "user">): string =>
  `UPID:${task.node}:${hex(task.pid)}:${hex(task.pstart)}:${hex(Math.floor(task.starttime / 1000))}:${task.type}:${task.id}:${task.user}:`;
