import type { PveCalendarEvent } from "./calendar-event.ts";
import { following, leavesOut, matches } from "./calendar-field.ts";
import { dayMs, hourMs, type Instant, minuteMs, secondMs, weekdays, type Zone } from "./time.ts";
import {
  fieldsOf,
  instantOf,
  midnightOf,
  startOfDay,
  type WallClock,
  wallClockAt,
  weekdayNumber,
} from "./wall-clock.ts";

/** The server gives up after so many corrections: a date that never comes costs no more than that. */
const patience = 1_001;

/** What is to become of a wall clock reading: it fits, no later one does, or another is to be tried. */
type Correction =
  | { readonly kind: "fits" }
  | { readonly kind: "never" }
  | { readonly kind: "try"; readonly wall: WallClock };

const fits: Correction = { kind: "fits" };
const attempt = (wall: WallClock): Correction => ({ kind: "try", wall });

/** Year before month before day before weekday before hour …: the first field that does not fit moves the clock on. */
function correct(event: PveCalendarEvent, wall: WallClock): Correction {
  const { year, month, day, hour, minute, second } = fieldsOf(wall);
  if (!matches(event.years, year)) {
    const next = following(event.years, year);
    return next === undefined ? { kind: "never" } : attempt(midnightOf(next, 1, 1));
  }
  if (!matches(event.months, month)) {
    const next = following(event.months, month);
    return attempt(next === undefined ? midnightOf(year + 1, 1, 1) : midnightOf(year, next, 1));
  }
  if (!matches(event.days, day)) {
    const next = following(event.days, day);
    return attempt(next === undefined ? midnightOf(year, month + 1, 1) : midnightOf(year, month, next));
  }
  const today = startOfDay(wall);
  if (event.weekdays.length > 0) {
    const number = weekdayNumber(wall);
    if (!event.weekdays.some((name) => weekdays[number] === name)) {
      const later = weekdays.findIndex((name, index) => index > number && event.weekdays.includes(name));
      return attempt(today + ((later < 0 ? 7 : later) - number) * dayMs);
    }
  }
  if (!matches(event.hours, hour)) {
    const next = following(event.hours, hour);
    return attempt(today + (next === undefined ? dayMs : next * hourMs));
  }
  const thisHour = today + hour * hourMs;
  if (!matches(event.minutes, minute)) {
    const next = following(event.minutes, minute);
    return attempt(thisHour + (next === undefined ? hourMs : next * minuteMs));
  }
  const thisMinute = thisHour + minute * minuteMs;
  if (!matches(event.seconds, second)) {
    const next = following(event.seconds, second);
    return attempt(thisMinute + (next === undefined ? minuteMs : next * secondMs));
  }
  return fits;
}

/**
 * When the server would run the event next, strictly after a moment; undefined when never, or when it gives up.
 *
 * Follows the walk of `compute_next_event` (proxmox-time/src/calendar_event.rs), with these consequences, in which it
 * differs from `systemd.time` or from a plain reading of the text:
 * - Steps run past the end of their field and carry over. `*:0/45` runs at :00 and :45 once, then only at :45 (the
 *   step after :45 is :90, which is :30 of the next hour, and the next after that :45). `0/5:0` leaves out midnight
 *   except as the first run, `*-1/7` the 1st of most months.
 * - So do days that a month lacks: `*-1,31` leaves out the 1st of March.
 * - A time that the clock jumps over in spring does not run that day at all; one that is shown twice in autumn runs
 *   once, the first time, and a schedule of every few minutes pauses for the second showing.
 *
 * Which of the two showings glibc's mktime takes depends on what it converted before; the first is what it takes when
 * it comes from the day before, as the server does. After a run inside the second showing the server may differ.
 * So may one whose zone database is another release than the engine's: governments change their clocks.
 */
export function nextCalendarEvent(event: PveCalendarEvent, zone: Zone, after: Instant): Instant | undefined {
  const zoned = event.utc ? "UTC" : zone;
  let instant = (Math.floor(after / secondMs) + 1) * secondMs;
  let wall = wallClockAt(zoned, instant);
  for (let tries = 0; tries < patience; tries++) {
    const correction = correct(event, wall);
    switch (correction.kind) {
      case "never":
        return undefined;
      case "fits":
        return instant;
      case "try": {
        // A correction inside the second showing of an hour would fall back into the first.
        const moved = instantOf(zoned, correction.wall);
        instant = moved > instant ? moved : instantOf(zoned, correction.wall, "second");
        wall = wallClockAt(zoned, instant);
      }
    }
  }
  return undefined;
}

/**
 * How long before a range to begin, so that a run which a carry leaves out is left out even where the range begins
 * with it: longer than any stretch that one carry passes over.
 */
function runUp(event: PveCalendarEvent): number {
  const { months, days, hours, minutes, seconds } = leavesOut(event);
  if (months.length > 0) return 400 * dayMs;
  if (days.length > 0) return 34 * dayMs;
  if (hours.length > 0) return 2 * dayMs;
  return minutes.length + seconds.length > 0 ? 3 * hourMs : 0;
}

/** Every run from `from` on and before `to`, as they follow one another on a server that has run the event for long. */
export function calendarEventsBetween(event: PveCalendarEvent, zone: Zone, from: Instant, to: Instant): Instant[] {
  const result: Instant[] = [];
  let instant = nextCalendarEvent(event, zone, from - 1 - runUp(event));
  while (instant !== undefined && instant < to) {
    if (instant >= from) result.push(instant);
    instant = nextCalendarEvent(event, zone, instant);
  }
  return result;
}
