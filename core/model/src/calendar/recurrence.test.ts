import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCalendarEvent } from "./calendar-event.ts";
import { aDatedRecurrence, anInstant, aRange, aRecurrence } from "./fixtures/arbitraries.ts";
import { longestInterval, nextOccurrence, occurrences, type Recurrence, shortestInterval } from "./recurrence.ts";
import { dayMs, hourMs, sinceMidnight } from "./time.ts";
import { instantOf, startOfDay, wallClockAt } from "./wall-clock.ts";

const year = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)] as const;
const iso = (instants: readonly number[]): string[] =>
  instants.map((instant) => new Date(instant).toISOString().slice(0, 16));

describe("the occurrences of a recurrence", () => {
  it("ascend, each once, within the range", () => {
    fc.assert(
      fc.property(aRecurrence, aRange, (recurrence, { from, to }) => {
        const all = occurrences(recurrence, from, to);
        expect(all.filter((instant, index) => instant <= (all[index - 1] ?? from - 1) || instant >= to)).toEqual([]);
      }),
    );
  });

  it("are the same however the range is split", () => {
    fc.assert(
      fc.property(aRecurrence, aRange, fc.double({ min: 0, max: 1, noNaN: true }), (recurrence, { from, to }, part) => {
        const middle = Math.round(from + part * (to - from));
        expect([...occurrences(recurrence, from, middle), ...occurrences(recurrence, middle, to)]).toEqual(
          occurrences(recurrence, from, to),
        );
      }),
    );
  });

  it("have the declared wall clock, unless the clock jumps over it that day", () => {
    fc.assert(
      fc.property(aDatedRecurrence, aRange, (recurrence, { from, to }) => {
        const { zone } = recurrence;
        const at = sinceMidnight(recurrence.at);
        const odd = occurrences(recurrence, from, to).filter((instant) => {
          const wall = wallClockAt(zone, instant);
          if (wall - startOfDay(wall) === at) return false;
          // Then the reading that was meant, on this date or the day before, is shown at no moment.
          const meant = [startOfDay(wall) + at, startOfDay(wall) - dayMs + at];
          return !meant.some((reading) => instantOf(zone, reading) === instant && wall !== reading);
        });
        expect(odd).toEqual([]);
      }),
    );
  });

  it("begin with the next one after a moment", () => {
    fc.assert(
      fc.property(aRecurrence, anInstant, (recurrence, after) => {
        const next = nextOccurrence(recurrence, after);
        fc.pre(next !== undefined && next - after < 3 * 366 * dayMs);
        expect(occurrences(recurrence, after + 1, next + 1)).toEqual([next]);
      }),
    );
  });

  it("every day come once a day though the clock changes", () => {
    expect(occurrences({ every: "day", at: "02:30", zone: "America/New_York" }, ...year)).toHaveLength(365);
  });

  it("after a gap come that much later, and in a fold the first time", () => {
    const daily: Recurrence = { every: "day", at: "02:30", zone: "Europe/Berlin" };
    expect(iso(occurrences(daily, Date.UTC(2026, 2, 29), Date.UTC(2026, 2, 30)))).toEqual(["2026-03-29T01:30"]);
    expect(iso(occurrences(daily, Date.UTC(2026, 9, 25), Date.UTC(2026, 9, 26)))).toEqual(["2026-10-25T00:30"]);
  });

  it("every hour come in every elapsed hour, the hour that is shown twice included", () => {
    expect(occurrences({ every: "hour", zone: "Europe/Berlin" }, ...year)).toHaveLength(365 * 24);
    expect(longestInterval({ every: "hour", zone: "Europe/Berlin" }, ...year)?.seconds).toBe(3_600);
  });

  it.each<[string, Recurrence, string[]]>([
    [
      "quarter",
      { every: "quarter", month: 2, on: { nth: "last", weekday: "Friday" }, at: "10:00", zone: "UTC" },
      ["2026-02-27T10:00", "2026-05-29T10:00", "2026-08-28T10:00", "2026-11-27T10:00"],
    ],
    [
      "half-year",
      { every: "half-year", month: 6, on: { day: 30 }, at: "00:00", zone: "UTC" },
      ["2026-06-30T00:00", "2026-12-30T00:00"],
    ],
    [
      "year",
      { every: "year", month: 12, on: { day: 31 }, at: "23:30", zone: "America/New_York" },
      // New Year's Eve of 2025 in New York falls into 2026 in UTC.
      ["2026-01-01T04:30"],
    ],
    [
      "month",
      { every: "month", on: { day: 31 }, at: "12:00", zone: "UTC" },
      ["01", "03", "05", "07", "08", "10", "12"].map((month) => `2026-${month}-31T12:00`),
    ],
  ])("every %s are on its dates alone", (_, recurrence, dates) => {
    expect(iso(occurrences(recurrence, ...year))).toEqual(dates);
  });

  it("may be years away, or never come", () => {
    const leap: Recurrence = { every: "year", month: 2, on: { day: 29 }, at: "00:00", zone: "UTC" };
    expect(nextOccurrence(leap, Date.UTC(2096, 2, 1))).toBe(Date.UTC(2104, 1, 29));
    expect(nextOccurrence({ ...leap, on: { day: 30 } }, 0)).toBeUndefined();
  });

  it("may be those of a Proxmox schedule", () => {
    const parsed = parseCalendarEvent("sun 01:00");
    if (parsed.kind === "problem") throw new Error(parsed.why);
    const recurrence: Recurrence = { every: "calendar", event: parsed.event, zone: "America/New_York" };
    const weekly: Recurrence = { every: "week", on: ["Sunday"], at: "01:00", zone: "America/New_York" };
    expect(occurrences(recurrence, ...year)).toEqual(occurrences(weekly, ...year));
  });
});

describe("the longest interval", () => {
  it.each<[string, Recurrence, number]>([
    ["of a daily schedule is the day of 25 hours", { every: "day", at: "12:00", zone: "Europe/Berlin" }, 25],
    [
      "of a weekly schedule is the week of 169 hours",
      { every: "week", on: ["Sunday"], at: "01:00", zone: "America/New_York" },
      169,
    ],
    [
      "of working days is the weekend",
      { every: "week", on: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"], at: "12:00", zone: "UTC" },
      72,
    ],
    [
      "of first Sundays is five weeks",
      { every: "month", on: { nth: 1, weekday: "Sunday" }, at: "01:00", zone: "UTC" },
      5 * 168,
    ],
  ])("%s", (_, recurrence, hours) => {
    expect(longestInterval(recurrence, ...year)?.seconds).toBe(hours * 3_600);
  });

  it("names the two moments, and the shortest is the day of 23 hours", () => {
    const daily: Recurrence = { every: "day", at: "12:00", zone: "Europe/Berlin" };
    expect(shortestInterval(daily, ...year)).toEqual({
      start: Date.UTC(2026, 2, 28, 11),
      end: Date.UTC(2026, 2, 29, 10),
      seconds: 23 * 3_600,
    });
  });

  it("needs two occurrences", () => {
    const daily: Recurrence = { every: "day", at: "12:00", zone: "UTC" };
    expect(longestInterval(daily, year[0], year[0] + 36 * hourMs)).toBeUndefined();
    expect(longestInterval(daily, year[0], year[0] + 37 * hourMs)?.seconds).toBe(86_400);
  });

  it("is no shorter than any other, nor the shortest longer", () => {
    fc.assert(
      fc.property(aRecurrence, aRange, (recurrence, { from, to }) => {
        const all = occurrences(recurrence, from, to);
        const steps = all.slice(1).map((instant, index) => (instant - (all[index] ?? 0)) / 1_000);
        expect(longestInterval(recurrence, from, to)?.seconds ?? Number.NEGATIVE_INFINITY).toBe(
          steps.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
        );
        expect(shortestInterval(recurrence, from, to)?.seconds ?? Number.POSITIVE_INFINITY).toBe(
          steps.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
        );
      }),
      { numRuns: 40 },
    );
  });
});
