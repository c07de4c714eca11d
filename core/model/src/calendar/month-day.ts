import { parseWeekday, type Weekday } from "./time.ts";
import { daysInMonth, midnightOf, weekdayOf } from "./wall-clock.ts";

export type Nth = 1 | 2 | 3 | 4 | 5 | "last";
type Digit = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
/** 1 to 31 */
export type DayNumber =
  | Digit
  | 10
  | 20
  | 30
  | 11
  | 12
  | 13
  | 14
  | 15
  | 16
  | 17
  | 18
  | 19
  | 21
  | 22
  | 23
  | 24
  | 25
  | 26
  | 27
  | 28
  | 29
  | 31;

/** A day that most months have once: the third Friday, the last Sunday, the 15th. */
export type MonthDay = { readonly nth: Nth; readonly weekday: Weekday } | { readonly day: DayNumber };

const ordinals: Readonly<Record<string, Nth>> = {
  first: 1,
  "1st": 1,
  second: 2,
  "2nd": 2,
  third: 3,
  "3rd": 3,
  fourth: 4,
  "4th": 4,
  fifth: 5,
  "5th": 5,
  last: "last",
};

const isDayNumber = (day: number): day is DayNumber => Number.isInteger(day) && day >= 1 && day <= 31;

/** `"3rd Friday"`, `"first Sunday"`, `"last Fri"`, `"15"`, `"15th"`; any case. */
export function parseMonthDay(raw: unknown): MonthDay | undefined {
  if (typeof raw !== "string") return undefined;
  const [first = "", second, ...rest] = raw.trim().toLowerCase().split(/\s+/);
  if (rest.length > 0) return undefined;
  if (second === undefined) {
    const day = Number(/^(\d{1,2})(?:st|nd|rd|th)?$/.exec(first)?.[1]);
    return isDayNumber(day) ? { day } : undefined;
  }
  const nth = Object.hasOwn(ordinals, first) ? ordinals[first] : undefined;
  const weekday = parseWeekday(second);
  return nth === undefined || weekday === undefined ? undefined : { nth, weekday };
}

const suffix = (nth: number): string => ["th", "st", "nd", "rd"][nth] ?? "th";

/** As a person would write it, and {@link parseMonthDay} reads it: `3rd Friday`, `last Sunday`, `15`. */
export function showMonthDay(on: MonthDay): string {
  if ("day" in on) return `${on.day}`;
  return `${on.nth === "last" ? "last" : `${on.nth}${suffix(on.nth)}`} ${on.weekday}`;
}

/** The day of the month, 1 to 31, or undefined in a month without it: no 31st of April, no fifth Friday. */
export function dayOfMonth(on: MonthDay, year: number, month: number): number | undefined {
  const length = daysInMonth(year, month);
  if ("day" in on) return on.day <= length ? on.day : undefined;
  const anchor = on.nth === "last" ? length - 6 : 1 + 7 * (on.nth - 1);
  for (let day = anchor; day < anchor + 7 && day <= length; day++) {
    if (weekdayOf(midnightOf(year, month, day)) === on.weekday) return day;
  }
  return undefined;
}
