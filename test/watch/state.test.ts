import { observe } from "@orrery/collect";
import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { valueIn } from "@orrery/state";
import { worldOf } from "@orrery/twin-lab";
import { addGuest, dict, type World } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { crowdedWorld } from "../monitor/watched-world.ts";
import { watchedCluster } from "./watched-cluster.ts";

const minutes = 60_000;

const tidyWorld = (): World => {
  const parsed = parseLab(tidy);
  if (parsed.kind !== "lab") throw new Error("the tidy lab does not parse");
  return worldOf(parsed.lab, { seed: 1, now: Date.UTC(2026, 10, 22, 12) });
};

/** Figures of a moment, and when something was seen, differ from one look to the next. */
const passing = new Set([
  "at",
  "timestamp",
  "figures",
  "rootUsed",
  "used",
  "ahead",
  "uptime",
  "disk",
  "cpu",
  "mem",
  "rss",
]);

const lasting = (value: unknown): unknown => {
  // HA says in its states when it last was seen.
  if (typeof value === "string") return value.replace(/\w{3} \w{3} +\d+ [\d:]+ \d{4}/, "then");
  if (Array.isArray(value)) return value.map(lasting);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !passing.has(key))
      .map(([key, one]) => [key, lasting(one)]),
  );
};

test.each([
  ["the tidy lab", tidyWorld],
  ["a cluster of 8.4", () => crowdedWorld(6, 3, "8.4")],
])("the state of %s, put together piece by piece, is what one whole observation reads", async (_, world) => {
  const { pass, last, clock, pve } = await watchedCluster(world());
  await pass(12 * minutes);
  const { state, stale } = last();
  const whole = await clock.drive(observe(pve, clock));
  expect(lasting(state)).toEqual(lasting(whole.state));
  expect(stale.size).toBe(0);
});

/** What is asked in the steady cycle; the rest has a pace of its own. */
const steady =
  /^\/cluster\/(resources|status|metrics\/export|tasks|ha\/status\/current)$|^\/nodes\/\{node\}\/(status|replication|rrddata)$/;

test("five nodes and 500 guests with their whole state take at most six steady requests a cycle", async () => {
  const { pass, asked, clock, last } = await watchedCluster(crowdedWorld(500));
  await pass(3 * minutes);
  const from = clock.now();
  await pass(4 * minutes);
  const counts = Array.from({ length: 24 }, () => 0);
  for (const { path, at } of asked) {
    const cycle = Math.floor((at - from) / 10_000);
    if (at >= from && steady.test(path) && cycle < 24) counts[cycle] = (counts[cycle] ?? 0) + 1;
  }
  expect(Math.max(...counts)).toBeLessThanOrEqual(6);
  const guests = Object.values(valueIn(last().state?.guests) ?? {});
  expect(guests.filter(({ file }) => file.kind !== "observed")).toEqual([]);
});

test("a guest that is new is read in the look that shows it, one that is gone is gone", async () => {
  const { pass, last, world } = await watchedCluster(crowdedWorld(4));
  await pass(minutes);
  const config = dict<string | number>([
    ["name", "fresh"],
    ["memory", "256"],
  ]);
  addGuest(world, { vmid: 900, kind: "qemu", node: "pve1", config, installed: true });
  delete world.guests[100];
  await pass(21_000);
  const guests = valueIn(last().state?.guests);
  expect(guests?.["900"]).toMatchObject({ file: { kind: "observed", value: { config: { name: "fresh" } } } });
  expect(guests).not.toHaveProperty("100");
});

test("what a task may have changed is read again, and everything when somebody says that it changed", async () => {
  const { pass, last, pve, watch, clock, asked } = await watchedCluster(crowdedWorld(4));
  await pass(2 * minutes);
  const read = (): number | undefined => {
    const file = valueIn(last().state?.guests)?.["101"]?.file;
    return file?.kind === "observed" ? file.at : undefined;
  };
  const first = read();
  await pve.request("POST", "/nodes/{node}/qemu/{vmid}/config", { node: "pve2", vmid: 101, description: "new" });
  await pass(2 * minutes);
  expect(read()).toBeGreaterThan(first ?? Number.POSITIVE_INFINITY);
  expect(valueIn(last().state?.guests)?.["101"]?.file).toMatchObject({ value: { config: { description: "new" } } });
  await pve.request("POST", "/pools", { poolid: "later" });
  const before = asked.length;
  await clock.drive(watch.renew());
  expect(valueIn(last().state?.pools)).toContainEqual(expect.objectContaining({ id: "later" }));
  expect(asked.slice(before).filter(({ path }) => path === "/cluster/resources").length).toBeLessThanOrEqual(1);
});

test("of a node that is lost the last values stay, each with its age and why there is no newer one", async () => {
  const { pass, last, befall, clock } = await watchedCluster(crowdedWorld(4));
  await pass(minutes);
  befall({ kind: "node", node: "pve3" }, { kind: "loses-power" });
  await pass(30 * minutes);
  const { state, stale, ok } = last();
  expect(ok).toBe(true);
  const node = state?.nodes.pve3;
  expect(node?.presence).toMatchObject({ value: { status: "offline" } });
  expect(node?.network).toMatchObject({ kind: "observed" });
  expect(clock.now() - (node?.network.kind === "observed" ? node.network.at : 0)).toBeGreaterThan(25 * minutes);
  expect(stale.get("nodes/pve3/network")).toBe("pve3 is offline");
});
