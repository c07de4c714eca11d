import { expect, test } from "vitest";
import { parseMoment } from "./moment.ts";

test("a day is its start in UTC, and a moment is itself", () => {
  expect(parseMoment("2025-04-22")).toBe(Date.UTC(2025, 3, 22));
  expect(parseMoment("2025-04-22T09:00Z")).toBe(Date.UTC(2025, 3, 22, 9));
  expect(parseMoment("2025-04-22T09:00:01.5+02:00")).toBe(Date.UTC(2025, 3, 22, 7, 0, 1, 500));
  expect(parseMoment("2024-02-29")).toBe(Date.UTC(2024, 1, 29));
});

test.each([
  "",
  "today",
  "2025-4-22",
  "2025-02-29",
  "2025-13-01",
  "2025-04-22T25:00Z",
  "2025-04-22T09:00",
  "22.04.2025",
  "1e3",
])("%j is no moment", (raw) => {
  expect(parseMoment(raw)).toBeUndefined();
});
