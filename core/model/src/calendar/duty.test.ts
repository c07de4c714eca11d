import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dutyIntervals, longestGap, type WeeklyHours } from "./duty.ts";
import { aRange, aTimeOfDay, aWeekday, aZone } from "./fixtures/arbitraries.ts";
import { gaps, overlaps } from "./interval.ts";
import { lengthOf } from "./time.ts";

const office: WeeklyHours = {
  days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
  from: "08:00",
  to: "17:00",
  zone: "America/New_York",
};
const someHours = fc.record({ days: fc.uniqueArray(aWeekday), from: aTimeOfDay, to: aTimeOfDay, zone: aZone });
const year = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)] as const;
const hours = (length: number | undefined): number => (length ?? Number.NaN) / 3_600;

describe("hours of duty", () => {
  it("of an office leave the weekend, longest when the clock goes back", () => {
    expect(longestGap(office, ...year)).toEqual({
      start: Date.UTC(2026, 9, 30, 21),
      end: Date.UTC(2026, 10, 2, 13),
      seconds: 64 * 3_600,
    });
    expect(hours(longestGap(office, year[0], Date.UTC(2026, 9, 1))?.seconds)).toBe(63);
  });

  it("leave a gap that reaches beyond the range, whole", () => {
    const saturday = Date.UTC(2026, 4, 16, 12);
    expect(hours(longestGap(office, saturday, saturday + 1)?.seconds)).toBe(63);
  });

  it("that are always leave none, and that are never leave all", () => {
    expect(longestGap({ always: true }, ...year)).toBeUndefined();
    expect(dutyIntervals({ always: true }, 0, 5)).toEqual([{ start: 0, end: 5 }]);
    expect(longestGap({ ...office, days: [] }, 0, 5_000)).toEqual({ start: 0, end: 5_000, seconds: 5 });
  });

  it("over midnight belong to the day on which they begin", () => {
    const night: WeeklyHours = { days: ["Friday"], from: "22:00", to: "06:00", zone: "UTC" };
    expect(dutyIntervals(night, Date.UTC(2026, 4, 15), Date.UTC(2026, 4, 18))).toEqual([
      { start: Date.UTC(2026, 4, 15, 22), end: Date.UTC(2026, 4, 16, 6) },
    ]);
  });

  it("from midnight to midnight are whole days, without seams", () => {
    const weekend: WeeklyHours = { days: ["Saturday", "Sunday"], from: "00:00", to: "00:00", zone: "UTC" };
    expect(dutyIntervals(weekend, Date.UTC(2026, 4, 15), Date.UTC(2026, 4, 22))).toEqual([
      { start: Date.UTC(2026, 4, 16), end: Date.UTC(2026, 4, 18) },
    ]);
  });

  it("and their gaps make up the range, and have nothing in common", () => {
    fc.assert(
      fc.property(someHours, aRange, (weekly, { from, to }) => {
        const duty = dutyIntervals(weekly, from, to);
        const free = gaps(duty, from, to);
        expect(overlaps(duty, free)).toEqual([]);
        expect([...duty, ...free].reduce((sum, interval) => sum + lengthOf(interval), 0)).toBeCloseTo(
          (to - from) / 1_000,
          6,
        );
      }),
    );
  });

  it("never leave a gap longer than the longest", () => {
    fc.assert(
      fc.property(someHours, aRange, (weekly, { from, to }) => {
        const longest = longestGap(weekly, from, to)?.seconds ?? 0;
        const free = gaps(dutyIntervals(weekly, from, to), from, to);
        expect(free.filter((gap) => lengthOf(gap) > longest)).toEqual([]);
      }),
    );
  });
});
