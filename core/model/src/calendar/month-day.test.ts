import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aMonthDay } from "./fixtures/arbitraries.ts";
import { dayOfMonth, parseMonthDay, showMonthDay } from "./month-day.ts";
import { daysInMonth, midnightOf, weekdayOf } from "./wall-clock.ts";

describe("a day of the month", () => {
  it.each([
    ["3rd Friday", { nth: 3, weekday: "Friday" }],
    ["first Sunday", { nth: 1, weekday: "Sunday" }],
    ["LAST fri", { nth: "last", weekday: "Friday" }],
    ["15", { day: 15 }],
    ["1st", { day: 1 }],
  ])("is read from %j", (text, day) => {
    expect(parseMonthDay(text)).toEqual(day);
  });

  it.each(["", "0", "32", "6th Friday", "third", "Friday", "3rd Freitag", "3rd Friday of", "constructor Friday", 15])(
    "is not read from %j",
    (text) => {
      expect(parseMonthDay(text)).toBeUndefined();
    },
  );

  it("is read back as it is shown", () => {
    fc.assert(
      fc.property(aMonthDay, (day) => {
        expect(parseMonthDay(showMonthDay(day))).toEqual(day);
      }),
    );
  });

  it("that is the third Friday is a Friday from the 15th to the 21st", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1990, max: 2100 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const day = dayOfMonth({ nth: 3, weekday: "Friday" }, year, month) ?? 0;
        expect(day).toBeGreaterThanOrEqual(15);
        expect(day).toBeLessThanOrEqual(21);
        expect(weekdayOf(midnightOf(year, month, day))).toBe("Friday");
      }),
    );
  });

  it("that is the last Sunday has no Sunday of the month after it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1990, max: 2100 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const day = dayOfMonth({ nth: "last", weekday: "Sunday" }, year, month) ?? 0;
        expect(weekdayOf(midnightOf(year, month, day))).toBe("Sunday");
        expect(day + 7).toBeGreaterThan(daysInMonth(year, month));
      }),
    );
  });

  it("is missing from months without it", () => {
    expect(dayOfMonth({ day: 31 }, 2026, 4)).toBeUndefined();
    expect(dayOfMonth({ nth: 5, weekday: "Friday" }, 2026, 2)).toBeUndefined();
    expect(dayOfMonth({ nth: 5, weekday: "Friday" }, 2026, 5)).toBe(29);
  });
});
