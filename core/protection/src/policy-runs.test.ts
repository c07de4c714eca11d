import { type BackupPolicy, backupPolicy } from "@orrery/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { policyRuns } from "./policy-runs.ts";

const hour = 3_600_000;
const day = 24 * hour;
// A Monday.
const monday = Date.UTC(2026, 10, 23);

const aPolicy = (more: Partial<Record<keyof BackupPolicy, unknown>> = {}): BackupPolicy =>
  backupPolicy.parse({
    id: "daily",
    title: "Every day",
    covers: "all guests",
    schedule: { every: "day", at: "09:00", zone: "UTC" },
    retention: { for: "14 d" },
    target: "pbs",
    runTime: "2 h",
    encryption: false,
    ...more,
  });

const weekly = aPolicy({
  id: "weekly",
  schedule: { every: "week", on: "Sunday", at: "01:00", zone: "UTC" },
  retention: { for: "4 w" },
});

const on = (at: number) => ({ at, storage: "pbs" });
const outcomes = (runs: readonly { policy: { id: string }; outcome: { kind: string } }[]): string[] =>
  runs.map(({ policy, outcome }) => `${policy.id} ${outcome.kind}`);
const everything = () => true;

test("a run has the copy that was begun after it, and is missed only when it is overdue", () => {
  const runs = policyRuns([aPolicy()], monday - 3 * day, monday + 10 * hour);
  const copies = [on(monday - 3 * day + 9 * hour), on(monday - day + 9.5 * hour)];
  expect(outcomes(runs(copies, everything))).toEqual(["daily made", "daily missed", "daily made", "daily awaited"]);
  const later = policyRuns([aPolicy()], monday - 3 * day, monday + 12 * hour + 1);
  expect(outcomes(later(copies, everything)).at(-1)).toBe("daily missed");
});

test("one copy is not two runs, and a late one is of the run that lacks it", () => {
  const sunday = monday - day;
  const runs = policyRuns([aPolicy(), weekly], sunday, monday);
  expect(outcomes(runs([on(sunday + 9 * hour)], everything))).toEqual(["weekly missed", "daily made"]);
  const both = [on(sunday + 9 * hour), on(sunday + 10 * hour)];
  expect(outcomes(runs(both, everything))).toEqual(["weekly made", "daily made"]);
});

test("what is kept no longer is not missed, by a time or by counts", () => {
  const long = policyRuns([aPolicy()], monday - 20 * day, monday)([], everything);
  expect(long.filter(({ outcome }) => outcome.kind === "past")).toHaveLength(6);
  const counted = policyRuns([aPolicy({ retention: { daily: 3 } })], monday - 6 * day, monday)([], everything);
  expect(outcomes(counted)).toEqual([
    "daily past",
    "daily past",
    "daily past",
    "daily missed",
    "daily missed",
    "daily missed",
  ]);
});

test("of a storage that could not be read nothing is said to be missed", () => {
  const runs = policyRuns([aPolicy()], monday - 2 * day, monday);
  expect(outcomes(runs([], () => false))).toEqual(["daily unknown", "daily unknown"]);
});

test("a copy on another storage is of no run", () => {
  const runs = policyRuns([aPolicy()], monday - day, monday);
  expect(outcomes(runs([{ at: monday - 14 * hour, storage: "local" }], everything))).toEqual(["daily missed"]);
});

test("whatever the copies are, none is of two runs and none is of a run that came after it", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 28 * 24 * 60 })), (minutes) => {
      const from = monday - 28 * day;
      const copies = minutes.map((minute) => on(from + minute * 60_000));
      const runs = policyRuns([aPolicy(), weekly], from, monday)(copies, everything);
      const made = runs.flatMap(({ from: start, outcome }) =>
        outcome.kind === "made" ? [{ start, copy: outcome.copy }] : [],
      );
      expect(new Set(made.map(({ copy }) => copy)).size).toBe(made.length);
      for (const { start, copy } of made) expect(copy.at).toBeGreaterThanOrEqual(start);
    }),
    { numRuns: 40 },
  );
});
