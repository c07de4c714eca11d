import { memoryJournal, planId } from "@orrery/apply";
import { type Action, type Plan, planText, readPlan } from "@orrery/plan";
import { expect, test } from "vitest";
import { applyOn, aWorld, labWith, onTwin, planOn, planWith } from "./applied.ts";
import { aPoolAction } from "./some-actions.ts";

const emptyPlan = async (): Promise<Plan> => planOn(onTwin(aWorld()), labWith({}));

/** Why a plan with this action is refused, by what it says; and nothing may have been sent. */
const refusalOf = async (more: Partial<Action>, given: Partial<Parameters<typeof applyOn>[1]> = {}) => {
  const twin = onTwin(aWorld());
  const plan = planWith(await emptyPlan(), [aPoolAction("first", more)]);
  const journal = memoryJournal();
  const applied = await applyOn(twin, { plan, journal, ...given });
  if (applied.kind === "applied") return applied;
  expect(journal.records).toEqual([]);
  expect(twin.asked.filter((line) => !line.startsWith("GET "))).toEqual([]);
  return applied.problems.map(({ why, next }) => `${why} ${next}`);
};

test("a plan whose base has moved is refused, with what moved", async () => {
  const lab = labWith({ first: { purpose: "old" }, second: {} });
  const made = onTwin(aWorld());
  await applyOn(made, { plan: await planOn(made, lab) });
  const plan = await planOn(made, labWith({ first: { purpose: "new" }, second: {} }));
  await made.clock.drive(made.pve.put("/pools", { poolid: "first", comment: "by hand" }));
  made.asked.length = 0;
  const refused = await applyOn(made, { plan });
  expect(refused).toMatchObject({
    kind: "refused",
    problems: [{ kind: "moved", why: "pool first has moved: comment was old and is by hand." }],
  });
  expect(made.asked.filter((line) => !line.startsWith("GET "))).toEqual([]);
});

test("what somebody made meanwhile, or took away, has moved too", async () => {
  const twin = onTwin(aWorld());
  const plan = await planOn(twin, labWith({ first: { purpose: "ours" } }));
  await twin.clock.drive(twin.pve.post("/pools", { poolid: "first", comment: "theirs" }));
  expect(await applyOn(twin, { plan })).toMatchObject({
    kind: "refused",
    problems: [{ why: "pool first has moved: it is there now." }],
  });
});

test("what would be lost has to be named, and the refusal says how", async () => {
  const consent = "guest 101";
  expect(await refusalOf({ consent, risk: "data loss" }, { window: "now" })).toEqual([
    'Create the pool first: that needs consent. --consent "guest 101"',
  ]);
  expect(await refusalOf({ consent }, { consents: ["guest 102"] })).toHaveLength(1);
  expect(await refusalOf({ consent }, { consents: [consent] })).toMatchObject({ tally: { done: 1 } });
});

test("what is riskier than hot waits for a window, and the refusal says for which", async () => {
  const [refusal] = (await refusalOf({ risk: "reboot" })) as string[];
  expect(refusal).toMatch(
    /^Create the pool first \(reboot\): that is done in a maintenance window only, and the next maintenance window, saturdays, opens 2026-12-12 07:00 UTC\. --at-most hot does the rest; --now/,
  );
  expect(await refusalOf({ risk: "reboot" }, { window: "now" })).toMatchObject({ tally: { done: 1 } });
  expect(await refusalOf({ risk: "hot" })).toMatchObject({ tally: { done: 1 } });
});

test("in its window it is done", async () => {
  const world = aWorld();
  const plan = planWith(await emptyPlan(), [aPoolAction("first", { risk: "reboot" })]);
  const at = world.now;
  const applied = await applyOn(onTwin(world), {
    plan: { ...plan, windows: [{ id: "now", start: at - 1000, end: at + 60_000 }] },
  });
  expect(applied).toMatchObject({ tally: { done: 1 } });
});

test("what is riskier than is allowed is left, and all that comes after it", async () => {
  const plan = await emptyPlan();
  const risky = aPoolAction("risky", { risk: "reboot" });
  const after = aPoolAction("after", { after: [risky.id] });
  const twin = onTwin(aWorld());
  const actions = [risky, after, aPoolAction("other")];
  const applied = await applyOn(twin, { plan: { ...plan, actions }, atMost: "hot" });
  expect(applied).toMatchObject({ kind: "applied", tally: { done: 1, left: 2 } });
  expect(Object.keys(twin.world.pools)).toEqual(["other"]);
});

test("what is for somebody else is said before anything is sent", async () => {
  const principal = "token";
  expect(await refusalOf({ principal: "root@pam" }, { principal })).toEqual([
    "Create the pool first: that is for root@pam, not for an API token. --user root@pam",
  ]);
  expect(await refusalOf({ principal: "ticket" }, { principal })).toHaveLength(1);
  expect(await refusalOf({ principal: "ssh" })).toEqual([
    "Create the pool first: that needs a shell on the node. Do it there, then plan again.",
  ]);
  expect(await refusalOf({ principal: "ticket" }, { principal: "root@pam" })).toMatchObject({ tally: { done: 1 } });
});

test("a plan is for the cluster that it was made for", async () => {
  const plan = await emptyPlan();
  const applied = await applyOn(onTwin(aWorld()), {
    plan: { ...plan, base: { ...plan.base, cluster: "another" }, actions: [aPoolAction("first")] },
  });
  expect(applied).toMatchObject({
    kind: "refused",
    problems: [{ kind: "cluster", why: "The plan was made for another, and this is tidy-lab." }],
  });
});

test("a plan survives its file", async () => {
  const twin = onTwin(aWorld());
  const plan = await planOn(twin, labWith({ first: { purpose: "one" }, "first/second": {} }));
  expect(readPlan(planText(plan))).toEqual({ kind: "plan", plan: JSON.parse(JSON.stringify(plan)) });
  const read = readPlan(planText(plan));
  if (read.kind === "problem") throw new Error(read.why);
  expect(planId(read.plan)).toBe(planId(plan));
  expect(await applyOn(twin, { plan: read.plan })).toMatchObject({ tally: { done: 2 } });
});
