import type { Flow } from "./flow.ts";
import { localStamp } from "./local-time.ts";
import { doneOf } from "./sharing.ts";
import type { Progress } from "./step.ts";
import type { Course, Task } from "./task.ts";
import { bytesText, durationText } from "./units.ts";
import type { World } from "./world.ts";

/** Lines that a flow leaves at most: a long one reports at longer intervals. */
const most = 12;

/** Bytes done at a moment of a course, from the marks at which the rate changed. */
const doneAt = ({ startedAt, endedAt, done, marks }: Course, at: number): number => {
  let before: [number, number] = [startedAt, 0];
  for (const mark of [...marks, [endedAt, done] as [number, number]]) {
    if (mark[0] >= at) {
      const span = mark[0] - before[0];
      return span === 0 ? mark[1] : before[1] + ((mark[1] - before[1]) * (at - before[0])) / span;
    }
    before = mark;
  }
  return done;
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

/** What a flow has done by now, for the log of its task; undefined where it says nothing. */
export const courseOf = (flow: Flow, now: number): Course | undefined => {
  const { progress, startedAt, total, marks } = flow;
  return progress.kind === "none"
    ? undefined
    : { progress, startedAt, endedAt: now, total, done: doneOf(flow, now), marks };
};

/** The lines of a course. */
const courseLines = (course: Course, zone: string): string[] => {
  const { progress, startedAt, endedAt, total } = course;
  if (progress.kind === "none") return [];
  const every = Math.max(3000, Math.ceil((endedAt - startedAt) / most / 1000) * 1000);
  const times: number[] = [];
  for (let at = startedAt + every; at < endedAt; at += every) times.push(at);
  if (course.done >= total) times.push(endedAt);
  const scale = total > 0 ? progress.of / total : 0;
  let last: [at: number, done: number] = [startedAt, 0];
  return times.map((at) => {
    const done = doneAt(course, at);
    const speed = ((done - last[1]) * 1000) / Math.max(1, at - last[0]);
    last = [at, done];
    return lineOf(progress, {
      at,
      done: done * scale,
      total: progress.of,
      since: at - startedAt,
      speed: speed * scale,
      zone,
    });
  });
};

/** A task's log as it reads now, with what a flow under way has reported. */
export const taskLog = (world: World, task: Task): string[] => {
  const zone = world.nodes[task.node]?.timezone ?? "UTC";
  const flow = task.waiting.kind === "flow" ? world.flows[task.waiting.flow] : undefined;
  const now = flow ? courseOf(flow, world.now) : undefined;
  return [...task.log, ...(now ? [now] : [])].flatMap((entry) =>
    typeof entry === "string" ? entry : courseLines(entry, zone),
  );
};
