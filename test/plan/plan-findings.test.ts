import { type Checked, checkLab, turnsBetween } from "@orrery/assurance";
import tidy from "@orrery/example-tidy-lab";
import type { Lab } from "@orrery/model";
import { labsAround, type Plan, planFor } from "@orrery/plan";
import type { ClusterState } from "@orrery/state";
import { worldOf } from "@orrery/twin-lab";
import { forkWorld, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { observeTwin, overTwin } from "../observe/observed-twin.ts";
import { labOf } from "./planned-lab.ts";

const lab = labOf(tidy);
const still = worldOf(lab, { seed: 1, now: Date.UTC(2026, 10, 22, 12) });

const observedAfter = async (change: (world: World) => void): Promise<ClusterState> => {
  const world = forkWorld(still);
  change(world);
  return (await observeTwin(overTwin(world))).state;
};

const disable = (world: World): void => {
  const job = world.jobs.backup.nightly;
  if (job === undefined) throw new Error("there is no nightly job");
  job.options.enabled = 0;
};

type Seen = { readonly plan: Plan; readonly before: Checked; readonly after: Checked; readonly labs: readonly Lab[] };

const seenOf = (declared: Lab, state: ClusterState): Seen => {
  const plan = planFor(declared, state, state.at);
  const labs = labsAround(declared, state, plan);
  if (labs.kind === "unknown") throw new Error(labs.why);
  const [before, after] = [labs.before, labs.after].map((one) => checkLab(one, { at: state.at }));
  if (before === undefined || after === undefined) throw new Error("nothing was checked");
  return { plan, before, after, labs: [labs.before, labs.after] };
};

const subjects = (turns: readonly { readonly subject: string }[]): string[] => turns.map(({ subject }) => subject);

const recovery = ["guest/rpo", "guest/rto", "quorum/rpo", "quorum/rto", "site/rpo", "site/rto"].map(
  (id) => `objective ${id}`,
);

test("a plan that disables the backup job breaks the objectives that rest on it, and mends none", async () => {
  const disabled = labOf({
    ...tidy,
    backup: { ...tidy.backup, policies: tidy.backup.policies.map((policy) => ({ ...policy, enabled: false })) },
  });
  const { plan, before, after } = seenOf(disabled, await observedAfter(() => undefined));
  const { breaks, mends } = turnsBetween(before, after);
  expect(plan.actions.map(({ id }) => id)).toEqual(["backup job nightly/1-change"]);
  expect(subjects(breaks)).toEqual([
    ...recovery,
    ...["app1", "db1", "dns1", "dns2", "mon1"].map((name) => `rule recovery/no-backup (${name})`),
  ]);
  expect(breaks[0]?.why).toBe("A guest is lost: RPO 28 h: no policy covers it");
  expect(mends).toEqual([]);
});

test("a plan that brings the backup job back mends what was missed without it", async () => {
  const { before, after } = seenOf(lab, await observedAfter(disable));
  const { breaks, mends } = turnsBetween(before, after);
  expect(breaks).toEqual([]);
  expect(subjects(mends)).toEqual([
    ...recovery,
    ...["app1", "db1", "dns1", "dns2", "mon1"].map((name) => `rule recovery/no-backup (${name})`),
  ]);
});

test("where nothing differs, the lab as the cluster is says what is declared, and so does the lab as it would be", async () => {
  const { plan, labs } = seenOf(lab, await observedAfter(() => undefined));
  expect(plan.drift).toEqual([]);
  expect(labs).toEqual([lab, lab]);
});

test("the lab as the cluster is has what was found, and the lab as it would be what is declared", async () => {
  const state = await observedAfter((world) => {
    const [db, dns] = [world.guests[103], world.guests[101]];
    if (db === undefined || dns === undefined) throw new Error("the guests of the tidy lab are not there");
    db.config.memory = 4096;
    dns.config.net0 = String(dns.config.net0).replace("tag=20", "tag=10");
    delete world.jobs.replication["104-0"];
  });
  const { labs } = seenOf(lab, state);
  const [before, after] = labs.map((one) => new Map(one.guests.items.map((guest) => [guest.name, guest])));
  expect(before?.get("db1")?.memory).toBe(4 * 2 ** 30);
  expect(before?.get("db1")?.disks).toEqual(lab.guests.items.find(({ name }) => name === "db1")?.disks);
  expect(before?.get("dns1")?.nics).toMatchObject([{ vlan: 10, address: "10.0.20.11" }]);
  expect(before?.get("app1")?.replication).toEqual([]);
  expect([...(after?.values() ?? [])]).toEqual(lab.guests.items);
});

test("guests that nobody declares count before and after, each where it is", async () => {
  const without = labOf({
    ...tidy,
    guests: { items: tidy.guests.items.filter(({ name }) => name !== "mon1") },
    monitoring: { ...tidy.monitoring, runsOn: [] },
  });
  const state = await observedAfter((world) => {
    const mon = world.guests[105];
    if (mon !== undefined) mon.config.tags = "by-hand";
    disable(world);
  });
  const { labs } = seenOf(without, state);
  for (const one of labs)
    expect(one.guests.items.find(({ name }) => name === "mon1")).toMatchObject({ id: 105, node: "pve1" });
});
