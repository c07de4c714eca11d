import { memoryJournal } from "@orrery/apply";
import type { Action } from "@orrery/plan";
import { fault } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { applyOn, aWorld, labWith, onTwin, planOn } from "./applied.ts";
import { aPoolAction } from "./some-actions.ts";

const empty = planOn(onTwin(aWorld()), labWith({}));

/** Stands for a change of a node's network: a pool says that it was made, and taking it back removes the pool. */
const change = (more: Partial<Action> = {}): Action =>
  aPoolAction("net", {
    title: "Reload the network of pve2",
    node: "pve2",
    risk: "network",
    rollbackAfter: 60,
    rollback: [{ method: "DELETE", path: "/pools", parameters: { poolid: "net" }, answers: "nothing" }],
    ...more,
  });

const given = { window: "now" } as const;

test("a node that answers over a new connection keeps its change", async () => {
  const twin = onTwin(aWorld());
  const asked: string[] = [];
  const applied = await applyOn(twin, {
    plan: { ...(await empty), actions: [change()] },
    ...given,
    reach: (node) => {
      asked.push(node);
      return Promise.resolve(undefined);
    },
  });
  expect(applied).toMatchObject({ tally: { done: 1 } });
  expect(asked).toEqual(["pve2"]);
  expect(Object.keys(twin.world.pools)).toEqual(["net"]);
});

test("one that does not answer in time gets its network back, and that is said", async () => {
  const twin = onTwin(aWorld());
  const began = twin.world.now;
  const isBack = (): boolean => !Object.hasOwn(twin.world.pools, "net");
  const applied = await applyOn(twin, {
    plan: { ...(await empty), actions: [change(), aPoolAction("after", { after: ["pool net/1-create"] })] },
    ...given,
    reach: () => Promise.resolve(isBack() ? undefined : "no route to host"),
  });
  if (applied.kind === "refused") throw new Error("refused");
  expect(applied.outcomes["pool net/1-create"]).toEqual({
    kind: "failed",
    why: "pve2 did not answer within 60 s after the change (no route to host); it was taken back, and pve2 answers again",
    next: "Mend the declaration.",
  });
  expect(twin.world.now - began).toBeGreaterThanOrEqual(60_000);
  expect(Object.keys(twin.world.pools)).toEqual([]);
  expect(applied.tally.left).toBe(1);
});

test("where taking it back cannot reach the node either, it says what to do at the console", async () => {
  const twin = onTwin(aWorld());
  const rollback = [
    { method: "DELETE", path: "/nodes/{node}/network", parameters: { node: "pve2" }, answers: "nothing" },
  ] as const;
  const applied = await applyOn(twin, {
    plan: { ...(await empty), actions: [change({ rollback })] },
    ...given,
    patience: { callMs: 5000 },
    tell: ({ kind }) => {
      if (kind === "sent") fault(twin.world, { subject: { kind: "node", node: "pve2" }, what: { kind: "hangs" } });
    },
  });
  expect(applied).toMatchObject({
    outcomes: {
      "pool net/1-create": {
        kind: "failed",
        why: expect.stringMatching(/^pve2 did not answer within 60 s .* and it could not be taken back: /),
        next: expect.stringMatching(/^At the console of pve2: /),
      },
    },
  });
});

test("a run that died while it took a change back goes on taking it back", async () => {
  const twin = onTwin(aWorld());
  const plan = { ...(await empty), actions: [change()] };
  const journal = memoryJournal();
  const first = await applyOn(twin, { plan, journal, ...given, reach: () => Promise.resolve(undefined) });
  if (first.kind === "refused") throw new Error("refused");
  // As if it had died after the first call of taking back was recorded.
  const cut = memoryJournal();
  for (const record of journal.records)
    if (record.kind !== "outcome" && record.kind !== "finished") await cut.append(record);
  await cut.append({ kind: "sending", at: 0, action: "pool net/1-create", call: 1, method: "DELETE", path: "/pools" });
  const second = await applyOn(twin, {
    plan,
    journal: cut,
    ...given,
    resume: true,
    reach: () => Promise.resolve(undefined),
  });
  expect(second).toMatchObject({ tally: { failed: 1 } });
  expect(Object.keys(twin.world.pools)).toEqual([]);
});
