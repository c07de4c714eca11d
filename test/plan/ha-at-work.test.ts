import tidy from "@orrery/example-tidy-lab";
import { type Plan, planFor } from "@orrery/plan";
import { type ClusterState, unasked } from "@orrery/state";
import { worldOf } from "@orrery/twin-lab";
import { advanceTo, fault, forkWorld, type HaServiceState, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { observeTwin, overTwin } from "../observe/observed-twin.ts";
import { labOf } from "./planned-lab.ts";

const lab = labOf(tidy);
const noon = Date.UTC(2026, 10, 22, 12);
const lived = worldOf(lab, { seed: 1, now: noon - 3_600_000 });
advanceTo(lived, noon);

const looked = async (world: World): Promise<ClusterState> => (await observeTwin(overTwin(world))).state;

const onGuests = (plan: Plan): string[] =>
  plan.actions.flatMap(({ object, id }) => (object.kind === "guest" ? [id] : []));

const untold = ({ drift, undecided }: Plan): string[] => [
  ...drift.flatMap(({ object }) => (object.kind === "guest" ? [`drift ${object.id}`] : [])),
  ...undecided.flatMap(({ object, property = "", why }) =>
    object.kind === "guest" ? [`${object.id} ${property}: ${why}`] : [],
  ),
];

test("while a node is lost, what HA recovers is left to it at every moment, with what HA does as the reason", async () => {
  const world = forkWorld(lived);
  const taken = Object.values(world.guests)
    .filter(({ node }) => node === "pve2")
    .map(({ vmid }) => vmid);
  expect(taken.length).toBeGreaterThan(0);
  fault(world, { subject: { kind: "node", node: "pve2" }, what: { kind: "loses-power" } });
  const told = new Set<string>();
  for (let after = 10; after <= 600; after += 10) {
    advanceTo(world, noon + after * 1000);
    const plan = planFor(lab, await looked(world), world.now);
    expect(onGuests(plan)).toEqual([]);
    for (const one of untold(plan)) told.add(one.replace(/^\d+ /, ""));
  }
  expect([...told].toSorted()).toEqual([
    ": pve2 is offline",
    "status: HA has it as started, and starts it again by itself",
  ]);
  // Once HA is done, nothing is left to say.
  expect(untold(planFor(lab, await looked(world), world.now))).toEqual([]);
});

/** A guest that does not run, as HA has it in some state; with less memory than is declared. */
const stoppedIn = async (state: HaServiceState, fallBack = false): Promise<Plan> => {
  const world = forkWorld(lived);
  const service = world.ha.services["vm:103"];
  const guest = world.guests[103];
  if (service === undefined || guest === undefined) throw new Error("HA does not keep vm:103.");
  guest.run = { kind: "stopped" };
  guest.config.memory = 512;
  service.state = state;
  const seen = await looked(world);
  return planFor(lab, fallBack ? { ...seen, haStatus: unasked("nobody asked") } : seen, world.now);
};

test.each(["fence", "recovery", "migrate", "relocate"] as const)(
  "a guest that HA has in %s waits with all that is declared of it, and the plan says so",
  async (state) => {
    for (const fallBack of [false, true]) {
      const plan = await stoppedIn(state, fallBack);
      expect(onGuests(plan)).toEqual([]);
      expect(untold(plan)).toContainEqual(expect.stringMatching(/^103 status: HA /));
      expect(plan.stuck).toContainEqual({
        object: { kind: "guest", id: "103" },
        why: expect.stringMatching(/^HA .*: it is changed when that is over$/),
      });
    }
  },
);

test("a guest that HA gave up is not started, and what else is declared of it is done", async () => {
  const plan = await stoppedIn("error");
  expect(onGuests(plan)).toEqual(["guest 103/1-change"]);
  expect(untold(plan)).toContain(
    "103 status: HA gave it up: its state is error. Find out why in the task log, then disable and enable the HA resource vm:103",
  );
});

test("a guest that HA was told to stop is started, as it is declared to run", async () => {
  const world = forkWorld(lived);
  const twin = overTwin(world);
  await twin.clock.drive(twin.pve.request("PUT", "/cluster/ha/resources/{sid}", { sid: "vm:103", state: "stopped" }));
  advanceTo(world, noon + 300_000);
  const plan = planFor(lab, (await observeTwin(twin)).state, world.now);
  expect(untold(plan)).toContain("drift 103");
});
