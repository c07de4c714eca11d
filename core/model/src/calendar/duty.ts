import { gaps, merged } from "./interval.ts";
import type { Distance } from "./recurrence.ts";
import {
  dayMs,
  type Instant,
  type Interval,
  lengthOf,
  sinceMidnight,
  type TimeOfDay,
  type Weekday,
  type Zone,
} from "./time.ts";
import { instantOf, startOfDay, weekdayOf } from "./wall-clock.ts";

/**
 * Hours of service or support. `to` at or before `from` is on the next day: `22:00` to `06:00` is a night, `00:00` to
 * `00:00` the whole day. The days are those on which the hours begin.
 */
export type WeeklyHours =
  | { readonly always: true }
  | { readonly days: readonly Weekday[]; readonly from: TimeOfDay; readonly to: TimeOfDay; readonly zone: Zone };

/** When somebody is on duty in the range: ascending, disjoint, cut at its ends. */
export function dutyIntervals(hours: WeeklyHours, from: Instant, to: Instant): Interval[] {
  if (!(from < to)) return [];
  if ("always" in hours) return [{ start: from, end: to }];
  const begin = sinceMidnight(hours.from);
  const end = sinceMidnight(hours.to);
  const days = new Set(hours.days);
  const shifts: Interval[] = [];
  for (let day = startOfDay(from) - 2 * dayMs; day <= startOfDay(to) + dayMs; day += dayMs) {
    if (!days.has(weekdayOf(day))) continue;
    const start = Math.max(from, instantOf(hours.zone, day + begin));
    const stop = Math.min(to, instantOf(hours.zone, day + end + (end <= begin ? dayMs : 0)));
    if (start < stop) shifts.push({ start, end: stop });
  }
  return merged(shifts);
}

/**
 * The longest time without anybody on duty that touches the range, whole: it may begin before the range and end after
 * it. The earliest of equals; undefined when somebody always is. With nobody ever, the range itself.
 */
export function longestGap(hours: WeeklyHours, from: Instant, to: Instant): Distance | undefined {
  if ("always" in hours || !(from < to)) return undefined;
  // A week and two days: the hours of any weekday come round within it, shifted by no more than a zone can be.
  const margin = hours.days.length === 0 ? 0 : 9 * dayMs;
  let longest: Distance | undefined;
  for (const gap of gaps(dutyIntervals(hours, from - margin, to + margin), from - margin, to + margin)) {
    if (gap.end <= from || gap.start >= to) continue;
    const seconds = lengthOf(gap);
    if (longest === undefined || seconds > longest.seconds) longest = { ...gap, seconds };
  }
  return longest;
}
