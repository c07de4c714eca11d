import { parseCalendarEvent } from "@orrery/model";
import { expect, test } from "vitest";
import { calendarEventProblem } from "./calendar-event.ts";

test.each([
  ["", "event is empty"],
  ["bogus", "unable to parse 'bogus'"],
  ["daily;hourly", "unable to parse 'daily;hourly'"],
  ["mon..xyz 01:00", "unable to parse weekday 'mon..xyz'"],
  ["mon 02:3x", "unable to parse '02:3x'"],
  ["sun..mon 99", "value out of range"],
  ["25:00", "value out of range"],
  ["0/0", "step"],
])("%j is refused in the words that were recorded", (text, problem) => {
  expect(calendarEventProblem(text)).toBe(problem);
});

test.each(["daily", "2/4:0/20", "*-*-1..7 01:00", "sat *-1..7 02:00", "*/15", "*:0/5", "22", "mon..fri 02:30 UTC"])(
  "%j is an event for the API as it is for the declaration",
  (text) => {
    expect([calendarEventProblem(text), parseCalendarEvent(text).kind]).toEqual([undefined, "event"]);
  },
);
