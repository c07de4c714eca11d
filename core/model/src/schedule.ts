import { z } from "zod";
import {
  isZone,
  type MonthDay,
  parseCalendarEvent,
  parseMonthDay,
  type Recurrence,
  type TimeOfDay,
  type Weekday,
} from "./calendar/index.ts";
import { localName } from "./names.ts";
import { duration } from "./quantity.ts";
import { isUnknown, measurable, type Unknown, unknown } from "./unknown.ts";

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const weekday = z.enum(weekdays, { error: `expected a weekday: ${weekdays.join(", ")}` });

/** An IANA zone. A fixed abbreviation such as `EST` loads, since documents say it; the check says what it means. */
export const zone = z.string().refine(isZone, 'expected an IANA time zone such as "America/New_York"');

export const timeOfDay = z
  .custom<TimeOfDay>((value) => typeof value === "string" && /^([01]\d|2[0-3]):[0-5]\d$/.test(value), {
    error: 'expected a time of day such as "09:00"',
  })
  .transform((text): TimeOfDay => text);

type Nth = "first" | "second" | "third" | "fourth" | "fifth" | "last" | "1st" | "2nd" | "3rd" | "4th" | "5th";
type Weekdays = (typeof weekdays)[number];

const monthDay = z
  .custom<`${Nth} ${Weekdays}` | `${number}`>((value) => typeof value === "string", {
    error: 'expected a day of the month such as "3rd Friday", "last Sunday" or "15"',
  })
  .transform((text, context): MonthDay => {
    const day = parseMonthDay(text);
    if (day !== undefined) return day;
    context.addIssue({
      code: "custom",
      message: `expected a day of the month such as "3rd Friday", "last Sunday" or "15", got "${text}"`,
    });
    return z.NEVER;
  });

const timed = { at: measurable(timeOfDay).optional(), zone };
/** A calendar event as Proxmox VE reads it. */
export const calendarEvent = z.string().superRefine((value, context) => {
  const parsed = parseCalendarEvent(value);
  if (parsed.kind === "problem") context.addIssue({ code: "custom", message: `${parsed.why}; ${parsed.remedy}` });
});

/** When something recurs. The hour or the day may be unknown: a document that says "monthly" says no more. */
export const schedule = z.discriminatedUnion(
  "every",
  [
    z.strictObject({ every: z.literal("hour"), zone }),
    z.strictObject({ every: z.literal("day"), ...timed }),
    z.strictObject({
      every: z.literal("week"),
      on: measurable(
        z.union([weekday, z.array(weekday).min(1)], { error: "expected a weekday, or a list of them" }),
      ).optional(),
      ...timed,
    }),
    z.strictObject({ every: z.literal("month"), on: measurable(monthDay).optional(), ...timed }),
    z.strictObject({
      every: z.literal("quarter"),
      month: measurable(z.literal([1, 2, 3])).optional(),
      on: measurable(monthDay).optional(),
      ...timed,
    }),
    z.strictObject({
      every: z.literal("half-year"),
      month: measurable(z.literal([1, 2, 3, 4, 5, 6])).optional(),
      on: measurable(monthDay).optional(),
      ...timed,
    }),
    z.strictObject({
      every: z.literal("year"),
      month: measurable(z.literal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])).optional(),
      on: measurable(monthDay).optional(),
      ...timed,
    }),
    /** A Proxmox calendar event, `sun 01:00`, as a backup job takes it. */
    z.strictObject({ every: z.literal("calendar"), event: calendarEvent, zone }),
  ],
  { error: 'expected a schedule such as { every: "week", on: "Friday", at: "10:00", zone: "America/New_York" }' },
);
export type Schedule = z.output<typeof schedule>;

const days: Record<Schedule["every"], number> = {
  hour: 1 / 24,
  day: 1,
  week: 7,
  month: 31,
  quarter: 92,
  "half-year": 184,
  year: 366,
  calendar: Number.NaN,
};

/** The longest that a period of this cadence can be in days by the calendar, whatever its hour; NaN for a calendar event. */
export const cadenceDays = (of: Schedule): number => days[of.every];

const listed = (on: Weekday | Weekday[]): Weekday[] => (Array.isArray(on) ? on : [on]);
const unstated = (what: string): Unknown => unknown(`the schedule does not state its ${what}`);

/** The schedule as a recurrence with instants, or why it has none yet. */
export const recurrenceOf = (of: Schedule): Recurrence | Unknown => {
  if (of.every === "hour") return { every: "hour", zone: of.zone };
  if (of.every === "calendar") {
    const parsed = parseCalendarEvent(of.event);
    return parsed.kind === "problem" ? unknown(parsed.why) : { every: "calendar", event: parsed.event, zone: of.zone };
  }
  const at = of.at ?? unstated("hour");
  if (of.every === "day") return isUnknown(at) ? at : { every: "day", at, zone: of.zone };
  const on = of.on ?? unstated("day");
  if (isUnknown(on)) return on;
  if (isUnknown(at)) return at;
  if (of.every === "week") return { every: "week", on: listed(on as Weekday | Weekday[]), at, zone: of.zone };
  if (of.every === "month") return { every: "month", on: on as MonthDay, at, zone: of.zone };
  const month = of.month ?? unstated("month");
  if (isUnknown(month)) return month;
  return { every: of.every, month, on: on as MonthDay, at, zone: of.zone } as Recurrence;
};

/** A recurring span of time, such as a maintenance window. The duration is elapsed time, not wall time. */
export const recurringWindow = z.strictObject({ id: localName, schedule, duration });
export type RecurringWindow = z.output<typeof recurringWindow>;

/** When people or a service are there. */
export const hours = z.union(
  [
    z.strictObject({ always: z.literal(true) }),
    z.strictObject({ days: z.array(weekday).min(1), from: timeOfDay, to: timeOfDay, zone }),
  ],
  { error: 'expected { always: true } or { days: ["Monday", …], from: "08:00", to: "17:00", zone: "…" }' },
);
export type Hours = z.output<typeof hours>;
