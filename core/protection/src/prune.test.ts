import fc from "fast-check";
import { expect, test } from "vitest";
import { type KeepCounts, pruned } from "./prune.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const days = (count: number, from = Date.UTC(2025, 0, 1, 9)): number[] =>
  Array.from({ length: count }, (_, index) => from + index * dayMs);
const dates = (kept: readonly number[]): string[] => kept.map((at) => new Date(at).toISOString().slice(0, 10));

test("keep-last keeps the newest copies", () => {
  expect(dates(pruned(days(10), { last: 2 }, "UTC"))).toEqual(["2025-01-10", "2025-01-09"]);
});

test("of several copies of a day keep-daily keeps the newest", () => {
  const twice = days(3).flatMap((at) => [at, at + 6 * hourMs]);
  expect(pruned(twice, { daily: 2 }, "UTC")).toEqual([twice[5], twice[3]]);
});

test("a later option passes over the periods that an earlier one keeps a copy of", () => {
  // 2025-01-06 is a Monday: the week of the 15th to 13th is kept by daily, so weekly begins a week before.
  expect(dates(pruned(days(15), { daily: 3, weekly: 2 }, "UTC"))).toEqual([
    "2025-01-15",
    "2025-01-14",
    "2025-01-13",
    "2025-01-12",
    "2025-01-05",
  ]);
});

test("keep-weekly takes ISO weeks, also where the year changes within one", () => {
  const turn = days(7, Date.UTC(2024, 11, 30, 9));
  expect(dates(pruned(turn, { weekly: 3 }, "UTC"))).toEqual(["2025-01-05"]);
});

test("days are the server's: in Tokyo the evening in UTC is tomorrow", () => {
  const morning = Date.UTC(2025, 0, 1, 9);
  const night = Date.UTC(2025, 0, 1, 20);
  expect(pruned([morning, night], { daily: 5 }, "UTC")).toEqual([night]);
  expect(pruned([morning, night], { daily: 5 }, "Asia/Tokyo")).toEqual([night, morning]);
});

test("without an option everything is kept", () => {
  expect(pruned(days(5), {}, "UTC")).toHaveLength(5);
});

const pad = (value: number): string => String(value).padStart(2, "0");

/** The year and number of the ISO week, by the Thursday in it. */
const isoWeek = (date: Date): string => {
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * dayMs);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return `${thursday.getUTCFullYear()}/${pad(1 + Math.floor((thursday.getTime() - first) / dayMs / 7))}`;
};

const labels: Record<keyof KeepCounts, (at: Date) => string> = {
  last: (at) => at.toISOString(),
  hourly: (at) => at.toISOString().slice(0, 13),
  daily: (at) => at.toISOString().slice(0, 10),
  weekly: isoWeek,
  monthly: (at) => at.toISOString().slice(0, 7),
  yearly: (at) => at.toISOString().slice(0, 4),
};

/** The rule as documented, one option after another: the newest copy of each period that is not yet covered. */
const naive = (copies: readonly number[], keep: KeepCounts): number[] => {
  let open = [...copies].sort((a, b) => b - a);
  const kept: number[] = [];
  for (const name of ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const) {
    const count = keep[name];
    if (count === undefined) continue;
    const label = (at: number): string => labels[name](new Date(at));
    const covered = new Set(kept.map(label));
    const taken = new Set<string>();
    const rest: number[] = [];
    for (const [index, at] of open.entries()) {
      const period = label(at);
      if (covered.has(period)) rest.push(at);
      else if (taken.has(period)) continue;
      else if (taken.size < count) {
        taken.add(period);
        kept.push(at);
      } else {
        rest.push(...open.slice(index));
        break;
      }
    }
    open = rest;
  }
  return kept.sort((a, b) => b - a);
};

const count = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined });
const keeps = fc
  .record({ last: count, hourly: count, daily: count, weekly: count, monthly: count, yearly: count })
  .map((all): KeepCounts => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

test("pruning equals the documented rule, option by option", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 24 * 800 }), { maxLength: 60 }), keeps, (hours, keep) => {
      fc.pre(Object.keys(keep).length > 0);
      const copies = hours.map((hour) => Date.UTC(2023, 11, 1) + hour * hourMs);
      expect(pruned(copies, keep, "UTC")).toEqual(naive(copies, keep));
    }),
  );
});

test("whatever is kept, the newest copy is among it, and pruning again removes nothing", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 9_999 }), { minLength: 1, maxLength: 60 }),
      keeps,
      (hours, keep) => {
        const copies = hours.map((hour) => hour * hourMs);
        const kept = pruned(copies, keep, "UTC");
        expect(kept[0]).toBe(Math.max(...copies));
        expect(pruned(kept, keep, "UTC")).toEqual(kept);
      },
    ),
  );
});
