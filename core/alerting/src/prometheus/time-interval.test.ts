import { fieldsOf, isUnknown, type RecurringWindow, recurrenceOf, weekdayOf, weekdays, windowAt } from "@orrery/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type TimeInterval, timeIntervalsOf } from "./time-interval.ts";

const zone = "UTC";
const at = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom("00", "15", "45"))
  .map(([hour, minutes]) => `${String(hour).padStart(2, "0")}:${minutes}` as "08:00");
const on = fc.oneof(
  fc.integer({ min: 1, max: 31 }).map((day) => ({ day: day as 1 })),
  fc.record({
    nth: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const, 5 as const, "last" as const),
    weekday: fc.constantFrom(...weekdays),
  }),
);

const schedule: fc.Arbitrary<RecurringWindow["schedule"]> = fc.oneof(
  fc.constant({ every: "hour" as const, zone }),
  at.map((time) => ({ every: "day" as const, at: time, zone })),
  fc.tuple(at, fc.subarray([...weekdays], { minLength: 1 })).map(([time, days]) => ({
    every: "week" as const,
    on: days,
    at: time,
    zone,
  })),
  fc.tuple(at, on).map(([time, day]) => ({ every: "month" as const, on: day, at: time, zone })),
  fc.tuple(at, on, fc.constantFrom(1 as const, 2 as const, 3 as const)).map(([time, day, month]) => ({
    every: "quarter" as const,
    month,
    on: day,
    at: time,
    zone,
  })),
);

/** Whether Alertmanager would hold a moment to be inside: all that is said must hold. */
const holds = ({ from, to, weekdays: days, daysOfMonth, months }: TimeInterval, moment: number): boolean => {
  const minutes = Math.floor((moment % 86_400_000) / 60_000);
  const { year, month, day } = fieldsOf(moment);
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const real = (one: number): number => (one < 0 ? length + 1 + one : one);
  return (
    from <= minutes &&
    minutes < to &&
    (days === undefined || days.includes(weekdayOf(moment))) &&
    (daysOfMonth === undefined || (real(daysOfMonth[0]) <= day && day <= real(daysOfMonth[1]))) &&
    (months === undefined || months.includes(month))
  );
};

test("a time interval of Alertmanager is open when its window is, and never when it is not", () => {
  fc.assert(
    fc.property(
      schedule,
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.integer({ min: 0, max: 4 * 366 * 24 * 4 - 1 }), { minLength: 40, maxLength: 40 }),
      (when, quarters, quartersIn) => {
        const window: RecurringWindow = { id: "some", schedule: when, duration: quarters * 900 };
        const { intervals, note } = timeIntervalsOf(window);
        const recurrence = recurrenceOf(when);
        if (isUnknown(recurrence)) throw new Error(recurrence.why);
        for (const quarter of quartersIn) {
          const moment = Date.UTC(2026, 0, 1) + quarter * 900_000;
          const inside = intervals.some((interval) => holds(interval, moment));
          const open = windowAt({ recurrence, duration: window.duration }, moment) !== undefined;
          if (inside) expect([moment, open]).toEqual([moment, true]);
          else if (note === undefined) expect([moment, open]).toEqual([moment, false]);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("a window whose hour nobody knows is none, and says so", () => {
  expect(timeIntervalsOf({ id: "nights", schedule: { every: "day", zone }, duration: 3_600 })).toEqual({
    intervals: [],
    note: "Window nights: the schedule does not state its hour.",
  });
});

test("a window over midnight is two stretches", () => {
  const window: RecurringWindow = {
    id: "nights",
    schedule: { every: "week", on: "Sunday", at: "22:00", zone: "Europe/Berlin" },
    duration: 4 * 3_600,
  };
  expect(timeIntervalsOf(window).intervals).toEqual([
    { from: 1320, to: 1440, weekdays: ["Sunday"], zone: "Europe/Berlin" },
    { from: 0, to: 120, weekdays: ["Monday"], zone: "Europe/Berlin" },
  ]);
});
