import type { Flow } from "./flow.ts";
import { localStamp } from "./local-time.ts";
import { doneOf } from "./sharing.ts";
import type { Progress } from "./step.ts";
import type { Task } from "./task.ts";
import { bytesText, durationText } from "./units.ts";
import type { World } from "./world.ts";

/** Lines that a flow leaves at most: a long one reports at longer intervals. */
const most = 12;

/** Bytes done at a past moment, from the marks at which the rate changed. */
const doneAt = (flow: Flow, at: number, now: number): number => {
  let before: [number, number] = [flow.startedAt, 0];
  for (const mark of flow.marks) {
    if (mark[0] > at) {
      const span = mark[0] - before[0];
      return span === 0 ? mark[1] : before[1] + ((mark[1] - before[1]) * (at - before[0])) / span;
    }
    before = mark;
  }
  const last = doneOf(flow, now);
  const span = now - before[0];
  return span === 0 ? last : before[1] + ((last - before[1]) * (at - before[0])) / span;
};

type Moment = { at: number; done: number; total: number; since: number; speed: number; zone: string };

const lineOf = (progress: Exclude<Progress, { kind: "none" }>, moment: Moment): string => {
  const { at, done, total, since, speed, zone } = moment;
  const percent = total > 0 ? (done / total) * 100 : 100;
  const amount = `${bytesText(done)} of ${bytesText(total)}`;
  switch (progress.kind) {
    case "vzdump": {
      const write = bytesText(speed * progress.written);
      return `INFO: ${`${Math.floor(percent)}`.padStart(3)}% (${amount}) in ${durationText(since)}, read: ${bytesText(speed)}/s, write: ${write}/s`;
    }
    case "mirror":
      return `${progress.drive}: transferred ${amount} (${percent.toFixed(2)}%) in ${durationText(since)}${percent >= 100 ? ", ready" : ""}`;
    case "dd": {
      const size = `${Math.round(done)} bytes (${(done / 1e6).toFixed(0)} MB, ${bytesText(done, 0)})`;
      return `${localStamp(at, zone)} ${size} copied, ${Math.round(since / 1000)} s, ${(done / 1e3 / Math.max(1, since)).toFixed(0)} MB/s`;
    }
    case "convert":
      return `transferred ${amount} (${percent.toFixed(2)}%)`;
    case "memory":
      return `${localStamp(at, zone)} migration active, transferred ${amount} VM-state, ${bytesText(speed)}/s`;
  }
};

/** The lines that a flow has written to its task's log by now. */
export const flowLines = (world: World, flow: Flow, task: Task): string[] => {
  const { progress } = flow;
  if (progress.kind === "none") return [];
  const now = world.now;
  const took = now - flow.startedAt;
  const every = Math.max(3000, Math.ceil(took / most / 1000) * 1000);
  const times: number[] = [];
  for (let at = flow.startedAt + every; at < now; at += every) times.push(at);
  if (doneOf(flow, now) >= flow.total) times.push(now);
  const zone = world.nodes[task.node]?.timezone ?? "UTC";
  let last: [at: number, done: number] = [flow.startedAt, 0];
  return times.map((at) => {
    const done = doneAt(flow, at, now);
    const speed = ((done - last[1]) * 1000) / Math.max(1, at - last[0]);
    last = [at, done];
    const scale = flow.total > 0 ? progress.of / flow.total : 0;
    return lineOf(progress, {
      at,
      done: done * scale,
      total: progress.of,
      since: at - flow.startedAt,
      speed: speed * scale,
      zone,
    });
  });
};

/** A task's log as it reads now, with what a flow under way has reported. */
export const taskLog = (world: World, task: Task): string[] => {
  if (task.waiting.kind !== "flow") return task.log;
  const flow = world.flows[task.waiting.flow];
  return flow ? [...task.log, ...flowLines(world, flow, task)] : task.log;
};
