import { expect, test } from "vitest";
import { applyOn, aWorld, labWith, onTwin, planOn } from "./applied.ts";

const pools = { lab: { purpose: "all of it" }, "lab/web": { purpose: "websites" }, spare: {} };

test("what a plan says is done, and a second plan is empty", async () => {
  const twin = onTwin(aWorld());
  const lab = labWith(pools);
  const plan = await planOn(twin, lab);
  expect(plan.actions.map(({ id }) => id)).toEqual([
    "pool lab/1-create",
    "pool spare/1-create",
    "pool lab/web/1-create",
  ]);
  const applied = await applyOn(twin, { plan });
  expect(applied).toMatchObject({ kind: "applied", tally: { done: 3, already: 0, failed: 0, unclear: 0, left: 0 } });
  expect((await planOn(twin, lab)).actions).toEqual([]);
});

test("a second apply of the same plan does nothing", async () => {
  const twin = onTwin(aWorld());
  const plan = await planOn(twin, labWith(pools));
  await applyOn(twin, { plan });
  twin.asked.length = 0;
  const again = await applyOn(twin, { plan });
  expect(again).toMatchObject({ kind: "applied", tally: { done: 0, already: 3 } });
  expect(twin.asked.filter((line) => !line.startsWith("GET "))).toEqual([]);
});
