import { Temporal } from "temporal-polyfill";

declare const unit: unique symbol;

/** A moment: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [unit]?: "instant" };
/** Elapsed time in seconds: what a stopwatch shows, not what a wall clock jumps by. */
export type Seconds = number & { readonly [unit]?: "seconds" };
/** An IANA time zone id such as `Europe/Berlin`. Made by {@link parseZone}. */
export type Zone = string & { readonly [unit]?: "zone" };
/** A wall clock reading, `"00:00"` to `"23:59"`. Made by {@link parseTimeOfDay}. */
export type TimeOfDay = `${number}:${number}`;

/** Half-open: `start` is inside, `end` is not. */
export interface Interval {
  readonly start: Instant;
  readonly end: Instant;
}

/** Monday first, as in ISO 8601: the index is the day's number in the week less one. */
export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
export type Weekday = (typeof weekdays)[number];

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** How long the interval lasts, elapsed. */
export const lengthOf = ({ start, end }: Interval): Seconds => (end - start) / secondMs;

/** The weekday of a full or three-letter English name in any case. */
export function parseWeekday(raw: unknown): Weekday | undefined {
  if (typeof raw !== "string") return undefined;
  const name = raw.trim().toLowerCase();
  return weekdays.find((day) => day.toLowerCase() === name || day.slice(0, 3).toLowerCase() === name);
}

const timeOfDay = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const isTimeOfDay = (raw: string): raw is TimeOfDay => timeOfDay.test(raw);

/** `"HH:MM"`, two digits each, `00:00` to `23:59`. There is no `24:00`: hours that end at midnight end at `00:00`. */
export function parseTimeOfDay(raw: unknown): TimeOfDay | undefined {
  return typeof raw === "string" && isTimeOfDay(raw) ? raw : undefined;
}

/** Milliseconds from wall clock midnight to a time of day. */
export function sinceMidnight(time: TimeOfDay): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * hourMs + minutes * minuteMs;
}

/** Whether the id names a zone of the IANA database, spelled as the database spells it. An offset (`+05:00`) is none. */
export function isZone(id: string): boolean {
  if (!/^[A-Za-z]/.test(id)) return false;
  try {
    return new Temporal.ZonedDateTime(0n, id).timeZoneId === id;
  } catch {
    return false;
  }
}

/** The zone of an IANA id, spelled as the database spells it. */
export function parseZone(raw: unknown): Zone | undefined {
  return typeof raw === "string" && isZone(raw) ? raw : undefined;
}
