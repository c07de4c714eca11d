import type { Bottleneck, Happening, MonteCarlo, Rehearsal } from "@orrery/workflow";
import type { Paint, Terminal } from "../terminal.ts";
import { clean, cut, hang, widthOf } from "../wrap.ts";
import { verdictLook } from "./look.ts";
import { spanText } from "./span.ts";

/** What stands above a rehearsal. */
export type AboutRehearsal = {
  /** `drain node01 on the twin of astronomy-lab`. */
  readonly what: string;
  readonly assumptions: number;
};

type Colour = Parameters<Paint>[0];
/** A line of the chart: a bar, or a mark where it has no length. */
type Row = {
  readonly label: string;
  readonly at: number;
  readonly to: number;
  readonly fill: string;
  readonly colour: Colour;
  readonly note: string;
};

const stamp = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ");
const clockTime = (at: number, spanMs: number): string =>
  new Date(at).toISOString().slice(...(spanMs < 600_000 ? ([11, 19] as const) : ([11, 16] as const)));

const bottleneckText = (by: Bottleneck): string => {
  switch (by.kind) {
    case "link":
      return `${by.link} full${by.link.startsWith(`${by.from}/`) ? "" : ", inwards"}`;
    case "disk":
      return `${by.does === "read" ? "reading" : "writing"} ${by.backing}`;
    case "stream":
      return `one stream, ${(by.bytesPerSecond / 1e6).toFixed(0)} MB/s`;
  }
};

type Task = Extract<Happening, { kind: "task" }>;

type Action = Extract<Happening, { kind: "action" }>;
const endOf = ({ at, ms = 0 }: Happening): number => at + ms;

/** An action that holds others is drawn as a line above them. */
const holdsOthers = (one: Action, actions: readonly Action[]): boolean =>
  actions.some(
    (other) =>
      other !== one &&
      (other.ms ?? 0) > 0 &&
      (other.ms ?? 0) < (one.ms ?? 0) &&
      other.at >= one.at &&
      endOf(other) <= endOf(one) &&
      one.id.split(" ")[1] !== other.id.split(" ")[1],
  ) && !/ \d+( |$)/.test(one.id);

/** The number of the guest that an action, a task or a resource of HA is about. */
const vmidIn = (words: string): string => /(?:^|[ :])(\d+)(?: |$)/.exec(words)?.[1] ?? "";

const lasting = (rehearsal: Rehearsal, one: Happening): number =>
  one.ms === undefined ? rehearsal.to : one.at + one.ms;

const actionRow = (one: Action, actions: readonly Action[], tasks: readonly Task[], end: number): Row => {
  const failed = one.outcome === "failed" || one.outcome === "unfinished";
  const holds = holdsOthers(one, actions);
  const ends = one.outcome === "unfinished" ? end : endOf(one);
  const vmid = vmidIn(one.id);
  // The longest of its tasks says what held it up.
  const task = tasks
    .filter(({ id, at, bottleneck }) => id === vmid && at >= one.at - 1 && at < ends && bottleneck !== undefined)
    .reduce<Task | undefined>((a, b) => ((b.ms ?? 0) > (a?.ms ?? -1) ? b : a), undefined);
  const by = holds || task?.bottleneck === undefined ? "" : bottleneckText(task.bottleneck.by);
  return {
    label: one.what,
    at: one.at,
    to: ends,
    fill: holds ? "─" : "█",
    colour: failed ? "red" : holds ? "dim" : "cyan",
    note: [spanText(ends - one.at), failed ? (one.why ?? one.outcome) : by].filter(Boolean).join("  "),
  };
};

const taskRow = (one: Task, ends: number, times: number): Row => {
  const fine = one.end === "OK" || one.end.startsWith("WARNINGS");
  const by = one.bottleneck === undefined ? "" : bottleneckText(one.bottleneck.by);
  const often = times > 1 ? `${times} times` : spanText(ends - one.at);
  return {
    label: `${one.type} ${one.name ?? one.id}`.trim(),
    at: one.at,
    to: ends,
    fill: "▒",
    colour: fine ? "blue" : "red",
    note: [often, one.end === "OK" ? by : one.end].filter(Boolean).join("  "),
  };
};

/** Bars and marks that are worth a line, in time; `rest` is how many are not. */
const rowsOf = (rehearsal: Rehearsal): { rows: Row[]; rest: number } => {
  const { timeline, from, to: end } = rehearsal;
  const tasks = timeline.filter((one) => one.kind === "task");
  const actions = timeline.filter((one) => one.kind === "action");
  const isCovered = (vmid: string, at: number): boolean =>
    actions.some((action) => vmidIn(action.id) === vmid && at >= action.at - 1 && at <= endOf(action) + 1);
  const mark = (at: number, label: string, colour: Colour, note = ""): Row => ({
    label,
    at,
    to: at,
    fill: "",
    colour,
    note,
  });
  const alike = Map.groupBy(tasks, ({ type, id, end: how }) => `${type} ${id} ${how}`);
  let rest = 0;
  const rowsFor = (one: Happening): Row[] => {
    const ends = lasting(rehearsal, one);
    switch (one.kind) {
      case "action":
        return [actionRow(one, actions, tasks, end)];
      case "task": {
        const short = one.bytes === 0 || ends - one.at < (end - from) / 200;
        const same = alike.get(`${one.type} ${one.id} ${one.end}`) ?? [];
        if (one.end === "OK" ? short : one.type === "stopall" || same[0] !== one) {
          rest += 1;
          return [];
        }
        if (one.end === "OK" && isCovered(one.id, one.at)) return [];
        return [taskRow(one, same.length > 1 ? endOf(same.at(-1) ?? one) : ends, same.length)];
      }
      case "outage": {
        const lost = one.lostMs === undefined ? "" : `, with data ${spanText(one.lostMs)} old`;
        const where = one.to === undefined || one.to === one.from ? "" : `, back on ${one.to}`;
        const note = one.to === undefined ? "not back" : `${spanText(one.ms ?? 0)} down${where}${lost}`;
        return [{ label: `${one.name} is down`, at: one.at, to: ends, fill: "░", colour: "yellow", note }];
      }
      case "fault": {
        const note = one.ms === undefined || one.ms === 0 ? "" : spanText(one.ms);
        const isOver = one.ms === 0;
        return [
          isOver
            ? mark(one.at, one.what, "red")
            : { label: one.what, at: one.at, to: ends, fill: "╳", colour: "red", note },
        ];
      }
      case "node":
        return [mark(one.at, `${one.node} is ${one.state}`, one.state === "online" ? "green" : "red")];
      case "quorum": {
        const votes = one.votes === 1 ? "1 vote" : `${one.votes} votes`;
        return [mark(one.at, votes, one.votes < one.needed ? "red" : "green", `quorum needs ${one.needed}`)];
      }
      case "ha":
        // What an action is about it tells itself; how HA gets there is no news beside it.
        if (one.state !== "error" && isCovered(vmidIn(one.resource), one.at)) return [];
        return [mark(one.at, `${one.resource} ${one.state}`, "magenta", one.node)];
      case "note":
        return [mark(one.at, one.what, "dim")];
    }
  };
  const rows = timeline.flatMap(rowsFor);
  // What holds others stands above them.
  rows.sort((a, b) => a.at - b.at || b.to - a.to);
  return { rows, rest };
};

const chart = (rehearsal: Rehearsal, rows: readonly Row[], { width, paint }: Terminal): string[] => {
  const { from, to } = rehearsal;
  const span = Math.max(1, to - from);
  const labels = Math.min(Math.max(12, ...rows.map(({ label }) => widthOf(clean(label)))), Math.floor(width * 0.32));
  const bars = Math.max(16, Math.floor((width - labels - 2) * 0.5));
  const notes = width - labels - bars - 3;
  const column = (at: number): number => Math.min(bars - 1, Math.max(0, Math.floor(((at - from) / span) * bars)));
  const ticks = 4;
  let axis = "";
  for (let tick = 0; tick < ticks; tick++) {
    const start = Math.round((tick * bars) / ticks);
    axis = axis.padEnd(start) + clockTime(from + (span * tick) / ticks, span);
  }
  return [
    paint("dim", `${"".padEnd(labels)} ${cut(axis, bars).padEnd(bars)} ${clockTime(to, span)}`),
    ...rows.map(({ label, at, to: ends, fill, colour, note }) => {
      const [start, stop] = [column(at), column(ends)];
      const bar = fill === "" ? "◆" : fill.repeat(Math.max(1, stop - start + (ends > at ? 1 : 0)));
      const room = `${"".padEnd(start)}${bar}`.slice(0, bars).padEnd(bars);
      const painted = room.slice(0, start) + paint(colour, room.slice(start).trimEnd());
      const gap = " ".repeat(Math.max(0, bars - widthOf(room.trimEnd())));
      return `${cut(clean(label), labels).padEnd(labels)} ${painted}${gap} ${paint("dim", cut(clean(note), notes))}`.trimEnd();
    }),
  ];
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const loads = ({ nodes, flows }: Rehearsal, { paint }: Terminal): string[] => {
  if (nodes.length === 0) return [];
  const wide = Math.max(...nodes.map(({ node }) => widthOf(node)));
  const full = flows.filter(({ fullMs }) => fullMs >= 1000).slice(0, 5);
  return [
    paint("bold", "Highest load"),
    ...nodes.map(
      ({ node, cpu, memory, given }) =>
        `  ${node.padEnd(wide)}  CPU ${percent(cpu.share).padStart(5)}   memory ${percent(memory.share).padStart(5)}   given to guests ${
          given.share > 1 ? paint("red", percent(given.share).padStart(5)) : percent(given.share).padStart(5)
        }`,
    ),
    ...full.map(
      ({ of, fullMs, bytes }) =>
        `  ${bottleneckText(of)} for ${spanText(fullMs)}, ${(bytes / 1e9).toFixed(0)} GB through it`,
    ),
    "",
  ];
};

const objectives = (rehearsal: Rehearsal, { paint, width }: Terminal): string[] =>
  rehearsal.objectives.length === 0
    ? []
    : [
        paint("bold", "Objectives"),
        ...rehearsal.objectives.flatMap(({ verdict, title, measure, objective, measured, why }) => {
          const { mark, colour } = verdictLook[verdict];
          const figure = measured === undefined ? "" : `${spanText(measured * 1000)} of `;
          return hang(
            `  ${paint(colour, mark)} `,
            `${clean(title)}, ${measure}: ${figure}${spanText(objective * 1000)} (${clean(why)})`,
            width,
          );
        }),
        "",
      ];

/** What came of a rehearsal, for a person: a chart of time, then what was highest, smallest, met and missed. */
export const rehearsalView = (rehearsal: Rehearsal, about: AboutRehearsal, terminal: Terminal): string => {
  const { paint, width } = terminal;
  const { from, to, outcome, quorum, requests } = rehearsal;
  const { rows, rest } = rowsOf(rehearsal);
  const ended =
    outcome.kind === "done"
      ? [paint("green", `✔ Done after ${spanText(to - from)}`) + paint("dim", `, ${requests} requests.`)]
      : hang(
          `${paint("red", "✖")} `,
          `${outcome.kind === "failed" ? "Stopped" : "Not done"} after ${spanText(to - from)}: ${clean(outcome.why)}`,
          width,
        );
  const least =
    quorum === undefined
      ? []
      : [
          `${paint("bold", "Quorum")}  fewest votes ${quorum.votes}, ${quorum.needed} needed: ${
            quorum.margin < 0 ? paint("red", `lost by ${-quorum.margin}`) : `${quorum.margin} to spare`
          } at ${stamp(quorum.at)}`,
          "",
        ];
  return [
    `${paint("bold", clean(about.what))}  ${paint("dim", `${stamp(from)} to ${stamp(to)} UTC, seed ${rehearsal.seed}`)}`,
    "",
    ...chart(rehearsal, rows, terminal),
    ...(rest > 0 ? [paint("dim", `and ${rest} short or repeated tasks`)] : []),
    "",
    ...loads(rehearsal, terminal),
    ...least,
    ...objectives(rehearsal, terminal),
    ...ended,
    ...(about.assumptions > 0
      ? [paint("dim", `It rests on ${about.assumptions} assumptions: \`orrery twin assumptions\` lists them.`)]
      : []),
  ].join("\n");
};

const figure = (seconds: number | undefined): string => (seconds === undefined ? "–" : spanText(seconds * 1000));

/** How objectives came out over many runs, for a person: a row each. */
export const chancesView = (chances: MonteCarlo, about: AboutRehearsal, { paint, width }: Terminal): string => {
  const { objectives: all, runs, seed, stopped } = chances;
  const titles = Math.min(Math.max(9, ...all.map(({ title }) => widthOf(clean(title)))), Math.floor(width * 0.4));
  const cell = (text: string): string => text.padStart(9);
  const rows = all.map(({ title, measure, objective, p50, p95, max, missed, runs: of }) => {
    const fine = missed === 0;
    const { mark, colour } = verdictLook[fine ? "met" : "missed"];
    const told = fine ? "never missed" : `missed in ${missed} of ${of}`;
    return `${paint(colour, mark)} ${cut(clean(title), titles).padEnd(titles)}  ${measure}${cell(figure(objective))}${cell(figure(p50))}${cell(figure(p95))}${cell(figure(max))}  ${paint(colour, told)}`;
  });
  return [
    `${paint("bold", clean(about.what))}  ${paint("dim", `${runs} runs, seed ${seed}`)}`,
    "",
    paint("dim", `  ${"".padEnd(titles)}     ${["objective", "P50", "P95", "most"].map(cell).join("")}`),
    ...(rows.length > 0 ? rows : ["No scenario of the declaration is about this failure."]),
    "",
    ...(stopped > 0 ? [paint("red", `In ${stopped} runs the procedure stopped.`)] : []),
    paint(
      "dim",
      `Durations are drawn around what the twin takes, moments within a day. Figures are of runs where all came back.`,
    ),
    ...(about.assumptions > 0
      ? [paint("dim", `It rests on ${about.assumptions} assumptions: \`orrery twin assumptions\` lists them.`)]
      : []),
  ].join("\n");
};
