import { type ApplyEvent, memoryJournal } from "@orrery/apply";
import { fault } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { applyOn, aWorld, behind, labWith, onTwin, planOn } from "./applied.ts";
import { aPoolAction } from "./some-actions.ts";

const emptyPlan = () => planOn(onTwin(aWorld()), labWith({}));

test("after a failure what depends on it is left, and the rest is done", async () => {
  const twin = onTwin(aWorld());
  const bad = aPoolAction("bad", {
    calls: [{ method: "POST", path: "/pools", parameters: { poolid: "not a name" }, answers: "nothing" }],
  });
  const plan = {
    ...(await emptyPlan()),
    actions: [bad, aPoolAction("after", { after: [bad.id] }), aPoolAction("other")],
  };
  const applied = await applyOn(twin, { plan });
  if (applied.kind === "refused") throw new Error("refused");
  expect(applied.tally).toEqual({ done: 1, already: 0, failed: 1, unclear: 0, left: 1 });
  expect(applied.outcomes[bad.id]).toMatchObject({ kind: "failed", why: expect.stringMatching(/poolid/) });
  expect(applied.outcomes["pool after/1-create"]).toEqual({
    kind: "left",
    why: 'it comes after "Create the pool bad", which was not done',
    of: bad.id,
  });
  expect(Object.keys(twin.world.pools)).toEqual(["other"]);
});

test("a task that fails is told with its own words, and what was begun by it stays as it is", async () => {
  const twin = onTwin(aWorld());
  fault(twin.world, {
    subject: { kind: "node", node: "pve1" },
    what: { kind: "task-fails", type: "qmcreate", share: 0.5, message: "no space left" },
  });
  const plan = { ...(await emptyPlan()), actions: [aPoolAction("first", { vmid: 9001 })] };
  const applied = await applyOn(twin, { plan });
  expect(applied).toMatchObject({
    outcomes: { "pool first/1-create": { kind: "failed", why: "its task ended with: no space left" } },
  });
});

test("no more is under way than the limits say, overall and for each node", async () => {
  const twin = onTwin(aWorld());
  const actions = Array.from({ length: 12 }, (_, index) =>
    aPoolAction(`p${index}`, { vmid: 9100 + index, node: index % 2 === 0 ? "pve1" : "pve2" }),
  );
  const running = new Map<string, string | undefined>();
  let most = 0;
  let mostOnOne = 0;
  const tell = (event: ApplyEvent): void => {
    if (event.kind === "started") running.set(event.action, actions.find(({ id }) => id === event.action)?.node);
    if (event.kind === "ended") running.delete(event.action);
    most = Math.max(most, running.size);
    const counts = ["pve1", "pve2"].map((node) => [...running.values()].filter((one) => one === node).length);
    mostOnOne = Math.max(mostOnOne, ...counts);
  };
  const applied = await applyOn(twin, {
    plan: { ...(await emptyPlan()), actions },
    limits: { overall: 3, perNode: 2 },
    tell,
  });
  expect(applied).toMatchObject({ tally: { done: 12 } });
  expect({ most, mostOnOne }).toEqual({ most: 3, mostOnOne: 2 });
});

test("asked to stop, what runs comes to its end, nothing new is begun, and the rest can be gone on with", async () => {
  const twin = onTwin(aWorld());
  const journal = memoryJournal();
  const actions = [1, 2, 3, 4].map((number) => aPoolAction(`p${number}`, { vmid: 9100 + number, node: "pve1" }));
  const controller = new AbortController();
  const tell = ({ kind }: ApplyEvent): void => {
    if (kind === "task") controller.abort();
  };
  const plan = { ...(await emptyPlan()), actions };
  const first = await applyOn(twin, { plan, journal, signal: controller.signal, limits: { overall: 2 }, tell });
  expect(first).toMatchObject({ kind: "applied", stopped: "somebody asked to stop", tally: { done: 0, failed: 0 } });
  const begun = Object.values(twin.world.tasks).filter(({ type }) => type === "qmcreate");
  expect(begun.length).toBeGreaterThan(0);
  expect(begun.length).toBeLessThan(3);
  expect(begun.every(({ state }) => state.kind === "ended")).toBe(true);
  const second = await applyOn(twin, { plan, journal, resume: true });
  expect(second).toMatchObject({ tally: { done: 4 } });
  expect(Object.values(twin.world.tasks).filter(({ type }) => type === "qmcreate")).toHaveLength(4);
});

test("nothing is sent once the quorum is lost", async () => {
  const twin = onTwin(aWorld());
  const refused: string[] = [];
  const send: typeof twin.send = async (request) => {
    const reply = await twin.send(request);
    if (request.method !== "GET" && reply.status >= 300) refused.push(reply.reason);
    return reply;
  };
  const over = behind({ ...twin, send }, () => "carries");
  const actions = Array.from({ length: 40 }, (_, index) =>
    aPoolAction(`p${index}`, { vmid: 9100 + index, after: index === 0 ? [] : [`pool p${index - 1}/1-create`] }),
  );
  let lost = false;
  const tell = ({ kind }: ApplyEvent): void => {
    if (kind !== "sent" || lost) return;
    lost = true;
    for (const node of ["pve2", "pve3"])
      fault(twin.world, { subject: { kind: "node", node }, what: { kind: "loses-power" } });
  };
  const applied = await applyOn(over, { plan: { ...(await emptyPlan()), actions }, tell });
  if (applied.kind === "refused") throw new Error("refused");
  expect(applied.stopped).toMatch(/quorum/);
  expect(applied.tally.left).toBeGreaterThan(0);
  expect(refused).toEqual([]);
});

test("without a quorum nothing is begun at all", async () => {
  const world = aWorld();
  for (const node of ["pve2", "pve3"]) fault(world, { subject: { kind: "node", node }, what: { kind: "loses-power" } });
  const twin = onTwin(world);
  await twin.clock.drive(twin.clock.sleep(60_000));
  const plan = { ...(await emptyPlan()), actions: [aPoolAction("first")] };
  expect(await applyOn(twin, { plan })).toMatchObject({ kind: "refused", problems: [{ kind: "quorum" }] });
});

test("what ends together is looked at together", async () => {
  const twin = onTwin(aWorld());
  const actions = Array.from({ length: 10 }, (_, index) => aPoolAction(`p${index}`));
  twin.asked.length = 0;
  await applyOn(twin, { plan: { ...(await emptyPlan()), actions } });
  const lists = twin.asked.filter((line) => line.startsWith("GET /pools {}")).length;
  expect(lists).toBeLessThanOrEqual(3);
});

test("the events tell of each action from its start to its end, and of a task how far it is", async () => {
  const twin = onTwin(aWorld());
  const events: ApplyEvent[] = [];
  const plan = { ...(await emptyPlan()), actions: [aPoolAction("first", { vmid: 9001 })] };
  await applyOn(twin, { plan, tell: (event) => events.push(event) });
  const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== "line" && kind !== "progress");
  expect(kinds).toEqual(["began", "started", "sent", "task", "sent", "ended", "finished"]);
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
});
