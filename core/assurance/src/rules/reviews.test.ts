import { type LabInput, unknown } from "@orrery/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { aDay, aLab } from "../testing/a-lab.ts";
import { controls } from "../testing/paperwork.ts";
import { says, says1 } from "../testing/says.ts";

type Review = NonNullable<LabInput["controls"]["reviews"]>[number];
const zone = "Europe/Berlin";

const reviewed = (given: Partial<Review>) =>
  aLab({
    controls: {
      ...controls,
      reviews: [
        {
          what: "Access",
          implementation: "Groups",
          verification: "Monthly review",
          cadence: { every: "month", zone },
          lastDone: "2026-06-15",
          ...given,
        },
      ],
    },
  });

const dayBefore = (days: number): string => new Date(aDay - days * 86_400_000).toISOString().slice(0, 10);

const cadences = fc.oneof(
  fc
    .constantFrom(
      "day" as const,
      "week" as const,
      "month" as const,
      "quarter" as const,
      "half-year" as const,
      "year" as const,
    )
    .map((every) => ({ every, zone })),
  fc.constantFrom("sun 01:00", "mon..fri 08:00", "*-*-1 00:00", "*-1,7-1 09:00").map((event) => ({
    every: "calendar" as const,
    event,
    zone,
  })),
  fc.constant({ every: "hour" as const, zone }),
);

test("a review that was done on the day of the check is never overdue", () => {
  fc.assert(
    fc.property(cadences, fc.integer({ min: 0, max: 36_000 }), (cadence, days) => {
      const at = Date.UTC(2000, 0, 1) + days * 86_400_000;
      const lab = reviewed({ cadence, lastDone: new Date(at).toISOString().slice(0, 10) });
      expect(says("controls/review-overdue", lab, at)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("a review that is overdue stays so until it is done", () => {
  fc.assert(
    fc.property(cadences, fc.integer({ min: 0, max: 800 }), fc.integer({ min: 1, max: 800 }), (cadence, age, more) => {
      const overdue = (days: number) =>
        says("controls/review-overdue", reviewed({ cadence, lastDone: dayBefore(days) })).length;
      expect(overdue(age + more)).toBeGreaterThanOrEqual(overdue(age));
    }),
    { numRuns: 100 },
  );
});

test.each([
  [31, 0],
  [32, 1],
])("%i days after a monthly review there are %i findings", (age, findings) => {
  expect(says("controls/review-overdue", reviewed({ lastDone: dayBefore(age) }))).toHaveLength(findings);
});

test("an overdue review is told with its age and what its cadence allows", () => {
  const { why } = says1("controls/review-overdue", reviewed({ lastDone: "2026-05-01" }));
  expect(why).toBe("2026-05-01 is 45 days before 2026-06-15; 45 > 31 days, the longest that its cadence allows.");
});

test("a calendar event's longest gap is what is allowed", () => {
  const cadence = { every: "calendar", event: "*-1,7-1 09:00", zone } as const;
  expect(says("controls/review-overdue", reviewed({ cadence, lastDone: dayBefore(184) }))).toEqual([]);
  expect(says("controls/review-overdue", reviewed({ cadence, lastDone: dayBefore(186) }))).toHaveLength(1);
});

test("a review that was never recorded is unproven, with its reason", () => {
  const finding = says1("controls/review-overdue", reviewed({ lastDone: unknown("no record is kept") }));
  expect(finding).toMatchObject({ verdict: "unproven" });
  expect(finding.why).toContain("no record is kept");
});

test("a review of tomorrow is no record", () => {
  expect(says1("controls/review-overdue", reviewed({ lastDone: "2026-06-16" }))).toMatchObject({ verdict: "violated" });
});
