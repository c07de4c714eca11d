import type { Bottleneck, Happening, Rehearsal } from "@orrery/workflow";
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

/** Bars and marks that are worth a line, in time; `rest` is how many are not. */
const rowsOf = ({ timeline, to: end }: Rehearsal): { rows: Row[]; rest: number } => {
  const tasks = timeline.filter((one) => one.kind === "task");
  const actions = timeline.filter((one) => one.kind === "action");
  /** The longest task within an action about the same guest says what held it up. */
  const taskOf = (at: number, to: number, vmid: string): Task | undefined =>
    tasks
      .filter((task) => task.id === vmid && task.at >= at - 1 && task.at <= to && task.bottleneck !== undefined)
      .reduce<Task | undefined>((a, b) => ((b.ms ?? 0) > (a?.ms ?? -1) ? b : a), undefined);
  const told = new Set<Task>();
  const rows: Row[] = [];
  let rest = 0;
  for (const one of timeline) {
    const ends = one.at + (one.ms ?? (one.kind === "fault" || one.kind === "outage" ? end - one.at : 0));
    switch (one.kind) {
      case "action": {
        const failed = one.outcome === "failed" || one.outcome === "unfinished";
        const within = actions.some(
          (other) =>
            other !== one &&
            other.at >= one.at &&
            other.at + (other.ms ?? 0) <= ends &&
            other.at + (other.ms ?? 0) > other.at,
        );
        const [, vmid = ""] = /\s(\d+)(?:\s|$)/.exec(one.id) ?? [];
        const task = within ? undefined : taskOf(one.at, ends, vmid);
        if (task !== undefined) told.add(task);
        const by = task?.bottleneck === undefined ? "" : bottleneckText(task.bottleneck.by);
        rows.push({
          label: one.what,
          at: one.at,
          to: one.outcome === "unfinished" ? end : ends,
          fill: within ? "─" : "█",
          colour: failed ? "red" : within ? "dim" : "cyan",
          note: [spanText(ends - one.at), failed ? (one.why ?? one.outcome) : by].filter(Boolean).join("  "),
        });
        break;
      }
      case "task": {
        if (one.end === "OK" && ((one.ms ?? 0) < (end - (timeline[0]?.at ?? end)) / 200 || one.bytes === 0)) {
          rest += 1;
          break;
        }
        const inAction = actions.some(
          ({ id, at, ms = 0 }) => id.split(" ").includes(one.id) && one.at >= at - 1 && one.at <= at + ms,
        );
        if (inAction) break;
        const by = one.bottleneck === undefined ? "" : bottleneckText(one.bottleneck.by);
        rows.push({
          label: `${one.type} ${one.name ?? one.id}`.trim(),
          at: one.at,
          to: ends,
          fill: "▒",
          colour: one.end === "OK" || one.end.startsWith("WARNINGS") ? "blue" : "red",
          note: [spanText(ends - one.at), one.end === "OK" ? by : one.end].filter(Boolean).join("  "),
        });
        break;
      }
      case "outage": {
        const lost = one.lostMs === undefined ? "" : `, with data ${spanText(one.lostMs)} old`;
        const back =
          one.to === undefined
            ? "not back"
            : `${spanText(one.ms ?? 0)} down${one.to === one.from ? "" : `, back on ${one.to}`}${lost}`;
        rows.push({ label: `${one.name} is down`, at: one.at, to: ends, fill: "░", colour: "yellow", note: back });
        break;
      }
      case "fault":
        rows.push({
          label: one.what,
          at: one.at,
          to: ends,
          fill: "╳",
          colour: "red",
          note: one.ms === undefined ? "" : spanText(one.ms),
        });
        break;
      case "node":
        rows.push({
          label: `${one.node} is ${one.state}`,
          at: one.at,
          to: one.at,
          fill: "",
          colour: one.state === "online" ? "green" : "red",
          note: "",
        });
        break;
      case "quorum":
        rows.push({
          label: `${one.votes} votes`,
          at: one.at,
          to: one.at,
          fill: "",
          colour: one.votes < one.needed ? "red" : "green",
          note: `quorum needs ${one.needed}`,
        });
        break;
      case "ha":
        rows.push({
          label: `${one.resource} ${one.state}`,
          at: one.at,
          to: one.at,
          fill: "",
          colour: "magenta",
          note: one.node,
        });
        break;
      case "note":
        rows.push({ label: one.what, at: one.at, to: one.at, fill: "", colour: "dim", note: "" });
        break;
    }
  }
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
  const full = flows.filter(({ fullMs }) => fullMs > 0).slice(0, 5);
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
    ...(rest > 0 ? [paint("dim", `and ${rest} short tasks that went well`)] : []),
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
