import type { PveCalendarEvent } from "./calendar-event.ts";
import { calendarEventsBetween, nextCalendarEvent } from "./calendar-event-time.ts";
import { dayOfMonth, type MonthDay } from "./month-day.ts";
import {
  dayMs,
  hourMs,
  type Instant,
  type Interval,
  lengthOf,
  minuteMs,
  type Seconds,
  sinceMidnight,
  type TimeOfDay,
  type Weekday,
  type Zone,
} from "./time.ts";
import { fieldsOf, instantOf, midnightOf, startOfDay, type WallClock, weekdayOf } from "./wall-clock.ts";

/** 1 to 12 */
export type Month = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;

/**
 * When something happens again and again, by the wall clock of a zone.
 *
 * A time that the clock jumps over (02:30 in the night of spring) happens that much later, after the gap. A time that
 * it shows twice happens once, the first time; only `hour` happens both times, being meant as elapsed hours. A month
 * without the day (no 31st, no fifth Friday) is passed over. `calendar` is Proxmox's own scheduler, which differs:
 * see {@link nextCalendarEvent}.
 */
export type Recurrence =
  /** `minute`: 0 to 59 past each hour, 0 when absent. */
  | { readonly every: "hour"; readonly minute?: number; readonly zone: Zone }
  | { readonly every: "day"; readonly at: TimeOfDay; readonly zone: Zone }
  | { readonly every: "week"; readonly on: readonly Weekday[]; readonly at: TimeOfDay; readonly zone: Zone }
  | { readonly every: "month"; readonly on: MonthDay; readonly at: TimeOfDay; readonly zone: Zone }
  /** `month`: which of the quarter's three. */
  | {
      readonly every: "quarter";
      readonly month: 1 | 2 | 3;
      readonly on: MonthDay;
      readonly at: TimeOfDay;
      readonly zone: Zone;
    }
  /** `month`: which of the half-year's six. */
  | {
      readonly every: "half-year";
      readonly month: 1 | 2 | 3 | 4 | 5 | 6;
      readonly on: MonthDay;
      readonly at: TimeOfDay;
      readonly zone: Zone;
    }
  | {
      readonly every: "year";
      readonly month: Month;
      readonly on: MonthDay;
      readonly at: TimeOfDay;
      readonly zone: Zone;
    }
  | { readonly every: "calendar"; readonly event: PveCalendarEvent; readonly zone: Zone };

/** The stretch between two successive occurrences. */
export interface Distance extends Interval {
  readonly seconds: Seconds;
}

/** Every occurrence from `from` on and before `to`, ascending, each once. */
export function occurrences(recurrence: Recurrence, from: Instant, to: Instant): Instant[] {
  if (!(from < to)) return [];
  if (recurrence.every === "calendar") return calendarEventsBetween(recurrence.event, recurrence.zone, from, to);
  const result: Instant[] = [];
  for (const instant of candidates(recurrence, from, to)) {
    // Two readings become one moment where the clock jumps over a whole day, as Samoa's did.
    if (instant >= from && instant < to && instant > (result.at(-1) ?? Number.NEGATIVE_INFINITY)) result.push(instant);
  }
  return result;
}

type Declared = Exclude<Recurrence, { every: "calendar" }>;

/** Ascending; some before and after the range, since a zone's date can be a day off from UTC's. */
function* candidates(recurrence: Declared, from: Instant, to: Instant): Generator<Instant> {
  const firstDay = startOfDay(from) - dayMs;
  const lastDay = startOfDay(to) + dayMs;
  const { zone } = recurrence;
  switch (recurrence.every) {
    case "hour":
      for (let day = firstDay; day <= lastDay; day += dayMs)
        yield* hoursOf(day + (recurrence.minute ?? 0) * minuteMs, zone);
      return;
    case "day": {
      const at = sinceMidnight(recurrence.at);
      for (let day = firstDay; day <= lastDay; day += dayMs) yield instantOf(zone, day + at);
      return;
    }
    case "week": {
      const at = sinceMidnight(recurrence.at);
      const days = new Set(recurrence.on);
      for (let day = firstDay; day <= lastDay; day += dayMs)
        if (days.has(weekdayOf(day))) yield instantOf(zone, day + at);
      return;
    }
    case "month":
      return yield* monthly(recurrence, 1, 1, firstDay, lastDay);
    case "quarter":
      return yield* monthly(recurrence, recurrence.month, 3, firstDay, lastDay);
    case "half-year":
      return yield* monthly(recurrence, recurrence.month, 6, firstDay, lastDay);
    case "year":
      return yield* monthly(recurrence, recurrence.month, 12, firstDay, lastDay);
  }
}

/** The hours of one date; an hour that the clock shows twice, twice. */
function hoursOf(first: WallClock, zone: Zone): Instant[] {
  const instants: Instant[] = [];
  for (let hour = 0; hour < 24; hour++) {
    const wall = first + hour * hourMs;
    instants.push(instantOf(zone, wall), instantOf(zone, wall, "second"));
  }
  return instants.sort((a, b) => a - b);
}

type Monthly = Extract<Declared, { on: MonthDay }>;

function* monthly(
  { on, at, zone }: Monthly,
  first: number,
  step: number,
  firstDay: WallClock,
  lastDay: WallClock,
): Generator<Instant> {
  const begin = fieldsOf(firstDay);
  const end = fieldsOf(lastDay);
  const sinceYearZero = (year: number, month: number): number => year * 12 + month - 1;
  const time = sinceMidnight(at);
  for (let index = sinceYearZero(begin.year, begin.month); index <= sinceYearZero(end.year, end.month); index++) {
    if (index % step !== first - 1) continue;
    const year = Math.floor(index / 12);
    const month = (index % 12) + 1;
    const day = dayOfMonth(on, year, month);
    if (day !== undefined) yield instantOf(zone, midnightOf(year, month, day) + time);
  }
}

/** The longest that {@link nextOccurrence} looks ahead: the 29th of February may be eight years away, a fifth Friday of it 40. */
const horizon = 41 * 366 * dayMs;

/** The first occurrence strictly after a moment; undefined when there is none in 41 years (a 31st of June). */
export function nextOccurrence(recurrence: Recurrence, after: Instant): Instant | undefined {
  if (recurrence.every === "calendar") return nextCalendarEvent(recurrence.event, recurrence.zone, after);
  for (let from = after + 1, step = 2 * dayMs; from < after + horizon; from += step, step *= 4) {
    const [next] = occurrences(recurrence, from, from + step);
    if (next !== undefined) return next;
  }
  return undefined;
}

function extreme(
  recurrence: Recurrence,
  from: Instant,
  to: Instant,
  isMore: (seconds: Seconds, than: Seconds) => boolean,
): Distance | undefined {
  let most: Distance | undefined;
  let start: Instant | undefined;
  for (const end of occurrences(recurrence, from, to)) {
    if (start !== undefined) {
      const seconds = lengthOf({ start, end });
      if (most === undefined || isMore(seconds, most.seconds)) most = { start, end, seconds };
    }
    start = end;
  }
  return most;
}

/**
 * The longest time between two successive occurrences that both lie in the range, elapsed: a day of 25 hours, a month
 * of five weeks count as they are. The earliest of equals. Undefined when fewer than two lie in the range.
 */
export const longestInterval = (recurrence: Recurrence, from: Instant, to: Instant): Distance | undefined =>
  extreme(recurrence, from, to, (seconds, than) => seconds > than);

/** The shortest time between two successive occurrences that both lie in the range; as {@link longestInterval}. */
export const shortestInterval = (recurrence: Recurrence, from: Instant, to: Instant): Distance | undefined =>
  extreme(recurrence, from, to, (seconds, than) => seconds < than);
