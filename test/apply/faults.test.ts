import { memoryJournal } from "@orrery/apply";
import type { Plan } from "@orrery/plan";
import { fault } from "@orrery/twin-world";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyOn, aWorld, behind, type Line, labWith, onTwin, planOn } from "./applied.ts";
import { aPoolAction } from "./some-actions.ts";

const aPlan = async (): Promise<Plan> => {
  const plan = await planOn(onTwin(aWorld()), labWith({}));
  const [first, second] = [aPoolAction("first", { vmid: 9001 }), aPoolAction("second")];
  return { ...plan, actions: [first, second, aPoolAction("third", { after: [first.id, second.id] })] };
};

const fates = fc.array(
  fc.constantFrom<ReturnType<Line>>("carries", "carries", "carries", "breaks before", "breaks after", "refuses"),
  { maxLength: 60 },
);

test("whatever the line does, nothing is done twice, the end is valid, and a second apply converges", async () => {
  const plan = await aPlan();
  await fc.assert(
    fc.asyncProperty(fates, async (drawn) => {
      const twin = onTwin(aWorld());
      const left = [...drawn];
      const over = behind(twin, () => left.shift() ?? "carries");
      const first = await applyOn(over, { plan }).catch((error: unknown) => error);
      const pools = Object.keys(twin.world.pools);
      if (pools.includes("third")) expect(pools).toEqual(expect.arrayContaining(["first", "second"]));
      expect(over.effects).toEqual([...new Set(over.effects)]);
      if (typeof first === "object" && first !== null && "kind" in first && first.kind === "applied")
        for (const id of ["first", "second", "third"])
          if (Object(Reflect.get(first, "outcomes"))[`pool ${id}/1-create`].kind === "done")
            expect(pools).toContain(id);
      const again = await applyOn(twin, { plan });
      // A guest that was made before its pool could be is in the way of making it again; the plan says so.
      const isHalf = again.kind === "applied" && again.tally.failed > 0;
      if (isHalf) expect(JSON.stringify(again.outcomes)).toMatch(/9001/);
      else {
        expect(again).toMatchObject({ kind: "applied", tally: { failed: 0, unclear: 0, left: 0 } });
        expect(Object.keys(twin.world.pools).toSorted()).toEqual(["first", "second", "third"]);
      }
    }),
    { numRuns: 60 },
  );
});

test("an API that fails for a while is waited for, and one that resets is looked at before anything is sent again", async () => {
  const plan = await aPlan();
  for (const kind of ["api-resets", "api-fails"] as const) {
    const twin = onTwin(aWorld());
    const what = kind === "api-fails" ? { kind, status: 595, reason: "Connection refused" } : { kind };
    const made = fault(twin.world, { subject: { kind: "path", path: "/pools" }, what, until: twin.world.now + 8000 });
    expect(made).not.toHaveProperty("refused");
    const journal = memoryJournal();
    const applied = await applyOn(twin, { plan, journal });
    expect(applied).toMatchObject({ kind: "applied", tally: { done: 3 } });
    const tried = journal.records.filter((record) => record.kind === "sending" && record.path === "/pools").length;
    expect(tried).toBeGreaterThanOrEqual(3);
  }
});
