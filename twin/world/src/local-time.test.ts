import fc from "fast-check";
import { expect, test } from "vitest";
import { localStamp, periodsOf } from "./local-time.ts";

const instants = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2060, 0, 1) });
const zones = fc.constantFrom("UTC", "Europe/Vienna", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe");

test("a stamp is what the zone's clocks showed", () => {
  expect(localStamp(Date.UTC(2026, 10, 22, 8, 5, 9), "Europe/Vienna")).toBe("2026-11-22 09:05:09");
  expect(localStamp(Date.UTC(2026, 6, 1, 0, 0, 0), "Asia/Kolkata")).toBe("2026-07-01 05:30:00");
});

test("two instants share a period exactly when their stamps share its part", () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: 0, max: 40 * 86_400_000 }), zones, (at, apart, zone) => {
      const [one, other] = [periodsOf(at, zone), periodsOf(at + apart, zone)];
      const [stamp, otherStamp] = [localStamp(at, zone), localStamp(at + apart, zone)];
      for (const [period, digits] of [
        ["yearly", 4],
        ["monthly", 7],
        ["daily", 10],
      ] as const) {
        expect(one[period] === other[period]).toBe(stamp.slice(0, digits) === otherStamp.slice(0, digits));
      }
    }),
  );
});

test("a week begins on Monday", () => {
  const monday = Date.UTC(2026, 10, 23);
  expect(periodsOf(monday - 1, "UTC").weekly).toBe(periodsOf(monday, "UTC").weekly - 1);
  expect(periodsOf(monday, "UTC").weekly).toBe(periodsOf(monday + 7 * 86_400_000 - 1, "UTC").weekly);
});
