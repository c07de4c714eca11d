import { type PveCalendarEvent, parseCalendarEvent } from "@orrery/model";

/* The wording of the servers' own reader is in no recording: a stand-in answered there. */

const stepsByNothing = (event: PveCalendarEvent): boolean =>
  [event.years, event.months, event.days, event.hours, event.minutes, event.seconds].some((field) =>
    field.some((value) => value.kind === "steps" && value.by === 0),
  );

/** `25:00` is no hour, and so is read as a minute and a second. */
const isHourPastDay = (event: PveCalendarEvent): boolean =>
  event.hours.length === 0 && /(?:^|\s)[^*\s:]+:[^\s:]+$/.test(event.text);

/**
 * What is wrong with a calendar event in Proxmox's dialect (`mon..fri 02:30`, `*-*-01`, `daily`); undefined when nothing
 * is. Read as `core/model` reads it, but for what was recorded otherwise: an hour past 23 and a step of 0, which the
 * servers' reader (proxmox-time/src/calendar_event.rs of proxmox-rs) takes, are refused, and a row of stars passes.
 */
export const calendarEventProblem = (text: string): string | undefined => {
  if (text.trim() === "") return "event is empty";
  if (/^\s*\*(?:\s+\*)+\s*$/.test(text)) return undefined;
  const parsed = parseCalendarEvent(text);
  if (parsed.kind === "event") {
    if (isHourPastDay(parsed.event)) return "value out of range";
    return stepsByNothing(parsed.event) ? "step" : undefined;
  }
  if (/^\d/.test(text.slice(parsed.at))) return "value out of range";
  const before = /\S*$/.exec(text.slice(0, parsed.at))?.[0] ?? "";
  const word = before + (/^\S*/.exec(text.slice(parsed.at))?.[0] ?? "");
  return /^[A-Za-z]/.test(before) ? `unable to parse weekday '${word}'` : `unable to parse '${word}'`;
};
