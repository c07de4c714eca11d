import tidy from "@orrery/example-tidy-lab";
import { type MoveOrder, moveOrdersOf, planMoves, problemOf, usualSteps } from "@orrery/placement";
import { type Move, type Plan, planOfMoves } from "@orrery/plan";
import type { ClusterState } from "@orrery/state";
import { worldOf } from "@orrery/twin-lab";
import { advanceTo, forkWorld } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { type OverTwin, observeTwin, overTwin } from "../observe/observed-twin.ts";
import { labOf } from "../plan/planned-lab.ts";
import { applyOn, behind } from "./applied.ts";

const lab = labOf(tidy);
const noon = Date.UTC(2026, 10, 22, 12);
const lived = worldOf(lab, { seed: 1, now: noon });
// The managers of HA are at work after a round or two.
advanceTo(lived, noon + 120_000);

const aTwin = (): OverTwin => overTwin(forkWorld(lived));

const stateOf = async (twin: OverTwin): Promise<ClusterState> => (await observeTwin(twin)).state;

/** What a drain takes: nothing where everybody has left. */
const drainOf = (state: ClusterState, node: string): MoveOrder[] => {
  const derived = problemOf(state, { lab, draining: [node] });
  if (derived.kind !== "derived") throw new Error(derived.why);
  const moves = planMoves(derived.problem, { kind: "drain", hosts: [node] }, { steps: usualSteps(derived.problem) });
  if (moves.kind === "nothing-to-do") return [];
  if (moves.kind !== "moves") throw new Error(JSON.stringify(moves));
  return moveOrdersOf(derived, moves);
};

const planFrom = (state: ClusterState, node: string, moves: readonly Move[]): Plan => {
  const made = planOfMoves(lab, state, state.at, { kind: "drain", nodes: [node] }, moves);
  if (made.kind === "problem") throw new Error(made.why);
  return made.plan;
};

const nodesOf = ({ world }: OverTwin): Record<string, string> =>
  Object.fromEntries(Object.values(world.guests).map(({ vmid, node }) => [vmid, node]));

const moveTasks = ({ world }: OverTwin): string[] =>
  Object.values(world.tasks).flatMap(({ type, id }) => (type.endsWith("migrate") ? [`${type} ${id}`] : []));

test("a drain as a plan moves what HA looks after, waits until it is there, and has nothing to do after", async () => {
  const twin = aTwin();
  const state = await stateOf(twin);
  const plan = planFrom(state, "pve1", drainOf(state, "pve1"));
  expect(plan.actions.map(({ id, risk, handsOver }) => ({ id, risk, tasks: handsOver?.tasks }))).toEqual([
    { id: "guest 105/1-migrate", risk: "hot", tasks: ["qmigrate"] },
    { id: "guest 101/1-migrate", risk: "hot", tasks: ["qmigrate"] },
  ]);
  expect(plan.actions[0]?.because).toMatch(/^mon1 \(105\) leaves pve1 .*: its host is drained\.$/);
  const applied = await applyOn(twin, { plan });
  expect(applied).toMatchObject({ kind: "applied", tally: { done: 2, failed: 0, unclear: 0, left: 0, already: 0 } });
  expect(nodesOf(twin)).toMatchObject({ 101: "pve2", 105: "pve3" });
  expect(moveTasks(twin).toSorted()).toEqual(["hamigrate 101", "hamigrate 105", "qmigrate 101", "qmigrate 105"]);
  expect(drainOf(await stateOf(twin), "pve1")).toEqual([]);
  const again = await applyOn(twin, { plan });
  expect(again).toMatchObject({ kind: "applied", tally: { done: 0, failed: 0, already: 2 } });
});

test("a plan of moves whose base has moved is refused, also where a guest came to a node that others go to", async () => {
  const twin = aTwin();
  const state = await stateOf(twin);
  const plan = planFrom(state, "pve1", drainOf(state, "pve1"));
  const [, , db] = Object.values(twin.world.guests).toSorted((one, other) => one.vmid - other.vmid);
  if (db === undefined) throw new Error("there is no third guest");
  db.config.memory = 32_768;
  const applied = await applyOn(twin, { plan });
  expect(applied).toMatchObject({
    kind: "refused",
    problems: [{ kind: "moved", why: expect.stringMatching(/^guest 103 \(db1\) has moved: memory was/) }],
  });
  expect(moveTasks(twin)).toEqual([]);
});

test("a guest that only makes way goes and comes back, the one that it makes way for in between", async () => {
  const twin = aTwin();
  const state = await stateOf(twin);
  const move = (id: string, vmid: number, from: string, to: string, after: readonly string[]): Move => ({
    id,
    vmid,
    guest: `guest ${vmid}`,
    kind: "qemu",
    by: "live",
    because: "it is told to",
    from,
    to,
    after,
  });
  const plan = planFrom(state, "pve2", [
    move("move 1", 101, "pve1", "pve2", []),
    move("move 2", 104, "pve3", "pve1", ["move 1"]),
    move("move 3", 101, "pve2", "pve1", ["move 2"]),
  ]);
  expect(plan.actions.map(({ id, after }) => [id, after])).toEqual([
    ["guest 101/1-migrate", []],
    ["guest 104/1-migrate", ["guest 101/1-migrate"]],
    ["guest 101/2-migrate", ["guest 101/1-migrate", "guest 104/1-migrate"]],
  ]);
  const applied = await applyOn(twin, { plan });
  expect(applied).toMatchObject({ kind: "applied", tally: { done: 3, already: 0 } });
  expect(nodesOf(twin)).toMatchObject({ 101: "pve1", 104: "pve1" });
  expect(moveTasks(twin).filter((task) => task.startsWith("q"))).toEqual([
    "qmigrate 101",
    "qmigrate 104",
    "qmigrate 101",
  ]);
});

test("a move that HA tries and fails is told as failed, with what its task said", async () => {
  const twin = aTwin();
  const state = await stateOf(twin);
  const plan = planFrom(state, "pve1", drainOf(state, "pve1"));
  const storage = twin.world.storages["local-zfs"];
  if (storage === undefined) throw new Error("there is no local-zfs");
  // It goes once HA was told, and before it comes by.
  let isTold = false;
  const line = behind(twin, ({ method, path }) => {
    if (isTold) storage.options.nodes = "pve1,pve2";
    isTold ||= method === "POST" && path.endsWith("/105/migrate");
    return "carries";
  });
  const before = twin.clock.now();
  const applied = await applyOn(line, { plan });
  if (applied.kind === "refused") throw new Error(JSON.stringify(applied.problems));
  expect(applied.outcomes["guest 105/1-migrate"]).toMatchObject({
    kind: "failed",
    why: expect.stringMatching(/^its task ended with: /),
  });
  expect(applied.outcomes["guest 101/1-migrate"]).toMatchObject({ kind: "left", of: "guest 105/1-migrate" });
  expect(twin.clock.now() - before).toBeLessThan(600_000);
});
