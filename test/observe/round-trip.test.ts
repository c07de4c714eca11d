import { everything } from "@orrery/collect";

import astronomyLab from "@orrery/example-astronomy-lab";
import tidyLab from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { worldOf } from "@orrery/twin-lab";
import type { World } from "@orrery/twin-world";
import fc from "fast-check";
import { expect, test } from "vitest";
import { differencesOf, factsOf } from "./deliberate.ts";
import { observeTwin, overTwin } from "./observed-twin.ts";
import { makeChanges, someChanges } from "./random-changes.ts";
import { someWorld } from "./some-world.ts";

const scope = { ...everything, guestFirewalls: "all" as const };

/** What differs between a world and the one that is built from what was observed of it. */
const lost = async (world: World): Promise<string[]> => {
  const first = await observeTwin(overTwin(world), { scope });
  const again = worldOf(structuredClone(first.state));
  const second = await observeTwin(overTwin(again), { scope });
  return differencesOf(first.state, second.state);
};

test("a world built from what was observed of another is observed to be the same", async () => {
  await fc.assert(
    fc.asyncProperty(someChanges, fc.integer({ min: 1, max: 1000 }), async (changes, seed) => {
      const world = someWorld({ seed });
      await makeChanges(overTwin(world), changes);
      expect(await lost(world)).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

test("so is one that speaks the API of 8.4", async () => {
  await fc.assert(
    fc.asyncProperty(someChanges, async (changes) => {
      const world = someWorld({ release: "8.4" });
      await makeChanges(overTwin(world), changes);
      expect(await lost(world)).toEqual([]);
    }),
    { numRuns: 6 },
  );
});

test.each([
  ["astronomy", astronomyLab],
  ["tidy", tidyLab],
])("so is the twin of the %s lab, now and after two days", async (_, raw) => {
  const parsed = parseLab(raw);
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  const world = worldOf(parsed.lab);
  expect(await lost(world)).toEqual([]);
  const twin = overTwin(world);
  await twin.clock.advance(world.now + 2 * 86_400_000);
  expect(await lost(world)).toEqual([]);
});

test("most random changes are made, so that there is something to give back", async () => {
  const kinds = new Set<string>();
  let [made, asked] = [0, 0];
  for (const changes of fc.sample(someChanges, { numRuns: 10, seed: 3 })) {
    const world = someWorld();
    asked += changes.length;
    made += changes.length - (await makeChanges(overTwin(world), changes)).length;
    const { state } = await observeTwin(overTwin(world), { scope });
    for (const path of Object.keys(factsOf(state))) kinds.add(path.split("/")[0] ?? "");
    if (Object.keys(world.guests).length > 0) kinds.add("some guest");
  }
  expect(made / asked).toBeGreaterThan(0.5);
  expect(kinds).toContain("some guest");
});
