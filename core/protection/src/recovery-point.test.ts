import type { Schedule } from "@orrery/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { exactly, type Figure, unknownSpan } from "./figure.ts";
import { type CopyStream, worstAge } from "./recovery-point.ts";
import { longestBetween, referencePeriod, runsOf } from "./runs.ts";

const hour = 3_600;
const at = Date.UTC(2025, 5, 1);

const stream = (schedule: Schedule, run: number | undefined, more: Partial<CopyStream> = {}): CopyStream => {
  const { start, end } = referencePeriod([schedule], at);
  return {
    name: "policy on store",
    runs: runsOf(schedule, start, end),
    delay: [{ label: "run", span: run === undefined ? unknownSpan("nobody timed it") : exactly(run) }],
    ...more,
  };
};

const daily: Schedule = { every: "day", at: "09:00", zone: "Europe/Berlin" };
const weekly: Schedule = { every: "week", on: "Sunday", at: "01:00", zone: "EST" };

test("the worst age of a daily copy is the 25 h of autumn and its run", () => {
  expect(worstAge([stream(daily, hour)])).toEqual({
    kind: "known",
    seconds: 26 * hour,
    arithmetic: "policy on store: 25 h between runs + 60 min run = 26 h",
  });
});

test("a zone that never changes its clock has days of 24 h only", () => {
  expect(worstAge([stream({ ...daily, zone: "EST" }, hour)])).toMatchObject({ seconds: 25 * hour });
});

test("the worst age of a copy on the first Sunday is five weeks and its run", () => {
  const first: Schedule = { every: "month", on: { nth: 1, weekday: "Sunday" }, at: "01:00", zone: "UTC" };
  expect(worstAge([stream(first, hour)])).toMatchObject({ kind: "known", seconds: 35 * 24 * hour + hour });
});

test("an unknown run time leaves more than the interval", () => {
  expect(worstAge([stream({ ...daily, zone: "EST" }, undefined)])).toMatchObject({
    kind: "at least",
    seconds: 24 * hour,
    strictly: true,
    missing: ["nobody timed it"],
  });
});

test("an unknown upload leaves the interval and the run as the least", () => {
  const copy = stream(weekly, 2 * hour);
  const offsite = { ...copy, delay: [...copy.delay, { label: "upload", span: unknownSpan("no uplink speed") }] };
  const figure = worstAge([offsite]);
  expect(figure).toMatchObject({ kind: "at least", seconds: 170 * hour, strictly: true });
  expect(figure.kind === "at least" && figure.arithmetic).toBe(
    "policy on store: 168 h between runs + 2 h run + upload (unknown)",
  );
});

test("an unknown hour of a known day leaves the distance of the days as the least", () => {
  const figure = worstAge([stream({ ...weekly, at: { kind: "unknown", why: "no hour" } }, hour)]);
  expect(figure).toMatchObject({ kind: "at least", seconds: 169 * hour, missing: ["no hour"] });
  expect(figure.kind === "at least" && (figure.atMost ?? 0)).toBeGreaterThan(168 * hour);
});

test("a monthly copy of unknown hour does not shorten the weeks without it", () => {
  const monthly: Schedule = {
    every: "month",
    on: { nth: 1, weekday: "Sunday" },
    at: { kind: "unknown", why: "no hour" },
    zone: "EST",
  };
  const figure = worstAge([stream(weekly, hour), stream(monthly, hour, { name: "monthly" })]);
  expect(figure).toMatchObject({ kind: "known", seconds: 169 * hour });
});

test("a copy that is pruned before the next is there leaves nothing", () => {
  const figure = worstAge([stream(daily, hour, { keeps: 24 * hour })]);
  expect(figure.kind).toBe("none");
});

test("a gap in one policy is bridged by the copy of another", () => {
  const short = stream({ ...daily, zone: "EST" }, hour, { keeps: 20 * hour });
  expect(worstAge([short, stream(weekly, hour, { name: "weekly" })])).toMatchObject({ kind: "known" });
});

test("without copies there is no recovery point", () => {
  expect(worstAge([])).toEqual({ kind: "none", why: "no copy survives" });
});

const secondsOf = (figure: Figure): number => {
  if (figure.kind === "known" || figure.kind === "at least") return figure.seconds;
  return figure.kind === "none" ? Number.POSITIVE_INFINITY : 0;
};

/** Ascending runs some hours apart, over the same range for every stream. */
const someStream = fc
  .record({
    steps: fc.array(fc.integer({ min: 1, max: 72 }), { minLength: 4, maxLength: 12 }),
    run: fc.integer({ min: 1, max: 30 }),
    keeps: fc.option(fc.integer({ min: 100, max: 400 }), { nil: undefined }),
  })
  .map(({ steps, run, keeps }): CopyStream => {
    let now = 0;
    const spans = [{ start: 0, end: 0 }];
    for (let index = 0; now < 1_000; index += 1) {
      now += steps[index % steps.length] ?? 1;
      spans.push({ start: now * hour * 1_000, end: now * hour * 1_000 });
    }
    return {
      name: "some",
      runs: { spans },
      delay: [{ label: "run", span: exactly(run * hour) }],
      ...(keeps === undefined ? {} : { keeps: keeps * hour }),
    };
  });

test("the worst age is never less than the longest interval between runs", () => {
  fc.assert(
    fc.property(someStream, (one) => {
      const inside = { spans: one.runs.spans.slice(1, -1) };
      expect(secondsOf(worstAge([one]))).toBeGreaterThanOrEqual(longestBetween(inside).least);
    }),
  );
});

/** Over the moments at which all of some streams have begun and none has ended, hour by hour. */
const naive = (streams: readonly CopyStream[], from: number, to: number): number => {
  let worst = 0;
  for (let now = from + 1; now <= to; now += 1) {
    let newest = Number.NEGATIVE_INFINITY;
    for (const { runs, delay, keeps } of streams) {
      const run = (delay[0]?.span.least ?? 0) / hour;
      for (const { start } of runs.spans) {
        const began = start / 1_000 / hour;
        // Just before the hour strikes.
        if (began + run < now && (keeps === undefined || began + keeps / hour >= now)) newest = Math.max(newest, began);
      }
    }
    worst = Math.max(worst, now - newest);
  }
  return worst;
};

test("the worst age equals what looking at every hour finds", () => {
  fc.assert(
    fc.property(fc.array(someStream, { minLength: 1, maxLength: 3 }), (given) => {
      const streams = given.map((one, index) => ({ ...one, name: `stream ${index}` }));
      const ends = streams.map(({ runs, delay }) => {
        const run = (delay[0]?.span.least ?? 0) / hour;
        const hours = runs.spans.map(({ start }) => start / 1_000 / hour + run);
        return { first: hours[0] ?? 0, last: hours.at(-1) ?? 0 };
      });
      const from = Math.max(...ends.map(({ first }) => first));
      const to = Math.min(...ends.map(({ last }) => last));
      const expected = naive(streams, from, to);
      const figure = worstAge(streams);
      if (figure.kind === "none") expect(expected).toBe(Number.POSITIVE_INFINITY);
      else expect(secondsOf(figure)).toBe(expected * hour);
    }),
    { numRuns: 60 },
  );
});

test("another copy never makes the recovery point worse", () => {
  fc.assert(
    fc.property(fc.array(someStream, { minLength: 1, maxLength: 3 }), someStream, (given, another) => {
      const streams = [...given, another].map((one, index) => ({ ...one, name: `stream ${index}` }));
      expect(secondsOf(worstAge(streams))).toBeLessThanOrEqual(secondsOf(worstAge(streams.slice(0, -1))));
    }),
  );
});

/** Runs on days some apart, each at an hour that nobody states; dense at both ends, so that no end decides. */
const dayMs = 24 * hour * 1_000;
const ends = Array.from({ length: 12 }, () => 1);
const someDays = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 10 }).map((steps) => {
  let day = 0;
  return [...ends, ...steps, ...ends].map((step) => {
    day += step;
    return day * dayMs;
  });
});
const someUnknown = fc.record({
  days: someDays,
  hour: fc.integer({ min: 0, max: 23 }),
  run: fc.integer({ min: 1, max: 90 }),
});

test("whatever the unknown hours and run times turn out to be, the age lies within its bounds", () => {
  fc.assert(
    fc.property(fc.array(someUnknown, { minLength: 1, maxLength: 3 }), (given) => {
      const last = Math.min(...given.map(({ days }) => days.at(-1) ?? 0));
      const streams = (known: boolean): CopyStream[] =>
        given.map(({ days, hour: at, run }, index) => ({
          name: `stream ${index}`,
          runs: known
            ? { spans: days.map((day) => ({ start: day + at * hour * 1_000, end: day + at * hour * 1_000 })) }
            : {
                spans: days.map((day) => ({ start: day, end: day + 25 * hour * 1_000 })),
                missing: "no hour",
                steady: true,
              },
          delay: [
            { label: "run", span: known ? exactly(run * 60) : { least: 0, most: 90 * 60, missing: ["not timed"] } },
          ],
        }));
      fc.pre(last > 0);
      const bounds = worstAge(streams(false));
      const seconds = secondsOf(worstAge(streams(true)));
      expect(bounds.kind).toBe("at least");
      if (bounds.kind !== "at least") return;
      expect(seconds).toBeGreaterThanOrEqual(bounds.seconds);
      expect(seconds).toBeLessThanOrEqual(bounds.atMost ?? Number.POSITIVE_INFINITY);
    }),
  );
});
