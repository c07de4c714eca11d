import { Temporal } from "temporal-polyfill";
import { dayMs, hourMs, type Instant, type Weekday, weekdays, type Zone } from "./time.ts";

/**
 * What a wall clock shows, as one number: the milliseconds since 1970 of the same reading on a clock in UTC.
 * Counting in it is calendar arithmetic; it becomes a moment only through {@link instantOf}.
 */
export type WallClock = number;

/** A stretch of time in which a zone keeps one offset; it may have kept it before, and may keep it on. */
interface Span {
  readonly from: Instant;
  readonly to: Instant;
  readonly offset: number;
}

/** What Temporal said of each zone so far: it takes some 10 µs a question, and a year of a daily schedule asks 365. */
const known = new Map<Zone, Span[]>();

/** How far around a moment changes are looked for: in a zone that has none, Temporal looks through all of history. */
const reach = 200 * dayMs;

function ask(zone: Zone, instant: Instant): Span {
  const there = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  let from: Instant = instant - reach;
  let next: Instant | undefined = from;
  while (next !== undefined && next <= instant) {
    from = next;
    const before = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
    next = before.getTimeZoneTransition("next")?.epochMilliseconds;
  }
  return {
    from,
    to: Math.min(next ?? Number.POSITIVE_INFINITY, instant + reach),
    offset: there.offsetNanoseconds / 1e6,
  };
}

function spanAt(zone: Zone, instant: Instant): Span {
  const spans = known.get(zone) ?? [];
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (span === undefined) break;
    if (instant < span.from) high = middle;
    else if (instant >= span.to) low = middle + 1;
    else return span;
  }
  const span = ask(zone, instant);
  // Spans may overlap, but their starts and their ends are both in the order of the moments asked for.
  spans.splice(low, 0, span);
  known.set(zone, spans);
  return span;
}

/** Milliseconds that the zone's wall clock is ahead of UTC at a moment. */
export const offsetAt = (zone: Zone, instant: Instant): number => spanAt(zone, instant).offset;

/** What the zone's wall clock shows at a moment. */
export const wallClockAt = (zone: Zone, instant: Instant): WallClock => instant + offsetAt(zone, instant);

/** Offsets differ by at most 26 h between places, and so never by more within one: outside this, a reading is unique. */
const doubt = 48 * hourMs;

/**
 * The moment at which the zone's wall clock shows a reading. A reading that the clock jumps over (in the night of
 * spring) becomes that much later, after the gap; one that it shows twice is the first, or the second when asked.
 */
export function instantOf(zone: Zone, wall: WallClock, twice: "first" | "second" = "first"): Instant {
  const span = spanAt(zone, wall);
  const instant = wall - span.offset;
  if (instant - span.from > doubt && span.to - instant > doubt) return instant;
  const { year, month, day, hour, minute, second } = fieldsOf(wall);
  return new Temporal.PlainDateTime(year, month, day, hour, minute, second).toZonedDateTime(zone, {
    disambiguation: twice === "first" ? "compatible" : "later",
  }).epochMilliseconds;
}

export interface Fields {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  /** 1 to 31 */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export function fieldsOf(wall: WallClock): Fields {
  const date = new Date(wall);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** Midnight of a date on the wall; a month or day past its end carries over, as the 31st of April is the 1st of May. */
export const midnightOf = (year: number, month: number, day: number): WallClock => Date.UTC(year, month - 1, day);

/** The midnight on the wall that begins a reading's date. */
export const startOfDay = (wall: WallClock): WallClock => Math.floor(wall / dayMs) * dayMs;

/** 0 for Monday to 6 for Sunday. */
export const weekdayNumber = (wall: WallClock): number => (((Math.floor(wall / dayMs) + 3) % 7) + 7) % 7;

export const weekdayOf = (wall: WallClock): Weekday => weekdays[weekdayNumber(wall)] ?? "Monday";

export const daysInMonth = (year: number, month: number): number => fieldsOf(midnightOf(year, month + 1, 0)).day;
