import { Declared, observe, proveLab } from "@orrery/collect";
import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { compareLab } from "@orrery/plan";
import { MetricsPage } from "@orrery/telemetry";
import { worldOf } from "@orrery/twin-lab";
import { expect, test } from "vitest";
import { type WatchedWorld, watchedWorld } from "../monitor/watched-world.ts";
import { familiesOf, type PageFamily } from "./page.ts";

const hours = 3_600_000;

const declaredLab = async () => {
  const parsed = parseLab(tidy);
  if (parsed.kind !== "lab") expect.fail("the tidy lab does not parse");
  const world = worldOf(parsed.lab, { seed: 1, now: Date.UTC(2026, 10, 22, 12) });
  return { declared: new Declared(parsed.lab), watched: await watchedWorld(world) };
};

const measured = (declared: Declared, { monitor }: WatchedWorld): Map<string, PageFamily> => {
  const page = new MetricsPage();
  declared.measure(page, monitor.seen());
  return familiesOf(page.text("prometheus"));
};

test("a lab that is right in everything has no finding, keeps every objective, and its twin does not drift", async () => {
  const { declared, watched } = await declaredLab();
  const at = watched.clock.now();
  declared.proven(at, proveLab(declared.lab, at));
  const { state } = await watched.clock.drive(observe(watched.pve, watched.clock));
  declared.compared(state.at, compareLab(declared.lab, state));
  const families = measured(declared, watched);
  expect(families.get("orrery_findings")?.values.size ?? 0).toBe(0);
  const objectives = [...(families.get("orrery_objective_state")?.values ?? [])];
  expect(objectives.filter(([labels, value]) => value === 1 && !labels.endsWith("state=met"))).toEqual([]);
  expect(objectives.length).toBeGreaterThan(6);
  const margins = [...(families.get("orrery_recovery_point_margin_seconds")?.values.values() ?? [])];
  expect(margins.length).toBeGreaterThan(0);
  expect(Math.min(...margins)).toBeGreaterThanOrEqual(0);
  expect(Object.fromEntries(families.get("orrery_drift_changes")?.values ?? [])).toEqual({
    "change=missing": 0,
    "change=changed": 0,
    "change=surplus": 0,
  });
});

test("each guest's backups are held against its own policy, and are late when the policy has not run", async () => {
  const { declared, watched } = await declaredLab();
  await watched.clock.advance(watched.clock.now() + 48 * hours);
  await watched.pass(60_000);
  const held = measured(declared, watched).get("orrery_backup_held")?.values ?? new Map<string, number>();
  expect(held.size).toBeGreaterThan(3);
  const margins = (): number[] => [
    ...(measured(declared, watched).get("orrery_backup_margin_seconds")?.values.values() ?? []),
  ];
  expect(margins().length).toBeGreaterThan(3);
  expect(Math.min(...margins())).toBeGreaterThan(0);
  for (const job of Object.values(watched.world.jobs.backup)) job.options.enabled = 0;
  await watched.clock.advance(watched.clock.now() + 72 * hours);
  await watched.pass(240_000);
  expect(Math.min(...margins())).toBeLessThan(-3600);
});
