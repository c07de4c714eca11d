import { type CalendarField, type PveCalendarEvent, parseCalendarEvent } from "./calendar-event.ts";
import { leavesOut, matches } from "./calendar-field.ts";
import { weekdays } from "./time.ts";

type Unit = { readonly first: number; readonly last: number; readonly digits: number };

/** Whether the numbers go evenly through the whole round, so that a step says them all. */
const stepOf = (values: readonly number[], { first, last }: Unit): number | undefined => {
  const [start, second] = values;
  if (start === undefined || second === undefined || values.length < 3) return undefined;
  const by = second - start;
  const isEven =
    values.every((value, index) => value === start + index * by) && values.length * by === last - first + 1;
  return by > 1 && isEven ? by : undefined;
};

/** `1,3..5`: runs of three and more as ranges. */
const listOf = (values: readonly number[], show: (value: number) => string): string => {
  const parts: string[] = [];
  for (let start = 0; start < values.length; ) {
    let end = start;
    while (values[end + 1] === (values[end] ?? 0) + 1) end += 1;
    const [from, to] = [values[start] ?? 0, values[end] ?? 0];
    if (end - start >= 2) parts.push(`${show(from)}..${show(to)}`);
    else for (let value = from; value <= to; value++) parts.push(show(value));
    start = end + 1;
  }
  return parts.join(",");
};

const fieldText = (field: CalendarField, unit: Unit): string => {
  const { first, last, digits } = unit;
  const values = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter((value) =>
    matches(field, value),
  );
  if (values.length === last - first + 1) return "*";
  const show = (value: number): string => String(value).padStart(digits, "0");
  const by = stepOf(values, unit);
  return by === undefined ? listOf(values, show) : `${values[0] ?? 0}/${by}`;
};

const yearText = (field: CalendarField): string =>
  field.length === 0 ? "*" : fieldText(field, { first: 0, last: 2199, digits: 4 });

const dayText = (days: PveCalendarEvent["weekdays"]): string => {
  const chosen = weekdays.flatMap((day, index) => (days.includes(day) ? [index] : []));
  return listOf(chosen, (index) => (weekdays[index] ?? "Monday").slice(0, 3).toLowerCase());
};

/**
 * A calendar event in the one form that all events which mean the same share: `sat,sun 02:00`, `*-*-1..7 22:30`,
 * `*:0/15`. Undefined where the text is none. One whose steps the servers run unevenly stays as it is written.
 */
export const calendarEventForm = (text: string): string | undefined => {
  const parsed = parseCalendarEvent(text);
  if (parsed.kind === "problem") return undefined;
  const { event } = parsed;
  if (Object.values(leavesOut(event)).some((missed) => missed.length > 0)) return event.text.replace(/\s+/g, " ");
  const days = event.weekdays.length === 7 ? "" : dayText(event.weekdays);
  const [year, month, day] = [
    yearText(event.years),
    fieldText(event.months, { first: 1, last: 12, digits: 1 }),
    fieldText(event.days, { first: 1, last: 31, digits: 1 }),
  ];
  const clock = { first: 0, last: 59, digits: 2 };
  const hours = fieldText(event.hours, { ...clock, last: 23 });
  const [minutes, seconds] = [fieldText(event.minutes, clock), fieldText(event.seconds, clock)];
  const date = [year, month, day].every((part) => part === "*") ? "" : `${year}-${month}-${day}`;
  const time = seconds === "00" ? `${hours}:${minutes}` : `${hours}:${minutes}:${seconds}`;
  return [days, date, time, event.utc ? "UTC" : ""].filter((part) => part !== "").join(" ");
};
