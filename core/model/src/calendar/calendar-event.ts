import { problemOf } from "./calendar-event-problem.ts";
import { parseWeekday, type Weekday, weekdays } from "./time.ts";

/** Which numbers a field of a calendar event matches. `steps` without `to` has no upper end of its own. */
export type CalendarValue =
  | { readonly kind: "one"; readonly value: number }
  | { readonly kind: "range"; readonly from: number; readonly to: number }
  | { readonly kind: "steps"; readonly from: number; readonly by: number; readonly to?: number };

/** What matches a field; empty means every number. */
export type CalendarField = readonly CalendarValue[];

/** A schedule as Proxmox VE and Proxmox Backup Server read it, such as `mon..fri 8..17:0/15` or `monthly`. */
export interface PveCalendarEvent {
  /** As written, without the spaces around it. */
  readonly text: string;
  /** Written with the suffix `UTC`: the server's zone does not matter. */
  readonly utc: boolean;
  /** Empty means every day. */
  readonly weekdays: readonly Weekday[];
  readonly years: CalendarField;
  readonly months: CalendarField;
  readonly days: CalendarField;
  readonly hours: CalendarField;
  readonly minutes: CalendarField;
  readonly seconds: CalendarField;
}

export type CalendarEventParsed =
  | { readonly kind: "event"; readonly event: PveCalendarEvent }
  /** `why` has no full stop, `remedy` is a sentence. `at`: characters before the place where the text stops making sense, counted from the start of the text as given. */
  | { readonly kind: "problem"; readonly at: number; readonly why: string; readonly remedy: string };

type Parts = Pick<PveCalendarEvent, "weekdays" | "years" | "months" | "days" | "hours" | "minutes" | "seconds">;

const every: CalendarField = [];
const just = (...values: number[]): CalendarField => values.map((value) => ({ kind: "one", value }));
const midnight: Parts = {
  weekdays: [],
  years: every,
  months: every,
  days: every,
  hours: just(0),
  minutes: just(0),
  seconds: just(0),
};
const newYear: Parts = { ...midnight, months: just(1), days: just(1) };
const halfYearly: Parts = { ...midnight, months: just(1, 7), days: just(1) };

/** The words that stand for a whole schedule. Lower case only, as the server compares them. */
const shortcuts: Readonly<Record<string, Parts>> = {
  minutely: { ...midnight, hours: every, minutes: every },
  hourly: { ...midnight, hours: every },
  daily: midnight,
  weekly: { ...midnight, weekdays: ["Monday"] },
  monthly: { ...midnight, days: just(1) },
  quarterly: { ...midnight, months: just(1, 4, 7, 10), days: just(1) },
  semiannually: halfYearly,
  "semi-annually": halfYearly,
  yearly: newYear,
  annually: newYear,
};

/** Reads the text once, from left to right, and remembers the furthest place at which it failed. */
class Reader {
  readonly text: string;
  at = 0;
  furthest = 0;
  why = "A weekday, a date or a time is missing";

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  skip(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Notes a failure at a place; undefined, so that a caller can return it. */
  fail(why: string, at = this.at): undefined {
    if (at >= this.furthest) {
      this.furthest = at;
      this.why = why;
    }
    return undefined;
  }

  /** Runs a part of the grammar; where it fails, goes back to its start. */
  attempt<T>(part: () => T | undefined): T | undefined {
    const start = this.at;
    const result = part();
    if (result === undefined) this.at = start;
    return result;
  }
}

interface Unit {
  readonly name: string;
  /** Where `*` with a step starts. */
  readonly first: number;
  /** The largest that the server reads; it reads 0 everywhere, even as a month. */
  readonly last: number;
}

const units = {
  year: { name: "year", first: 0, last: 2199 },
  month: { name: "month", first: 1, last: 12 },
  day: { name: "day", first: 1, last: 31 },
  hour: { name: "hour", first: 0, last: 23 },
  minute: { name: "minute", first: 0, last: 59 },
  second: { name: "second", first: 0, last: 59 },
} satisfies Record<string, Unit>;

function readNumber(reader: Reader, { name, last }: Unit): number | undefined {
  const start = reader.at;
  const digits = reader.take(/\d+/y);
  if (digits === undefined) return reader.fail(`Expected a number (${name})`);
  const value = Number(digits);
  if (value > last) {
    reader.at = start;
    return reader.fail(`${digits} is too large for a ${name} (at most ${last})`, start);
  }
  return value;
}

function readValue(reader: Reader, unit: Unit): CalendarValue | undefined {
  const start = reader.at;
  const from = readNumber(reader, unit);
  if (from === undefined) return undefined;
  let to: number | undefined;
  if (reader.skip("..")) {
    to = readNumber(reader, unit);
    if (to === undefined) return undefined;
    if (from > to) return reader.fail(`The range ${from}..${to} runs backwards`, start);
  }
  if (reader.skip("/")) {
    const by = readNumber(reader, unit);
    if (by === undefined) return undefined;
    return to === undefined ? { kind: "steps", from, by } : { kind: "steps", from, by, to };
  }
  return to === undefined ? { kind: "one", value: from } : { kind: "range", from, to };
}

function readField(reader: Reader, unit: Unit): CalendarField | undefined {
  if (reader.skip("*")) {
    if (!reader.skip("/")) return every;
    const start = reader.at;
    const by = readNumber(reader, unit);
    if (by === undefined) return undefined;
    return by > 0 ? [{ kind: "steps", from: unit.first, by }] : reader.fail("A step of 0 never gets on", start);
  }
  const values: CalendarValue[] = [];
  do {
    const value = readValue(reader, unit);
    if (value === undefined) return undefined;
    values.push(value);
  } while (reader.skip(","));
  return values;
}

type Dates = Pick<Parts, "years" | "months" | "days">;
type Times = Pick<Parts, "hours" | "minutes" | "seconds">;

function readMonthAndDay(reader: Reader): Omit<Dates, "years"> | undefined {
  const months = readField(reader, units.month);
  if (months === undefined) return undefined;
  if (!reader.skip("-")) return reader.fail("Expected - and a day of the month");
  const days = readField(reader, units.day);
  return days === undefined ? undefined : { months, days };
}

function readDate(reader: Reader): Dates | undefined {
  const whole = reader.attempt((): Dates | undefined => {
    const years = readField(reader, units.year);
    if (years === undefined || !reader.skip("-")) return undefined;
    const date = readMonthAndDay(reader);
    return date === undefined ? undefined : { years, ...date };
  });
  if (whole !== undefined) return whole;
  const date = reader.attempt(() => readMonthAndDay(reader));
  return date === undefined ? undefined : { years: every, ...date };
}

function readTime(reader: Reader): Times | undefined {
  const hours = reader.attempt((): CalendarField | undefined => {
    const field = readField(reader, units.hour);
    return field !== undefined && reader.skip(":") ? field : undefined;
  });
  const minutes = readField(reader, units.minute);
  if (minutes === undefined) return undefined;
  if (!reader.skip(":")) return { hours: hours ?? every, minutes, seconds: just(0) };
  const seconds = readField(reader, units.second);
  return seconds === undefined ? undefined : { hours: hours ?? every, minutes, seconds };
}

function readWeekday(reader: Reader): number | undefined {
  const start = reader.at;
  const name = reader.take(/[A-Za-z]+/y);
  const day = parseWeekday(name);
  return day === undefined ? reader.fail(`${name ?? "This"} is no weekday`, start) : weekdays.indexOf(day);
}

function readWeekdays(reader: Reader): Weekday[] | undefined {
  const chosen = new Set<number>();
  do {
    const from = readWeekday(reader);
    if (from === undefined) return undefined;
    const to = reader.skip("..") ? readWeekday(reader) : from;
    if (to === undefined) return undefined;
    // fri..mon goes round the end of the week.
    for (let day = from; ; day = (day + 1) % 7) {
      chosen.add(day);
      if (day === to) break;
    }
  } while (reader.skip(","));
  return weekdays.filter((_, index) => chosen.has(index));
}

function readParts(reader: Reader): Parts | undefined {
  const shortcut = Object.hasOwn(shortcuts, reader.text) ? shortcuts[reader.text] : undefined;
  if (shortcut !== undefined) return shortcut;
  const named = /^[A-Za-z]/.test(reader.text);
  const days = named ? readWeekdays(reader) : [];
  if (days === undefined) return undefined;
  reader.take(/[ \t]+/y);
  if (!named && reader.done) return reader.fail("The schedule is empty");
  const date = reader.attempt(() => readDate(reader));
  if (date !== undefined) reader.take(/[ \t]+/y);
  const time = reader.attempt(() => readTime(reader));
  if (!named && date === undefined && time === undefined) return undefined;
  if (!reader.done) return reader.fail("This is too much, or in the wrong place");
  return { ...midnight, ...date, ...time, weekdays: days };
}

/**
 * Reads a schedule as the servers do: `[WEEKDAYS] [[YEARS-]MONTHS-DAYS] [[HOURS:]MINUTES[:SECONDS]] [UTC]` or a word
 * such as `daily`. Without an hour, a number is minutes of every hour; without a time, it is midnight.
 * Mirrors proxmox-time/src/calendar_event.rs of proxmox-rs, which PVE::CalendarEvent calls. What it accepts but can
 * never happen (`2-30`) is an event here too: {@link nextCalendarEvent} then finds none.
 */
export function parseCalendarEvent(text: string): CalendarEventParsed {
  const trimmed = text.trim();
  const utc = trimmed.endsWith("UTC");
  const reader = new Reader(utc ? trimmed.slice(0, -3).replace(/ +$/, "") : trimmed);
  const parts = readParts(reader);
  if (parts !== undefined) return { kind: "event", event: { text: trimmed, utc, ...parts } };
  const at = text.length - text.trimStart().length + reader.furthest;
  return { kind: "problem", at, ...problemOf(reader.text, reader.why) };
}
