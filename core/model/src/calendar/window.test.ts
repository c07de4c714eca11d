import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anInstant, aRange, aRecurrence } from "./fixtures/arbitraries.ts";
import { lengthOf } from "./time.ts";
import { nextWindow, type Window, windowAt, windows } from "./window.ts";

const aWindow: fc.Arbitrary<Window> = fc.record({
  recurrence: aRecurrence,
  duration: fc.integer({ min: 60, max: 100_000 }),
});

describe("a window", () => {
  it("lasts exactly its duration, and is open at some moment of the range", () => {
    fc.assert(
      fc.property(aWindow, aRange, (window, { from, to }) => {
        const wrong = windows(window, from, to).filter(
          (interval) => lengthOf(interval) !== window.duration || interval.start >= to || interval.end <= from,
        );
        expect(wrong).toEqual([]);
      }),
    );
  });

  it("that is open at a moment holds it, and none is open until the next opens", () => {
    fc.assert(
      fc.property(aWindow, anInstant, (window, instant) => {
        const open = windowAt(window, instant) ?? { start: instant, end: instant + 1 };
        expect(open.start).toBeLessThanOrEqual(instant);
        expect(open.end).toBeGreaterThan(instant);
        const next = nextWindow(window, instant);
        fc.pre(next !== undefined);
        expect(windowAt(window, next.start)).toEqual(next);
        expect(windows(window, instant + 1, next.start).filter(({ start }) => start > instant)).toEqual([]);
      }),
    );
  });

  it("over the night of the change ends by the stopwatch, not by the wall clock", () => {
    const window: Window = {
      recurrence: { every: "week", on: ["Sunday"], at: "01:00", zone: "America/New_York" },
      duration: 4 * 3_600,
    };
    // 01:00 is shown twice on the first of November: the window runs from the first until 04:00, not 05:00.
    expect(windowAt(window, Date.UTC(2026, 10, 1, 8, 59))).toEqual({
      start: Date.UTC(2026, 10, 1, 5),
      end: Date.UTC(2026, 10, 1, 9),
    });
    expect(windowAt(window, Date.UTC(2026, 10, 1, 9))).toBeUndefined();
  });

  it("without a duration is never open", () => {
    expect(windows({ recurrence: { every: "hour", zone: "UTC" }, duration: 0 }, 0, 86_400_000)).toEqual([]);
  });
});
