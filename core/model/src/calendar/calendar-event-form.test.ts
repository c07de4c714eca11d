import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCalendarEvent } from "./calendar-event.ts";
import { calendarEventForm } from "./calendar-event-form.ts";
import { nextCalendarEvent } from "./calendar-event-time.ts";

const value = (last: number) =>
  fc.oneof(
    fc.constant("*"),
    fc.integer({ min: 0, max: last }).map(String),
    fc.tuple(fc.integer({ min: 0, max: last }), fc.integer({ min: 1, max: last })).map(([from, by]) => `${from}/${by}`),
    fc
      .tuple(fc.integer({ min: 0, max: last }), fc.integer({ min: 0, max: last }))
      .map(([one, other]) => `${Math.min(one, other)}..${Math.max(one, other)}`),
    fc.uniqueArray(fc.integer({ min: 0, max: last }), { minLength: 1, maxLength: 4 }).map((all) => all.join(",")),
  );

const event = fc
  .record({
    days: fc.constantFrom("", "mon ", "sat,Sun ", "mon..fri ", "fri..mon ", "mon..sun "),
    date: fc.constantFrom("", "*-*-1..7 ", "1,7-1 ", "*-*-15 ", "*-2/3-1 "),
    hours: value(23),
    minutes: value(59),
    utc: fc.constantFrom("", " UTC"),
  })
  .map(({ days, date, hours, minutes, utc }) => `${days}${date}${hours}:${minutes}${utc}`);

test("the one form of an event is due when the event is", () => {
  fc.assert(
    fc.property(event, fc.integer({ min: 1.7e12, max: 1.9e12 }), (text, from) => {
      const form = calendarEventForm(text) ?? "";
      const [one, other] = [text, form].map(parseCalendarEvent);
      if (one?.kind !== "event" || other?.kind !== "event") throw new Error(`${text} became ${form}`);
      let at = from;
      for (let step = 0; step < 5; step++) {
        const next = nextCalendarEvent(one.event, "Europe/Berlin", at);
        expect(nextCalendarEvent(other.event, "Europe/Berlin", at)).toBe(next);
        if (next === undefined) break;
        at = Number(next);
      }
    }),
    { numRuns: 300 },
  );
});

test("a form is its own form", () => {
  fc.assert(
    fc.property(event, (text) => {
      const form = calendarEventForm(text) ?? "";
      expect(calendarEventForm(form)).toBe(form);
    }),
  );
});

test("events that mean the same have the same form", () => {
  for (const [one, other] of [
    ["daily", "00:00"],
    ["hourly", "*:00"],
    ["*/15", "*:0,15,30,45"],
    ["sun,sat 2:00", "sat,sun *-*-* 02:00:00"],
    ["mon..sun 2:00", "02:00"],
    ["monthly", "*-1 0:0"],
    ["0/2:00", "0,2,4,6,8,10,12,14,16,18,20,22:00"],
  ] as const)
    expect(calendarEventForm(one)).toBe(calendarEventForm(other));
  expect(calendarEventForm("at midnight")).toBeUndefined();
});
