import { type Plan, refName, valueText } from "@orrery/plan";
import { beforeAll, expect, test } from "vitest";
import { aBuiltLab, applyAll, builtLab, openIn, planLab, somebody, stated } from "./built-lab.ts";
import { drifts } from "./drifts/index.ts";
import { handAt } from "./hand.ts";
import { harmless } from "./harmless.ts";

/** The drift of a plan as the table has it; an address that was drawn is only told to be one. */
const foundIn = ({ drift }: Plan): object =>
  Object.fromEntries(
    drift.map(({ object, kind, properties }) => [
      refName(object),
      kind === "changed"
        ? Object.fromEntries(
            properties.map(({ property, declared, observed }) => [
              property,
              [
                declared === undefined ? null : valueText(declared),
                observed === undefined ? null : property.endsWith(".macaddr") ? "(drawn)" : valueText(observed),
              ],
            ]),
          )
        : kind,
    ]),
  );

beforeAll(builtLab);

test.each(drifts)("found, explained and repaired: $what", async ({ done, found, byTask }) => {
  const twin = await aBuiltLab();
  await done(handAt(twin, somebody));
  const plan = await planLab(twin);
  expect(foundIn(plan)).toEqual(found);
  expect(plan.stuck).toEqual([]);
  for (const { title, because } of plan.actions) expect([title, because]).not.toContain("");
  if (byTask) expect(plan.drift.map(({ by }) => by?.user)).toEqual([somebody]);
  const applied = await applyAll(twin, plan);
  expect(applied).toMatchObject({ kind: "applied", tally: { failed: 0, unclear: 0, left: 0 } });
  expect(openIn(await planLab(twin))).toEqual(stated);
});

test.each(harmless)("no drift: $what", async ({ done }) => {
  const twin = await aBuiltLab();
  await done(handAt(twin, somebody));
  expect(openIn(await planLab(twin))).toEqual(stated);
});

test("at least 40 kinds of drift and 15 of harmless change are told apart", () => {
  expect(drifts.length).toBeGreaterThanOrEqual(40);
  expect(harmless.length).toBeGreaterThanOrEqual(15);
});
