import type { CalendarField, CalendarValue, PveCalendarEvent } from "./calendar-event.ts";

function includes(spec: CalendarValue, value: number): boolean {
  switch (spec.kind) {
    case "one":
      return value === spec.value;
    case "range":
      return value >= spec.from && value <= spec.to;
    case "steps":
      if (value < spec.from || value > (spec.to ?? value)) return false;
      return spec.by > 0 ? (value - spec.from) % spec.by === 0 : value === spec.from;
  }
}

export const matches = (field: CalendarField, value: number): boolean =>
  field.length === 0 || field.some((spec) => includes(spec, value));

/** The smallest number above `value` that one part names. Steps without an end run past what the field can hold. */
function followingOf(spec: CalendarValue, value: number): number | undefined {
  switch (spec.kind) {
    case "one":
      return spec.value > value ? spec.value : undefined;
    case "range":
      return value < spec.to ? Math.max(spec.from, value + 1) : undefined;
    case "steps": {
      if (value < spec.from) return spec.from;
      if (spec.by === 0) return undefined;
      const next = spec.from + (Math.floor((value - spec.from) / spec.by) + 1) * spec.by;
      return next > (spec.to ?? next) ? undefined : next;
    }
  }
}

/** The smallest number above `value` that the field names, which may be more than the field can hold. */
export function following(field: CalendarField, value: number): number | undefined {
  let least: number | undefined;
  for (const spec of field) {
    const next = followingOf(spec, value);
    if (next !== undefined && (least === undefined || next < least)) least = next;
  }
  return least;
}

/**
 * The numbers of a field that the server leaves out when it comes from a round that ended at `last`: having passed the
 * last number that fits, it counts to the next one named, past the end, and so into the middle of the following round.
 */
function leftOut(field: CalendarField, first: number, last: number): number[] {
  let cursor = first;
  for (let value = first; value <= last; value++) if (matches(field, value)) cursor = value + 1;
  const next = cursor > last ? undefined : following(field, cursor);
  if (field.length === 0 || next === undefined || next <= last) return [];
  const missed: number[] = [];
  for (let value = first; value < first + next - last - 1 && value <= last; value++) {
    if (matches(field, value)) missed.push(value);
  }
  return missed;
}

/** What each field of an event leaves out so; for days, after the month that costs most. */
export function leavesOut(
  event: PveCalendarEvent,
): Record<"months" | "days" | "hours" | "minutes" | "seconds", number[]> {
  const days = [28, 29, 30, 31].map((length) => leftOut(event.days, 1, length));
  return {
    months: leftOut(event.months, 1, 12),
    days: days.reduce((most, missed) => (missed.length > most.length ? missed : most)),
    hours: leftOut(event.hours, 0, 23),
    minutes: leftOut(event.minutes, 0, 59),
    seconds: leftOut(event.seconds, 0, 59),
  };
}
