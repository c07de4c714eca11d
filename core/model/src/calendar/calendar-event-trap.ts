import type { CalendarField, PveCalendarEvent } from "./calendar-event.ts";
import { leavesOut, matches } from "./calendar-field.ts";

/**
 * A schedule that the server accepts and runs otherwise than it reads:
 * - `every-hour`: a number without an hour before it, or an hour past 23, is minutes of every hour (`22`, `24:00`);
 * - `left-out`: times that the text names and the server's counting passes over, see {@link nextCalendarEvent}.
 */
export interface CalendarEventTrap {
  readonly kind: "every-hour" | "left-out";
  readonly why: string;
  readonly remedy: string;
}

const ends = { months: 12, hours: 23, minutes: 59, seconds: 59 } as const;

const listed = (field: CalendarField, first: number, last: number): string =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)
    .filter((value) => matches(field, value))
    .join(",");

/** What is treacherous about a schedule; empty when it runs as it reads. */
export function calendarEventTraps(event: PveCalendarEvent): CalendarEventTrap[] {
  const traps: CalendarEventTrap[] = [];
  // Only a lone number: a list, a step or a star without an hour is written by those who mean minutes.
  const time = /(?:^|\s)(\d+)(:\d+)?(?: *UTC)?$/.exec(event.text);
  if (time?.[1] !== undefined && event.hours.length === 0) {
    const hour = Number(time[1]) % 24;
    traps.push({
      kind: "every-hour",
      why: `The server reads ${time[1]}${time[2] ?? ""} as minute ${time[1]} of every hour.`,
      remedy: `Write ${String(hour).padStart(2, "0")}:00 if the hour is meant, *:${time[1].padStart(2, "0")} if the minute is.`,
    });
  }
  const { days, ...rest } = leavesOut(event);
  if (days.length > 0) {
    traps.push({
      kind: "left-out",
      why: `After a month without the last of its days the server passes over day ${days.join(", ")} of the next.`,
      remedy: "Name only days up to 28, or declare two schedules.",
    });
  }
  for (const unit of ["months", "hours", "minutes", "seconds"] as const) {
    if (rest[unit].length === 0) continue;
    const list = listed(event[unit], unit === "months" ? 1 : 0, ends[unit]);
    traps.push({
      kind: "left-out",
      why: `The steps run past the end of the ${unit}, so that the server passes over ${rest[unit].join(", ")}.`,
      remedy: `List the ${unit}: ${list}.`,
    });
  }
  return traps;
}
