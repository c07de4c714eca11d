import astronomyLab from "@orrery/example-astronomy-lab";
import tidyLab from "@orrery/example-tidy-lab";
import { isUnknown, type Lab, parseLab, refText, startOrders } from "@orrery/model";
import { adopt, defaultMark, type Plan, planFor } from "@orrery/plan";
import { worldOf } from "@orrery/twin-lab";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type OverTwin, observeTwin, overTwin } from "../observe/observed-twin.ts";
import { makeChanges, someChanges } from "../observe/random-changes.ts";
import { someWorld } from "../observe/some-world.ts";

const parsed = (raw: unknown): Lab => {
  const result = parseLab(raw);
  if (result.kind === "problems") throw new Error(JSON.stringify(result.problems, undefined, 1));
  return result.lab;
};

const isGuest = ({ object }: { readonly object: { readonly kind: string } }): boolean =>
  object.kind === "guest" || object.kind === "template";

const left = ({ drift, stuck, undecided }: Plan): unknown[] => [...drift, ...stuck, ...undecided].filter(isGuest);

const adopted = async (
  twin: OverTwin,
): Promise<{ readonly lab: Lab; readonly plan: Plan; readonly raw: ReturnType<typeof adopt> }> => {
  const { state } = await observeTwin(twin);
  const raw = adopt(state, defaultMark);
  const lab = parsed(raw);
  return { lab, raw, plan: planFor(lab, state, state.at) };
};

test.each(["9.2", "8.4"] as const)("of random guests on %s, what is adopted is as declared", async (release) => {
  let guests = 0;
  await fc.assert(
    fc.asyncProperty(someChanges, fc.integer({ min: 1, max: 1000 }), async (changes, seed) => {
      const twin = overTwin(someWorld({ seed, release }));
      await makeChanges(twin, changes);
      const { plan, lab } = await adopted(twin);
      guests += lab.guests.items.length + (lab.templates?.items.length ?? 0);
      expect(left(plan)).toEqual([]);
    }),
    { numRuns: release === "9.2" ? 20 : 6 },
  );
  expect(guests).toBeGreaterThan(10);
});

test.each([
  ["tidy", tidyLab],
  ["astronomy", astronomyLab],
])("the twin of the %s lab gives back what the lab says of its guests", async (_, raw) => {
  const before = parsed(raw);
  const { lab, plan } = await adopted(overTwin(worldOf(before)));
  expect(left(plan)).toEqual([]);
  const orders = startOrders(before.guests.items);
  const declared = new Map(before.guests.items.map((guest) => [String(guest.name), guest]));
  const facts = ({ guests }: Lab): unknown =>
    guests.items
      .filter(({ name }) => declared.has(name))
      .map(({ name, kind, node, state, vcpus, memory, disks, nics, pool, startOrder }) => ({
        name,
        kind,
        state,
        vcpus,
        pool,
        startOrder: startOrder ?? orders.get(name),
        node: before.cluster.nodes[refText(declared.get(name)?.node ?? "")] === undefined ? "another" : node,
        memory: isUnknown(declared.get(name)?.memory) ? "unknown" : memory,
        disks: disks.map(({ storage, size, backup }) => ({ storage, size, backup })),
        nics: nics.map(({ bridge, vlan }) => ({ bridge, vlan: typeof vlan === "number" ? vlan : undefined })),
      }))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  expect(facts(lab)).toEqual(facts(before));
});
