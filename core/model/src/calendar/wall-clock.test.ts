import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { anInstant, aZone } from "./fixtures/arbitraries.ts";
import { fieldsOf, instantOf, offsetAt, wallClockAt, weekdayOf } from "./wall-clock.ts";

describe("the wall clock of a zone", () => {
  it("shows what Temporal says it shows", () => {
    fc.assert(
      fc.property(aZone, anInstant, (zone, instant) => {
        const there = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
        expect(offsetAt(zone, instant)).toBe(there.offsetNanoseconds / 1e6);
        expect(weekdayOf(wallClockAt(zone, instant))).toBe(
          ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][there.dayOfWeek - 1],
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it("becomes the moment that Temporal says it becomes, gap or fold", () => {
    fc.assert(
      fc.property(aZone, anInstant, (zone, wall) => {
        const { year, month, day, hour, minute, second } = fieldsOf(wall);
        const reading = new Temporal.PlainDateTime(year, month, day, hour, minute, second);
        expect(instantOf(zone, wall)).toBe(reading.toZonedDateTime(zone).epochMilliseconds);
        expect(instantOf(zone, wall, "second")).toBe(
          reading.toZonedDateTime(zone, { disambiguation: "later" }).epochMilliseconds,
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it("is never shown where the clock jumps over it, and then comes that much later", () => {
    const skipped = Date.UTC(2026, 2, 29, 2, 30);
    expect(wallClockAt("Europe/Berlin", instantOf("Europe/Berlin", skipped))).toBe(Date.UTC(2026, 2, 29, 3, 30));
  });

  it("jumps over a whole day where a place crosses the date line", () => {
    const skipped = Date.UTC(2011, 11, 30, 10);
    expect(wallClockAt("Pacific/Apia", instantOf("Pacific/Apia", skipped))).toBe(Date.UTC(2011, 11, 31, 10));
  });
});
