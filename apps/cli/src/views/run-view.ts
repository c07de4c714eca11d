import type { Assumption } from "@orrery/twin-lab";
import type { ScenarioRun } from "@orrery/twin-server";
import type { Paint, Terminal } from "../terminal.ts";
import { clean } from "../wrap.ts";

type Kind = ScenarioRun["timeline"][number]["kind"];

const colours: Record<Kind, Parameters<Paint>[0]> = {
  fault: "red",
  node: "yellow",
  quorum: "red",
  guest: "cyan",
  ha: "magenta",
  task: "yellow",
  call: "blue",
};

const moment = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");

const span = (milliseconds: number): string => {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`;
};

/** What came of a run, for a program: moments in ISO 8601. */
export const runJson = (
  { from, to, events, timeline, tasks }: ScenarioRun,
  assumptions: readonly Assumption[],
): string =>
  JSON.stringify(
    {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      events,
      timeline: timeline.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })),
      tasks,
      assumptions,
    },
    null,
    2,
  );

/** What came of a run, for a person: the timeline, then the tasks by how they ended. */
export const runView = (
  { from, to, events, timeline, tasks }: ScenarioRun,
  assumptions: number,
  { paint }: Terminal,
): string => {
  const lines = timeline.map(
    ({ at, kind, text }) =>
      `${paint("dim", `${moment(at)}  +${span(at - from).padEnd(8)}`)} ${paint(colours[kind], kind.padEnd(6))}  ${clean(text)}`,
  );
  const rows = tasks.map(
    ({ type, ended, count, longestMs, totalMs }) =>
      `  ${type.padEnd(14)} ${String(count).padStart(6)}  mean ${span(totalMs / count).padEnd(8)} longest ${span(longestMs).padEnd(8)} ${clean(ended)}`,
  );
  return [
    `${moment(from)} to ${moment(to)} UTC (${span(to - from)}), ${events} events`,
    "",
    ...(lines.length > 0 ? lines : ["Nothing went wrong and nobody moved."]),
    ...(rows.length > 0 ? ["", paint("bold", "Tasks"), ...rows] : []),
    ...(assumptions > 0
      ? ["", paint("dim", `It rests on ${assumptions} assumptions: \`orrery twin assumptions\` lists them.`)]
      : []),
  ].join("\n");
};
