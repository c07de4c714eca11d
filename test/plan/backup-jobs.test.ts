import type { ParameterValue } from "@orrery/contract";
import astronomy from "@orrery/example-astronomy-lab";
import tidy from "@orrery/example-tidy-lab";
import type { LabInput } from "@orrery/model";
import { adopt, markOf } from "@orrery/plan";
import { worldOf } from "@orrery/twin-lab";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type OverTwin, overTwin } from "../observe/observed-twin.ts";
import { labOf, planOf } from "./planned-lab.ts";
import { lookAt, stepByStep } from "./protected.ts";

const zone = "Europe/Berlin";
const runTime = "30 min";
const encryption = false;
const base = {
  title: "Copies",
  covers: "all guests",
  retention: { daily: 7 },
  target: "pbs",
  runTime,
  encryption,
} as const;

type Day = "Sunday" | "Friday";
type Policy = LabInput["backup"]["policies"][number];

const withPolicies = (policies: readonly Policy[]): unknown => ({
  ...tidy,
  pools: { items: { lab: {}, web: {} } },
  backup: { policies },
});

/** The twin of a lab whose nodes' clocks show the zone that its schedules are declared in. */
const twinOf = (input: unknown): OverTwin => {
  const world = worldOf(labOf(input));
  for (const node of Object.values(world.nodes)) node.timezone = zone;
  return overTwin(world);
};

const guests = fc.subarray(["dns1", "dns2", "db1", "app1", "mon1"], { minLength: 1 });
const at = fc.constantFrom("02:00", "23:30");
const schedule: fc.Arbitrary<Policy["schedule"]> = fc.oneof(
  fc.record({ every: fc.constant("day" as const), at, zone: fc.constantFrom(zone, "UTC") }),
  fc.record({
    every: fc.constant("week" as const),
    on: fc.constantFrom<Day[]>("Sunday", "Friday"),
    at,
    zone: fc.constantFrom(zone, "UTC", "EST"),
  }),
  fc.record({
    every: fc.constant("month" as const),
    on: fc.constantFrom("2nd Sunday", "15"),
    at,
    zone: fc.constant(zone),
  }),
  fc.record({
    every: fc.constant("calendar" as const),
    event: fc.constantFrom("sat 2:00", "mon..fri 22:00", "*/30", "daily", "8..17/2:30", "02:00 UTC"),
    zone: fc.constant(zone),
  }),
);

const policy = (id: string): fc.Arbitrary<Policy> =>
  fc.record(
    {
      id: fc.constant(id),
      title: fc.constantFrom(id, "Copies at night"),
      covers: fc.oneof<fc.Arbitrary<Policy["covers"]>[]>(
        fc.constant("all guests"),
        guests.map((some) => ({ guests: some })),
        guests.map((some) => ({ allExcept: some })),
        fc.record({ pool: fc.constantFrom("lab", "web"), except: guests }),
        fc.constant({ categories: ["Infrastructure"] }),
      ),
      onlyOn: fc.constantFrom("pve1", "pve2"),
      schedule,
      retention: fc.oneof<fc.Arbitrary<Policy["retention"]>[]>(
        fc.constantFrom<Policy["retention"]>({ for: "14 d" }, { for: "8 w" }, { daily: 7, weekly: 4 }, {}),
      ),
      target: fc.constantFrom("pbs", "local-zfs"),
      runTime: fc.constant(runTime),
      encryption: fc.constant(encryption),
      enabled: fc.boolean(),
      mode: fc.constantFrom("snapshot", "stop"),
      notes: fc.constant("{{guestname}} of {{node}}"),
      options: fc.record(
        {
          bwlimit: fc.constantFrom(0, 51_200),
          fleecing: fc.constantFrom({ enabled: true, storage: "local-zfs" }, "0"),
          compress: fc.constantFrom("zstd", "0"),
          "notification-mode": fc.constantFrom("auto", "notification-system"),
          mailto: fc.constantFrom(["b@example.test", "a@example.test"], "a@example.test"),
          "repeat-missed": fc.boolean(),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["id", "title", "covers", "schedule", "retention", "target", "runTime", "encryption"] },
  );

const policies = fc
  .tuple(policy("nightly"), policy("weekly"))
  .chain((both) => fc.subarray(both, { minLength: 0, maxLength: 2 }));

const planned = async (twin: OverTwin, input: unknown) => {
  const lab = labOf(input);
  const state = await lookAt(twin);
  return { lab, state, ...planOf(lab, state, ["backup job"]) };
};

test("the twin of a declaration has the backup jobs that are declared", async () => {
  for (const input of [tidy, astronomy]) {
    const { drift, actions, undecided } = await planned(overTwin(worldOf(labOf(input))), input);
    expect(drift).toEqual([]);
    expect(actions).toEqual([]);
    expect(undecided.map(({ object, why }) => `${object.id}: ${why}`)).toEqual([
      "configuration: Proxmox VE has no job that backs up the configuration of nodes; it takes a timer on each of them",
    ]);
  }
});

test("whatever is declared is made, and then nothing is left to do", async () => {
  await fc.assert(
    fc.asyncProperty(policies, policies, async (first, then) => {
      const twin = twinOf(withPolicies([]));
      for (const declared of [first, then, []]) {
        const input = withPolicies(declared);
        const { lab, actions } = await planned(twin, input);
        await stepByStep(twin, lab, actions);
        const after = await planned(twin, input);
        expect(after.drift).toEqual([]);
        expect(after.stuck).toEqual([]);
        expect(Object.keys(twin.world.jobs.backup).toSorted()).toEqual(declared.map(({ id }) => id).toSorted());
      }
    }),
    { numRuns: 12 },
  );
});

test("the twin of any policies differs in nothing from them", async () => {
  await fc.assert(
    fc.asyncProperty(policies, async (declared) => {
      const input = withPolicies(declared);
      const { drift } = await planned(overTwin(worldOf(labOf(input))), input);
      expect(drift).toEqual([]);
    }),
    { numRuns: 12 },
  );
});

const drifting: readonly (readonly [Readonly<Record<string, ParameterValue>>, readonly string[]])[] = [
  [{ schedule: "03:00" }, ["schedule"]],
  [{ enabled: 0 }, ["enabled"]],
  [{ storage: "local-zfs" }, ["storage"]],
  [{ vmid: "101,102" }, ["all", "vmid"]],
  [{ exclude: "103" }, ["exclude"]],
  [{ node: "pve2" }, ["node"]],
  [{ pool: "lab" }, ["all", "pool"]],
  [{ "prune-backups": "keep-last=1" }, ["prune-backups"]],
  [{ comment: "Somebody's" }, ["comment"]],
  [{ mode: "stop" }, ["mode"]],
  [{ bwlimit: 1000 }, ["bwlimit"]],
  [{ delete: "notes-template" }, ["notes-template"]],
];

const declared: Policy = {
  ...base,
  id: "nightly",
  schedule: { every: "day", at: "02:00", zone },
  notes: "{{guestname}}",
  options: { compress: "zstd" },
};

test("each change that somebody makes to a job is found by its name and taken back", async () => {
  const input = withPolicies([declared]);
  const twin = overTwin(worldOf(labOf(input)));
  for (const [change, properties] of drifting) {
    await twin.clock.drive(twin.pve.request("PUT", "/cluster/backup/{id}", { id: "nightly", ...change }));
    const { lab, drift, actions } = await planned(twin, input);
    expect(drift.flatMap((one) => one.properties.map(({ property }) => property))).toEqual(properties);
    expect(actions).toHaveLength(1);
    await stepByStep(twin, lab, actions);
    expect((await planned(twin, input)).drift).toEqual([]);
  }
});

test("the same said otherwise is no drift", async () => {
  const input = withPolicies([{ ...declared, covers: { guests: ["dns1", "dns2"] } }]);
  const twin = overTwin(worldOf(labOf(input)));
  for (const change of [
    { schedule: "2:00" },
    { schedule: "*-*-* 02:00:00" },
    { vmid: "102,101" },
    { enabled: 1 },
    { "prune-backups": "keep-last=0,keep-daily=7" },
    { mode: "snapshot" },
    { bwlimit: 0 },
    { comment: "Copies [orrery]" },
    { ionice: 7, "notification-mode": "auto" },
  ]) {
    await twin.clock.drive(twin.pve.request("PUT", "/cluster/backup/{id}", { id: "nightly", ...change }));
    expect((await planned(twin, input)).drift).toEqual([]);
  }
});

test("keeping fewer copies needs consent that names the job, keeping more does not", async () => {
  const twin = twinOf(withPolicies([declared]));
  const fewer = await planned(twin, withPolicies([{ ...declared, retention: { daily: 3 } }]));
  expect(fewer.actions).toMatchObject([{ risk: "data loss", consent: "backup job nightly" }]);
  const more = await planned(twin, withPolicies([{ ...declared, retention: { daily: 30 } }]));
  expect(more.actions).toMatchObject([{ risk: "none" }]);
  expect(more.actions[0]?.consent).toBeUndefined();
});

test("a time to keep is said as counts, with the reason", async () => {
  const twin = twinOf(withPolicies([]));
  const { actions } = await planned(twin, withPolicies([{ ...declared, retention: { for: "14 d" } }]));
  expect(actions[0]?.because).toBe("it is declared and not there; its retention of 14 d is keep-daily=14");
});

test("an hour that nobody stated is not invented", async () => {
  const open = { every: "day", at: { kind: "unknown", why: "nobody said" }, zone } as const;
  const { actions, undecided } = await planned(
    twinOf(withPolicies([])),
    withPolicies([{ ...declared, schedule: open }]),
  );
  expect(actions).toEqual([]);
  expect(undecided.map(({ why }) => why)).toEqual(["the declaration would have to say when it runs: nobody said"]);
});

test("what is adopted of a cluster's jobs differs in nothing from them", async () => {
  await fc.assert(
    fc.asyncProperty(policies, fc.subarray(drifting.map(([change]) => change)), async (declared, changes) => {
      const input = withPolicies(declared);
      const twin = overTwin(worldOf(labOf(input)));
      for (const change of changes)
        for (const id of Object.keys(twin.world.jobs.backup))
          await twin.clock
            .drive(twin.pve.request("PUT", "/cluster/backup/{id}", { id, ...change }))
            .catch(() => undefined);
      const state = await lookAt(twin);
      const adopted = adopt(state, markOf(labOf(input)));
      const again = await planned(twin, { ...(input as LabInput), backup: adopted.backup });
      expect(again.drift).toEqual([]);
      expect(again.unmanaged).toEqual([]);
    }),
    { numRuns: 12 },
  );
});
