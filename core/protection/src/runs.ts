import {
  type Instant,
  type Interval,
  isUnknown,
  type MonthDay,
  occurrences,
  type Recurrence,
  recurrenceOf,
  type Schedule,
  type Seconds,
} from "@orrery/model";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** When a policy runs: at moments, or once in each stretch where the schedule says no more than a day, a week, a month. */
export type Runs = {
  /** Ascending. A known moment starts and ends at once. */
  readonly spans: readonly Interval[];
  /** Why the moments are not known. */
  readonly missing?: string;
  /** The days are known and the hour is not: it is the same each time, so that distances are those of the days. */
  readonly steady?: true;
};

const first: MonthDay = { day: 1 };
const midnight = { at: "00:00", zone: "UTC" } as const;

/** The stretches in which a schedule of unknown day runs once. */
const period = (every: Exclude<Schedule["every"], "hour" | "calendar">): Recurrence => {
  switch (every) {
    case "day":
      return { every: "day", ...midnight };
    case "week":
      return { every: "week", on: ["Monday"], ...midnight };
    case "month":
      return { every: "month", on: first, ...midnight };
    case "quarter":
      return { every: "quarter", month: 1, on: first, ...midnight };
    case "half-year":
      return { every: "half-year", month: 1, on: first, ...midnight };
    case "year":
      return { every: "year", month: 1, on: first, ...midnight };
  }
};

const moments = (recurrence: Recurrence, from: Instant, to: Instant): Interval[] =>
  occurrences(recurrence, from, to).map((at) => ({ start: at, end: at }));

/** The days that a schedule names, each as the stretch that it covers by its zone's wall clock at the most: 25 h. */
const days = (schedule: Schedule, from: Instant, to: Instant): Interval[] | undefined => {
  if (schedule.every === "hour" || schedule.every === "calendar" || schedule.at === undefined) return undefined;
  const at = recurrenceOf({ ...schedule, at: "00:00" });
  if (isUnknown(at)) return undefined;
  return occurrences(at, from, to).map((start) => ({ start, end: start + 25 * hourMs }));
};

/**
 * A schedule's runs in a range.
 *
 * @returns moments where the schedule tells them; else the stretches in each of which it runs once
 */
export const runsOf = (schedule: Schedule, from: Instant, to: Instant): Runs => {
  const recurrence = recurrenceOf(schedule);
  if (!isUnknown(recurrence)) return { spans: moments(recurrence, from, to) };
  const missing = recurrence.why;
  if (schedule.every === "hour" || schedule.every === "calendar") return { spans: [], missing };
  const onDays = days({ ...schedule, at: "00:00" }, from, to);
  if (onDays !== undefined) return { spans: onDays, missing, steady: true };
  const starts = occurrences(period(schedule.every), from, to);
  const spans = starts.flatMap((start, index) => {
    const next = starts[index + 1];
    return next === undefined ? [] : [{ start, end: next }];
  });
  return { spans, missing };
};

/** The longest stretch between two runs, if the unknown moments are as close as they may be, and as far. */
export const longestBetween = ({ spans, steady }: Runs): { readonly least: Seconds; readonly most: Seconds } => {
  let least = 0;
  let most = 0;
  for (const [index, { start, end }] of spans.entries()) {
    const next = spans[index + 1];
    if (next === undefined) break;
    least = Math.max(least, steady ? next.start - start : next.start - end);
    most = Math.max(most, steady ? next.start - start : next.end - start);
  }
  const first = spans[0];
  const last = spans.at(-1);
  // Closer than their average they cannot all be.
  if (first !== undefined && last !== undefined && spans.length > 1)
    least = Math.max(least, (last.start - first.end) / (spans.length - 1));
  return { least: Math.floor(least / 1_000), most: Math.floor(most / 1_000) };
};

/** How far to look so that every length of interval that a schedule has is met: leap days are up to eight years apart. */
const referenceYears = 9;

/** Runs of a Proxmox calendar event may be minutes apart: no more than these are looked at, a year of hourly ones. */
const patience = 8_800;

/** From the New Year of a moment's year on, long enough for every clock change, five-week month and leap day. */
export const referencePeriod = (schedules: readonly Schedule[], at: Instant): Interval => {
  const year = new Date(at).getUTCFullYear();
  const start = Date.UTC(year, 0, 1);
  let end = Date.UTC(year + referenceYears, 0, 1);
  for (const schedule of schedules) {
    if (schedule.every === "hour") end = Math.min(end, Date.UTC(year + 2, 0, 1));
    if (schedule.every !== "calendar") continue;
    const inTwoDays = runsOf(schedule, start, start + 2 * dayMs).spans.length;
    if (inTwoDays > 2) end = Math.min(end, start + Math.max(14, Math.floor((patience * 2) / inTwoDays)) * dayMs);
  }
  return { start, end };
};
