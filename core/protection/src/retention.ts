import { type Instant, type Interval, occurrences, type Retention, type Schedule, type Seconds } from "@orrery/model";
import { pruned } from "./prune.ts";
import { longestBetween, referencePeriod, runsOf } from "./runs.ts";

const dayMs = 86_400_000;

/** What there is to restore from on one day, at its midnight by the schedule's zone. */
export type DayOfCopies = { readonly day: Instant; readonly copies: readonly Instant[] };

/**
 * Which copies exist on each day, going through the runs one by one: a copy is there from its run on, and removed by time
 * as soon as it is too old, by counts with the prune after each run.
 *
 * @param runs ascending moments, from long enough before `from` that what is kept has settled
 */
export const retained = (
  runs: readonly Instant[],
  retention: Retention,
  zone: string,
  { start, end }: Interval,
): readonly DayOfCopies[] => {
  const days = occurrences({ every: "day", at: "00:00", zone }, start, end);
  const kept: DayOfCopies[] = [];
  let copies: readonly Instant[] = [];
  let next = 0;
  for (const day of days) {
    for (let run = runs[next]; run !== undefined && run <= day; run = runs[next]) {
      copies = "for" in retention ? [run, ...copies] : pruned([run, ...copies], retention, zone);
      next += 1;
    }
    if ("for" in retention) {
      const oldest = day - retention.for * 1_000;
      copies = copies.filter((at) => at > oldest);
    }
    kept.push({ day, copies });
  }
  return kept;
};

export type RetentionYear = {
  readonly days: number;
  /** Days on which no copy is there. */
  readonly empty: number;
  /** The fewest and the most copies on a day. */
  readonly fewest: number;
  readonly most: number;
  /** The least age of the oldest copy over all days: how far back one can always go. */
  readonly reach: Seconds;
  /** Between two runs, by the unknowns' best and worst. */
  readonly longest: { readonly least: Seconds; readonly most: Seconds };
  /** Why the hours or days of the runs are not known; each is then taken to run when its stretch begins. */
  readonly missing?: string;
};

/** The shortest time after which a copy is pruned; undefined where none ever is within the range. */
export const shortestLife = (schedule: Schedule, retention: Retention, at: Instant): Seconds | undefined => {
  if ("for" in retention) return retention.for;
  const { start, end } = referencePeriod([schedule], at);
  let copies: readonly Instant[] = [];
  let shortest: Seconds | undefined;
  for (const { start: run } of runsOf(schedule, start, Math.min(end, start + 3 * 366 * dayMs)).spans) {
    const before = [run, ...copies];
    copies = pruned(before, retention, schedule.zone);
    if (copies.length === before.length) continue;
    const kept = new Set(copies);
    for (const copy of before) {
      const life = (run - copy) / 1_000;
      if (!kept.has(copy) && (shortest === undefined || life < shortest)) shortest = life;
    }
  }
  return shortest;
};

/** A year of a schedule and its retention, day by day, once what is kept has settled. */
export const retentionYear = (schedule: Schedule, retention: Retention, at: Instant): RetentionYear => {
  const year = new Date(at).getUTCFullYear();
  const window = { start: Date.UTC(year, 0, 1), end: Date.UTC(year + 1, 0, 1) };
  const reference = referencePeriod([schedule], at);
  // Runs by the hour: years of them would take long, and change nothing.
  const dense = reference.end - reference.start < 2 * 366 * dayMs;
  const settle = "for" in retention ? Math.ceil(retention.for / 86_400) + 2 : dense ? 400 : 1_200;
  const runs = runsOf(schedule, window.start - settle * dayMs, window.end);
  const days = retained(
    runs.spans.map(({ start }) => start),
    retention,
    schedule.zone,
    window,
  );
  const counts = days.map(({ copies }) => copies.length);
  return {
    days: days.length,
    empty: counts.filter((count) => count === 0).length,
    fewest: Math.min(...counts),
    most: Math.max(...counts),
    reach: Math.min(...days.map(({ day, copies }) => (day - (copies.at(-1) ?? day)) / 1_000)),
    longest: longestBetween(runsOf(schedule, reference.start, reference.end)),
    ...(runs.missing === undefined ? {} : { missing: runs.missing }),
  };
};
