import {
  type Interval,
  isUnknown,
  type Procedure,
  recurrenceOf,
  type Schedule,
  showMonthDay,
  windows,
} from "@orrery/model";
import {
  against,
  compared,
  distinct,
  elapsed,
  explain,
  type Figure,
  figureText,
  rollingUpdateTime,
  runsOf,
  spanOf,
  sumOf,
  type Term,
} from "@orrery/protection";
import type { Draft, Objective } from "../finding.ts";
import type { Context, Rule } from "../rule.ts";

type Window = Context["lab"]["service"]["hours"]["maintenance"][number];
type Timed = { readonly index: number; readonly procedure: Procedure; readonly time: Figure };

const rolling = ({ inventory }: Context): Figure => rollingUpdateTime(inventory);

/** What is worked out takes that long at the least; nothing bounds what is said to be unknown. */
const atLeast = (figure: Figure, why: string): Figure => {
  switch (figure.kind) {
    case "known":
      return { ...figure, kind: "at least", strictly: false, missing: [why] };
    case "at least": {
      const { atMost: _, ...rest } = figure;
      return { ...rest, missing: distinct([why, ...figure.missing]) };
    }
    case "none":
    case "unknown":
      return figure;
  }
};

/** As measured where it is declared, else worked out where the model knows what it does. */
const timeOf = (context: Context, { does, duration, id }: Procedure): Figure => {
  if (does === "rolling node update" && duration === undefined) return context.once(rolling);
  if (does === "rolling node update" && isUnknown(duration)) return atLeast(context.once(rolling), duration.why);
  if (duration === undefined) return { kind: "unknown", missing: [`how long ${id} takes is not declared`] };
  return sumOf([{ label: `for ${id}`, span: spanOf(duration) }]);
};

/** What runs in each window. */
const held = (context: Context): ReadonlyMap<Window, readonly Timed[]> => {
  const { maintenance, service } = context.lab;
  return new Map(
    service.hours.maintenance.map((window) => [
      window,
      maintenance.procedures.flatMap((procedure, index) =>
        procedure.window === window.id ? [{ index, procedure, time: timeOf(context, procedure) }] : [],
      ),
    ]),
  );
};

const holds: Rule = {
  id: "schedules/window-too-short",
  chapter: "maintenance",
  severity: "error",
  title: "A maintenance window holds each of its procedures",
  why: "A window that ends with two nodes still to do leaves a cluster of mixed versions until the next one, or people working outside of it.",
  how: "A rolling node update drains each node over its migration link (memory, and the disks that no other node has), updates and reboots it, one node after another; other procedures take what is declared. Unknown parts count as nothing, so that the sum is a lower bound: longer than the window it is violated all the same, else unproven.",
  remedy:
    "Lengthen the window, spread the nodes over several, or shorten the longest part: shared storage or replication makes drains short.",
  *check(context): Generator<Draft> {
    for (const [window, procedures] of context.once(held)) {
      for (const { index, procedure, time } of procedures) {
        const verdict = against(time, window.duration);
        if (verdict === "met") continue;
        yield {
          subject: procedure.id,
          path: ["maintenance", "procedures", index, "window"],
          claim: `${procedure.title} (${procedure.id}) runs in ${window.id}: ${elapsed(window.duration)}`,
          why: `${compared(time, window.duration)}.`,
          remedy:
            verdict === "missed"
              ? `Lengthen ${window.id} to ${figureText(time) ?? "the sum"}, or spread the nodes over several windows.`
              : "Declare what is unknown: time one drain, one update and one reboot.",
          verdict: verdict === "missed" ? "violated" : "unproven",
        };
      }
    }
  },
};

const cadence = (schedule: Schedule | undefined): string => {
  if (schedule === undefined) return "no frequency";
  if (schedule.every === "calendar") return schedule.event;
  if (schedule.every === "hour" || schedule.every === "day") return `every ${schedule.every}`;
  const { on } = schedule;
  if (on === undefined || isUnknown(on)) return `every ${schedule.every}, no day stated`;
  if (Array.isArray(on)) return on.join(", ");
  return typeof on === "string" ? on : showMonthDay(on);
};

const dayIsKnown = (schedule: Schedule | undefined): boolean =>
  schedule !== undefined &&
  (schedule.every === "day" ||
    schedule.every === "hour" ||
    schedule.every === "calendar" ||
    (schedule.on !== undefined && !isUnknown(schedule.on)));

/** Whether one of the runs falls into a stretch. */
const fallsInto = (schedule: Schedule, { start, end }: Interval, year: Interval): boolean =>
  runsOf(schedule, year.start, year.end).spans.some((run) => run.start < end && run.end >= start);

const spanFrom = (time: Figure, id: string): Term => {
  switch (time.kind) {
    case "known":
      return { label: id, span: { least: time.seconds, most: time.seconds, missing: [] } };
    case "at least":
      return {
        label: id,
        span: {
          least: time.seconds,
          ...(time.atMost === undefined ? {} : { most: time.atMost }),
          missing: time.missing,
        },
      };
    case "none":
      return { label: id, span: { least: 0, missing: [time.why] } };
    case "unknown":
      return { label: id, span: { least: 0, missing: time.missing } };
  }
};

/** Procedures that may be in one opening of a window, and what they take together. */
type Meeting = {
  readonly procedures: readonly Timed[];
  readonly time: Figure;
  /** Their days are declared, and meet. */
  readonly sure: boolean;
};

const together = (some: readonly Timed[]): Figure =>
  sumOf(some.map(({ procedure, time }) => spanFrom(time, procedure.id)));

/** Those that are not shown to fit into the window together. */
const meetingsIn = (context: Context, window: Window, procedures: readonly Timed[]): readonly Meeting[] => {
  if (procedures.length < 2) return [];
  if (against(together(procedures), window.duration) === "met") return [];
  const start = Date.UTC(new Date(context.at).getUTCFullYear(), 0, 1);
  const year = { start, end: start + 366 * 86_400_000 };
  const recurrence = recurrenceOf(window.schedule);
  const openings = isUnknown(recurrence)
    ? []
    : windows({ recurrence, duration: window.duration }, year.start, year.end);
  const dated = procedures.filter(({ procedure }) => dayIsKnown(procedure.frequency));
  const sets = new Map<string, readonly Timed[]>();
  for (const opening of openings) {
    const inIt = dated.filter(
      ({ procedure }) => procedure.frequency !== undefined && fallsInto(procedure.frequency, opening, year),
    );
    if (inIt.length > 1) sets.set(inIt.map(({ procedure }) => procedure.id).join(" "), inIt);
  }
  const meeting = [...sets.values()].flatMap((some): Meeting[] => {
    const time = together(some);
    return against(time, window.duration) === "met" ? [] : [{ procedures: some, time, sure: true }];
  });
  if (meeting.length > 0) return meeting;
  // A day that nobody states, or a window of unknown hour, may be that of the others.
  return dated.length < procedures.length || isUnknown(recurrence)
    ? [{ procedures, time: together(procedures), sure: false }]
    : [];
};

/** By each window, worked out once. */
const meetings = (context: Context): ReadonlyMap<Window, readonly Meeting[]> =>
  new Map(
    [...context.once(held)].map(([window, procedures]) => [window, meetingsIn(context, window, procedures)] as const),
  );

const crowded: Rule = {
  id: "schedules/window-crowded",
  chapter: "maintenance",
  severity: "warning",
  title: "Procedures that share one opening of a window fit into it together",
  why: "Each fits alone, both fall on the third Friday, and the second begins when the window is over.",
  how: "Procedures of one window whose days are declared are laid over its openings in the year of the check; where two fall into the same, their times are added. A procedure without a day may fall into any opening: unless all of the window's procedures fit together, that stays unproven.",
  remedy: "Give each procedure a day of its own, or lengthen the window.",
  *check(context): Generator<Draft> {
    for (const [window, all] of context.once(meetings)) {
      for (const { procedures, time, sure } of all) {
        const [first] = procedures;
        if (first === undefined) continue;
        const certain = sure && against(time, window.duration) === "missed";
        const list = procedures.map(({ procedure }) => `${procedure.id} (${cadence(procedure.frequency)})`).join(", ");
        yield {
          subject: window.id,
          path: ["maintenance", "procedures", first.index, "frequency"],
          claim: `${list} run in ${window.id}: ${elapsed(window.duration)}`,
          why: `They ${sure ? "fall" : "may fall"} into one opening of ${window.id}: ${compared(time, window.duration)}.`,
          remedy: "Give each procedure a day of its own, or lengthen the window.",
          verdict: certain ? "violated" : "unproven",
        };
      }
    }
  },
};

const rank = { met: 0, unproven: 1, missed: 2 } as const;

/** Each maintenance window that has procedures: whether it holds the longest of them, and those that meet in it. */
export const windowObjectives = (context: Context): readonly Objective[] =>
  [...context.once(held)].flatMap(([window, procedures], index): Objective[] => {
    if (procedures.length === 0) return [];
    const alone = procedures.map(({ procedure, time }) => ({ who: procedure.id, time, sure: true }));
    const met = (context.once(meetings).get(window) ?? []).map(({ procedures: some, time, sure }) => ({
      who: `${some.map(({ procedure }) => procedure.id).join(" and ")} in one opening`,
      time,
      sure,
    }));
    const verdictOf = ({ time, sure }: (typeof alone)[number]): "met" | "missed" | "unproven" => {
      const verdict = against(time, window.duration);
      return verdict === "missed" && !sure ? "unproven" : verdict;
    };
    const worst = [...alone, ...met].reduce((a, b) => (rank[verdictOf(b)] > rank[verdictOf(a)] ? b : a));
    const figure = figureText(worst.time);
    return [
      {
        id: `window/${window.id}`,
        chapter: "service",
        path: ["service", "hours", "maintenance", index, "duration"],
        title: `${window.id}: ${elapsed(window.duration)} hold ${procedures.map(({ procedure }) => procedure.id).join(", ")}`,
        verdict: verdictOf(worst),
        ...(figure === undefined ? {} : { figure }),
        why: `${worst.who}: ${explain(worst.time)}`,
      },
    ];
  });

export const windowRules: readonly Rule[] = [holds, crowded];
