import type { ObjectKind } from "@orrery/plan";
import type { ClusterPart } from "@orrery/state";
import { worldOf } from "@orrery/twin-lab";
import fc from "fast-check";
import { expect, test } from "vitest";
import { overTwin } from "../observe/observed-twin.ts";
import { someWorld } from "../observe/some-world.ts";
import { carryOut, plantedSecret } from "./carry-out.ts";
import { examples, labWith, planOf, seen } from "./planned-lab.ts";
import { someAccess } from "./some-access.ts";

const kinds: readonly ObjectKind[] = ["pool", "realm", "role", "group", "user", "token", "acl"];
const parts: readonly ClusterPart[] = ["pools", "realms", "roles", "groups", "users", "acl"];
const releases = fc.constantFrom("8.4", "9.2");

test("nobody has to be let in or out of the twin of a lab", async () => {
  for (const lab of examples) {
    const plan = planOf(lab, await seen(overTwin(worldOf(lab)), parts), kinds);
    expect(plan.drift).toEqual([]);
    expect(plan.stuck).toEqual([]);
  }
});

test("whatever access is declared is made as declared, and then nothing is left to do", async () => {
  await fc.assert(
    fc.asyncProperty(someAccess, releases, async (access, release) => {
      const lab = labWith({ access, pools: { items: { lab: { purpose: "Guests of the lab" } } } });
      const twin = overTwin(someWorld({ release }));
      const plan = planOf(lab, await seen(twin, parts), kinds);
      expect(plan.stuck).toEqual([]);
      expect(plan.undecided).toEqual([]);
      expect(JSON.stringify(plan)).not.toContain(plantedSecret);
      const revealed = await carryOut(twin, plan);
      expect(Object.keys(revealed).toSorted()).toEqual(access.tokens.map(({ id }) => `token ${id}`).toSorted());
      expect(planOf(lab, await seen(twin, parts), kinds)).toMatchObject({ drift: [], actions: [], stuck: [] });
    }),
    { numRuns: 40 },
  );
});

test("the twin of whatever access is declared is as declared", async () => {
  await fc.assert(
    fc.asyncProperty(someAccess, async (access) => {
      const lab = labWith({ access, pools: { items: { lab: {} } } });
      const plan = planOf(lab, await seen(overTwin(worldOf(lab)), parts), kinds);
      expect(plan.drift).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
