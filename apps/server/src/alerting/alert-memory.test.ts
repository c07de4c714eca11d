import { type Alert, type Incident, nothingTold, nothingYet, type Transition } from "@orrery/alerting";
import { startTemporaryServer, type TemporaryServer } from "@orrery/store";
import { type AlertMemory, type AlertStep, type KeptSilence, memoryAlertMemory } from "@orrery/watch";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { memoryReceivers, type ReceiverSettings, storeReceivers } from "./receiver-settings.ts";
import { storeAlertMemory } from "./store-alert-memory.ts";

let postgres: TemporaryServer;
beforeAll(async () => {
  postgres = await startTemporaryServer();
});
afterAll(() => postgres.stop());

const stored = async () => {
  const store = await postgres.store();
  onTestFinished(() => store.close());
  return store;
};

const kinds: Readonly<Record<string, () => Promise<{ memory: AlertMemory; receivers: ReceiverSettings }>>> = {
  "in memory": () => Promise.resolve({ memory: memoryAlertMemory(), receivers: memoryReceivers() }),
  "in PostgreSQL": async () => {
    const store = await stored();
    return { memory: storeAlertMemory(store), receivers: storeReceivers(store) };
  },
};

const begin = Date.UTC(2026, 10, 22, 12);
const alert = (node: string): Alert => ({
  name: "NodeDown",
  labels: { alertname: "NodeDown", severity: "warning", node, odd: "\u0000'\"\\" },
  annotations: { summary: `${node} is gone` },
  value: 0.1 + 0.2,
  state: { kind: "firing", since: begin, fired: begin },
});
const fires = (at: number, node: string): Transition => ({ at, alert: alert(node), from: "inactive", to: "firing" });
const incident = (id: string): Incident => ({
  id,
  opened: begin,
  subject: `node ${id}`,
  severity: "warning",
  state: { kind: "open" },
  firing: [],
  findings: [],
  timeline: [],
});
const step = (at: number, more: Partial<AlertStep> = {}): AlertStep => ({
  going: { at, watch: { r: { [String(at)]: alert("a") } }, told: nothingTold },
  looks: [{ at, lasting: [{ metric: "m", labels: { id: "x" }, value: at / 3 }] }],
  forgetLooksBefore: at - 15_000,
  transitions: [],
  changes: [],
  notices: [],
  ...more,
});
const message = { kind: "post", url: "https://hook.example", body: { a: "ü\u0000" } } as const;
const notice = (id: string, receiver: string, at: number) => ({ id, at, receiver, message });
const all = { from: 0, to: begin * 2, limit: 100 };

describe.each(Object.entries(kinds))("%s", (_, make) => {
  test("steps follow one another, and of two after the same one only the first is kept, and the other not at all", async () => {
    const { memory } = await make();
    expect(await memory.load("lab")).toEqual({ revision: 0, going: undefined, looks: [] });
    const first = step(begin, { transitions: [fires(begin, "a")], notices: [notice("n1", "team", begin)] });
    expect(await memory.keep("lab", 0, first)).toEqual([]);
    const late = step(begin + 1, {
      transitions: [fires(begin + 1, "b")],
      notices: [notice("n2", "team", begin)],
      changes: [{ at: begin, subject: "s", title: "t" }],
      incidents: () => [incident("i")],
    });
    expect(await memory.keep("lab", 0, late)).toBeUndefined();
    const { revision, going, looks } = await memory.load("lab");
    expect({ revision, going, looks }).toEqual({ revision: 1, going: first.going, looks: first.looks });
    expect(await memory.going("lab")).toEqual(first.going);
    expect(await memory.transitions("lab", all)).toEqual(first.transitions);
    expect((await memory.unsettled("lab")).map(({ id }) => id)).toEqual(["n1"]);
    expect(await memory.changes("lab", all)).toEqual([]);
    expect(await memory.incidents("lab", 10)).toEqual([]);
    expect(await memory.going("other")).toBeUndefined();
    // Looks that are of no more use are gone, and the newest of moves come first.
    await memory.keep("lab", 1, step(begin + 10_000, { transitions: [fires(begin + 10_000, "b")] }));
    await memory.keep("lab", 2, step(begin + 20_000));
    expect((await memory.load("lab")).looks.map(({ at }) => at - begin)).toEqual([10_000, 20_000]);
    expect((await memory.transitions("lab", all)).map(({ alert: { labels } }) => labels.node)).toEqual(["b", "a"]);
    expect(await memory.transitions("lab", { ...all, to: begin })).toHaveLength(1);
  });

  test("of many who write after the same step one gets through", async () => {
    const { memory } = await make();
    const kept = await Promise.all(Array.from({ length: 8 }, (_unused, at) => memory.keep("lab", 0, step(begin + at))));
    expect(kept.filter((one) => one !== undefined)).toHaveLength(1);
    expect((await memory.load("lab")).revision).toBe(1);
  });

  test("a notice is one sender's for a while, and everybody's again when that is over", async () => {
    const { memory } = await make();
    await memory.keep("lab", 0, step(begin, { notices: [notice("n1", "team", begin), notice("n2", "team", begin)] }));
    const claims = await Promise.all(
      Array.from({ length: 5 }, () => memory.claim("lab", "n1", begin + 1, begin + 1000)),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await memory.claim("lab", "n1", begin + 999, begin + 2000)).toBe(false);
    expect(await memory.claim("lab", "n1", begin + 1000, begin + 2000)).toBe(true);
    expect(await memory.unsettled("lab")).toEqual([
      { ...notice("n1", "team", begin), state: { kind: "sending", tries: 2, until: begin + 2000 } },
      { ...notice("n2", "team", begin), state: { kind: "waiting", tries: 0, next: begin } },
    ]);
    await memory.settle("lab", "n1", { kind: "sent", tries: 2, at: begin + 1500 });
    await memory.settle("lab", "n2", { kind: "failed", tries: 1, at: begin + 1500, why: "refused" });
    expect(await memory.unsettled("lab")).toEqual([]);
    expect(await memory.claim("lab", "n1", begin + 9000, begin + 9999)).toBe(false);
    expect((await memory.notices("lab", 10)).map(({ id, state }) => [id, state.kind])).toEqual([
      ["n2", "failed"],
      ["n1", "sent"],
    ]);
  });

  test("incidents change with a step, and by people, and nothing of either is lost", async () => {
    const { memory } = await make();
    const opened = await memory.keep("lab", 0, step(begin, { incidents: (open) => [...open, incident("i1")] }));
    expect(opened).toEqual([incident("i1")]);
    const note = (text: string) => (one: Incident) => ({
      ...one,
      timeline: [...one.timeline, { at: begin, kind: "note" as const, by: "ada", text }],
    });
    const graver = (open: readonly Incident[]) => open.map((one) => ({ ...one, severity: "critical" as const }));
    await Promise.all([
      memory.amend("lab", "i1", note("one")),
      memory.keep("lab", 1, step(begin + 1, { incidents: graver })),
      memory.amend("lab", "i1", note("two")),
    ]);
    const found = await memory.incident("lab", "i1");
    expect(found?.severity).toBe("critical");
    expect(found?.timeline.map((one) => ("text" in one ? one.text : "")).toSorted()).toEqual(["one", "two"]);
    await memory.amend("lab", "i1", (one) => ({ ...one, state: { kind: "closed", at: begin, by: "ada" } }));
    expect(await memory.keep("lab", 2, step(begin + 2, { incidents: graver }))).toEqual([]);
    expect(await memory.amend("lab", "i9", note("?"))).toBeUndefined();
    expect(await memory.incidents("lab", 10)).toHaveLength(1);
  });

  test("a silence ends when it was to, or before when somebody says so", async () => {
    const { memory } = await make();
    const silence: KeptSilence = {
      id: "s1",
      matchers: [{ label: "node", kind: "=~", value: "pve[12]" }],
      starts: begin,
      ends: begin + 1000,
      by: "ada",
      why: "mended",
      setAt: begin,
    };
    await memory.addSilence("lab", silence);
    expect(await memory.silences("lab", begin)).toEqual([silence]);
    expect(await memory.silences("lab", begin + 1000)).toEqual([]);
    expect(await memory.silences("other", begin)).toEqual([]);
    expect(await memory.endSilence("lab", "s1", begin + 10)).toBe(true);
    expect(await memory.endSilence("lab", "s1", begin + 11)).toBe(false);
    expect(await memory.silences("lab", begin + 11)).toEqual([]);
  });

  test("receivers are those that were set last", async () => {
    const { receivers } = await make();
    expect(await receivers.all()).toEqual({});
    const ops = { kind: "ntfy", severities: ["critical"], server: "https://push.example", topic: "lab" } as const;
    await receivers.put({ ops: { ...ops, severities: ["critical"] }, old: { ...ops, severities: ["info"] } });
    await receivers.put({ ops: { ...ops, severities: ["warning"] } });
    expect(await receivers.all()).toEqual({ ops: { ...ops, severities: ["warning"] } });
  });
});

test("nothing that was never kept is going on", async () => {
  const memory = storeAlertMemory(await stored());
  expect(await memory.load("lab")).toEqual({ revision: 0, going: undefined, looks: [] });
  expect(nothingYet).toEqual({});
});
