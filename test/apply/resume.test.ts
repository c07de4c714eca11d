import { applyPlan, memoryJournal, pastOf, recordsOf } from "@orrery/apply";
import type { Plan } from "@orrery/plan";
import { expect, test } from "vitest";
import { applyOn, aWorld, Died, dying, labWith, onTwin, planOn } from "./applied.ts";
import { aPoolAction } from "./some-actions.ts";

/** Three pools, two of them after a guest that takes a task, one after the others. */
const aPlan = async (): Promise<Plan> => {
  const plan = await planOn(onTwin(aWorld()), labWith({}));
  const [first, second] = [aPoolAction("first", { vmid: 9001 }), aPoolAction("second", { vmid: 9002 })];
  return { ...plan, actions: [first, second, aPoolAction("third", { after: [first.id, second.id] })] };
};

test("killed at any point and gone on with, a run comes to the same end, with no effect twice", async () => {
  const plan = await aPlan();
  const whole = onTwin(aWorld());
  const through = dying(whole, memoryJournal(), Number.POSITIVE_INFINITY);
  await applyOn(through.twin, { plan, journal: through.journal });
  expect(through.effects.length).toBe(5);
  const points = through.points();
  expect(points).toBeGreaterThan(30);
  for (let at = 0; at < points; at += 1) {
    const twin = onTwin(aWorld());
    const journal = memoryJournal();
    const first = dying(twin, journal, at);
    const run = applyPlan({
      plan,
      pve: first.twin.pve,
      clock: twin.clock,
      journal: first.journal,
      principal: "root@pam",
      user: "root@pam",
    });
    await expect(twin.clock.drive(run)).rejects.toBeInstanceOf(Died);
    const past = pastOf(recordsOf(journal.records));
    const isCut = past.plan !== undefined && !past.finished;
    const second = dying(twin, journal, Number.POSITIVE_INFINITY);
    const applied = await applyOn(second.twin, { plan, journal: second.journal, resume: isCut });
    expect({ at, applied }).toMatchObject({
      at,
      applied: { kind: "applied", tally: { failed: 0, unclear: 0, left: 0 } },
    });
    expect({ at, effects: [...first.effects, ...second.effects].toSorted() }).toEqual({
      at,
      effects: through.effects.toSorted(),
    });
    expect({ at, pools: Object.keys(twin.world.pools).toSorted() }).toEqual({
      at,
      pools: ["first", "second", "third"],
    });
    expect(pastOf(recordsOf(journal.records)).finished).toBe(true);
  }
});

test("every change is recorded before it is sent, and its outcome after", async () => {
  const plan = await aPlan();
  const twin = onTwin(aWorld());
  const journal = memoryJournal();
  const sent: string[] = [];
  const send: typeof twin.send = (request) => {
    if (request.method !== "GET") {
      const last = journal.records.filter(({ kind }) => kind === "sending").length;
      sent.push(`${last}`);
    }
    return twin.send(request);
  };
  const { pve } = dying({ ...twin, send }, journal, Number.POSITIVE_INFINITY).twin;
  await applyOn({ ...twin, pve }, { plan, journal });
  expect(sent).toHaveLength(5);
  for (const [index, recorded] of sent.entries()) expect(Number(recorded)).toBeGreaterThan(index);
  const outcomes = journal.records.filter(({ kind }) => kind === "outcome");
  expect(outcomes).toHaveLength(3);
});

test("a run that was cut off is not begun anew by mistake, nor one gone on with that was not", async () => {
  const plan = await aPlan();
  const twin = onTwin(aWorld());
  const journal = memoryJournal();
  const first = dying(twin, journal, 8);
  const run = applyPlan({
    plan,
    pve: first.twin.pve,
    clock: twin.clock,
    journal: first.journal,
    principal: "root@pam",
  });
  await expect(twin.clock.drive(run)).rejects.toBeInstanceOf(Died);
  expect(await applyOn(twin, { plan, journal })).toMatchObject({ kind: "refused", problems: [{ kind: "unfinished" }] });
  expect(await applyOn(twin, { plan, resume: true })).toMatchObject({
    kind: "refused",
    problems: [{ kind: "nothing to resume" }],
  });
});
