import { calendarEventForm } from "./calendar/calendar-event-form.ts";
import {
  type Instant,
  isZone,
  offsetAt,
  parseTimeOfDay,
  parseWeekday,
  sinceMidnight,
  weekdays,
  type Zone,
} from "./calendar/index.ts";
import { jobEventOf } from "./job-event.ts";
import type { Schedule } from "./schedule.ts";
import { isUnknown } from "./unknown.ts";

const dayMs = 86_400_000;

/** Milliseconds that one zone's clock is ahead of another's all through the coming year; undefined where that changes. */
const leadOf = (zone: Zone, over: Zone, from: Instant): number | undefined => {
  if (zone === over) return 0;
  if (!isZone(zone) || !isZone(over)) return undefined;
  const lead = offsetAt(zone, from) - offsetAt(over, from);
  for (let day = 1; day <= 366; day++) {
    const at = from + day * dayMs;
    if (offsetAt(zone, at) - offsetAt(over, at) !== lead) return undefined;
  }
  return lead;
};

/** What a scheduler is told, `note` saying what is not as it was declared; or why it cannot be told so. */
export type ZonedEvent =
  | { readonly kind: "event"; readonly event: string; readonly note?: string }
  | { readonly kind: "open"; readonly why: string };

/** The same moments by a clock that is `lead` milliseconds behind; undefined where the date would change with them. */
const behind = (of: Schedule, lead: number): Schedule | undefined => {
  if (of.every === "hour") return lead % 3_600_000 === 0 ? of : undefined;
  if (of.every === "calendar" || of.at === undefined || isUnknown(of.at)) return undefined;
  const moved = sinceMidnight(of.at) - lead;
  const days = Math.floor(moved / dayMs);
  const minutes = (moved - days * dayMs) / 60_000;
  const two = (value: number): string => String(value).padStart(2, "0");
  const at = parseTimeOfDay(`${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`);
  if (at === undefined) return undefined;
  if (of.every === "day" || days === 0) return { ...of, at };
  if (of.every !== "week" || of.on === undefined || isUnknown(of.on)) return undefined;
  const on = [of.on].flat().flatMap((day) => {
    const index = weekdays.indexOf(parseWeekday(day) ?? "Monday");
    return weekdays[(index + days + 7) % 7] ?? [];
  });
  return { ...of, at, on };
};

/**
 * A schedule as a calendar event for schedulers that read it by clocks of their own, due when the clock of the declared
 * zone shows it; or why that cannot be said.
 *
 * @param zones of the schedulers' clocks
 * @param at from when on, for a year, it has to be right
 */
export const zonedEvent = (schedule: Schedule, zones: readonly Zone[], at: Instant): ZonedEvent => {
  const made = jobEventOf(schedule);
  if (made.kind === "unknown") return { kind: "open", why: made.why };
  const form = calendarEventForm(made.event);
  if (form === undefined) return { kind: "open", why: `"${made.event}" is no calendar event` };
  const near = made.near === undefined ? {} : { note: made.near };
  if (form.endsWith("UTC")) return { kind: "event", event: form, ...near };
  const apart = zones.filter((zone) => leadOf(schedule.zone, zone, at) !== 0);
  if (apart.length === 0) return { kind: "event", event: form, ...near };
  // The one form that all nodes read alike ends with UTC.
  const lead = leadOf(schedule.zone, "UTC", at);
  const moved = lead === undefined ? undefined : lead === 0 ? schedule : behind(schedule, lead);
  const inUtc = moved === undefined ? undefined : jobEventOf(moved);
  const event = inUtc?.kind === "event" ? calendarEventForm(`${inUtc.event} UTC`) : undefined;
  if (event !== undefined)
    return { kind: "event", event, note: `the clocks of the nodes show ${apart.join(", ")}, not ${schedule.zone}` };
  return {
    kind: "open",
    why: `it is declared in ${schedule.zone}, the nodes read it by the clock of ${apart.join(", ")}, and no calendar event says the one by the other all year`,
  };
};
