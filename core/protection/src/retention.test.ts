import type { Schedule } from "@orrery/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { retained, retentionYear, shortestLife } from "./retention.ts";
import { runsOf } from "./runs.ts";

const dayMs = 86_400_000;
const day = 86_400;
const at = Date.UTC(2025, 5, 1);
const daily: Schedule = { every: "day", at: "09:00", zone: "EST" };
const weekly: Schedule = { every: "week", on: "Sunday", at: "01:00", zone: "EST" };

test("14 days of a daily copy are 14 copies on each day of the year", () => {
  expect(retentionYear(daily, { for: 14 * day }, at)).toMatchObject({ days: 365, empty: 0, fewest: 14, most: 14 });
});

test("four weeks of a weekly copy are four copies, the oldest never younger than three weeks", () => {
  const year = retentionYear(weekly, { for: 28 * day }, at);
  expect(year).toMatchObject({ empty: 0, fewest: 4, most: 4 });
  expect(year.reach).toBeGreaterThan(21 * day);
});

test("a week of a monthly copy leaves most days without one", () => {
  const monthly: Schedule = { every: "month", on: { day: 1 }, at: "01:00", zone: "UTC" };
  expect(retentionYear(monthly, { for: 7 * day }, at).empty).toBe(365 - 12 * 7);
});

test("daily, weekly and monthly counts have settled when the year begins", () => {
  const year = retentionYear(daily, { daily: 7, weekly: 4, monthly: 6 }, at);
  expect(year.fewest).toBeGreaterThanOrEqual(17);
  expect(year.most).toBe(17);
  expect(year.reach).toBeGreaterThan(180 * day);
});

test("a copy that only the last count keeps lives until the next run", () => {
  expect(shortestLife(daily, { last: 1, monthly: 6 }, at)).toBe(day);
  expect(shortestLife(daily, { for: 14 * day }, at)).toBe(14 * day);
});

test("the copies kept for a time are, on each day, the runs of that time before it", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 24 * 60 }), { maxLength: 80 }),
      fc.integer({ min: 1, max: 40 }),
      (hours, kept) => {
        const runs = hours.map((hour) => hour * 3_600_000).sort((a, b) => a - b);
        const period = { start: 20 * dayMs, end: 60 * dayMs };
        for (const { day: now, copies } of retained(runs, { for: kept * day }, "UTC", period)) {
          const expected = runs.filter((run) => run <= now && run > now - kept * dayMs);
          expect([...copies].sort((a, b) => a - b)).toEqual(expected);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test("a schedule without an hour runs once on each of its days", () => {
  const { spans, missing, steady } = runsOf(
    { every: "day", at: { kind: "unknown", why: "no hour" }, zone: "UTC" },
    0,
    10 * dayMs,
  );
  expect([spans.length, missing, steady]).toEqual([10, "no hour", true]);
});

test("a schedule without a day runs once in each of its months", () => {
  const { spans, steady } = runsOf({ every: "month", zone: "UTC" }, 0, 365 * dayMs);
  expect(spans.slice(0, 2)).toEqual([
    { start: 0, end: 31 * dayMs },
    { start: 31 * dayMs, end: 59 * dayMs },
  ]);
  expect(steady).toBeUndefined();
});
