import type { Port } from "@orrery/collect";
import { type Clock, PveError } from "@orrery/contract";
import { valueIn } from "@orrery/state";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crowdedWorld } from "../monitor/watched-world.ts";
import { watchedCluster } from "./watched-cluster.ts";

const minutes = 60_000;

/** A cluster between which and the watch something stands, while it is told to. */
const between = (answer: (data: unknown, path: string) => unknown) => {
  const door = { isOpen: true };
  const through = (pve: Port): Port => ({
    version: pve.version,
    request: async (method, path, ...more) => {
      const given = await pve.request(method, path, ...more);
      return door.isOpen ? given : { ...given, data: answer(given.data, path) };
    },
  });
  return { door, through };
};

test("answers that make no sense are said, what was seen before stays with its age, and sense is seen at once", async () => {
  const { door, through } = between((data) => (Array.isArray(data) ? [{ type: "qemu" }, 7] : "<html>"));
  const { pass, last, clock, complaints } = await watchedCluster(crowdedWorld(4), { through });
  await pass(minutes);
  const before = last().state;
  door.isOpen = false;
  await pass(15_000);
  expect(last()).toMatchObject({ ok: false, trouble: "the answer is a list of something else than objects" });
  await pass(10 * minutes);
  const { state, stale, samples } = last();
  expect(Object.keys(valueIn(state?.guests) ?? {})).toEqual(Object.keys(valueIn(before?.guests) ?? {}));
  expect(clock.now() - (state?.guests.kind === "observed" ? state.guests.at : 0)).toBeGreaterThan(9 * minutes);
  expect(stale.get("guests")).toBe("the answer is a list of something else than objects");
  expect(stale.get("nodes/pve1/status")).toBe("the answer is no object");
  expect(samples).toEqual([{ metric: "up", labels: { job: "orrery" }, value: 0 }]);
  door.isOpen = true;
  await pass(3 * minutes);
  expect(last()).toMatchObject({ ok: true });
  expect(complaints).toEqual([]);
});

test("rows without what every row has are said, and the list before them stays", async () => {
  const { door, through } = between((data, path) => (path === "/cluster/resources" ? [{ type: "qemu" }] : data));
  const { pass, last } = await watchedCluster(crowdedWorld(4), { through });
  await pass(minutes);
  door.isOpen = false;
  await pass(minutes);
  expect(Object.keys(valueIn(last().state?.guests) ?? {})).toHaveLength(4);
  expect(last().stale.get("guests")).toBe("an object in the answer has no vmid");
});

test("whatever is answered, looks come, and nothing is seen that was not there", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 12 }), async (answers) => {
      let turn = 0;
      const { door, through } = between(() => answers[turn++ % answers.length]);
      const { pass, looks, last } = await watchedCluster(crowdedWorld(2, 2), { through });
      await pass(20_000);
      door.isOpen = false;
      const count = looks.length;
      await pass(minutes);
      expect(looks.length).toBeGreaterThanOrEqual(count + 5);
      for (const vmid of Object.keys(valueIn(last().state?.guests) ?? {})) expect(["100", "101"]).toContain(vmid);
      door.isOpen = true;
      await pass(5 * minutes);
      expect(last().ok).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test("a node that hangs holds up no look, and all others are seen as ever", async () => {
  const { pass, last, looks, befall } = await watchedCluster(crowdedWorld(10));
  await pass(2 * minutes);
  const count = looks.length;
  const end = befall({ kind: "node", node: "pve2" }, { kind: "hangs" });
  await pass(10 * minutes);
  expect(looks.length - count).toBeGreaterThanOrEqual(55);
  const { at, seen, stale } = last();
  for (const node of ["pve1", "pve3", "pve4", "pve5"]) {
    const status = seen.nodes[node]?.status;
    expect(status?.kind).toBe("fresh");
    expect(at - (status?.kind === "fresh" ? status.at : 0)).toBeLessThan(2 * minutes);
  }
  expect(seen.nodes.pve2?.status.kind).not.toBe("fresh");
  expect(stale.has("nodes/pve2/status")).toBe(true);
  end();
  await pass(10 * minutes);
  expect(last().seen.nodes.pve2?.status.kind).toBe("fresh");
});

test("a certificate that is not the one that was is refused, said, and looked at again until it is right", async () => {
  let isRight = true;
  const refuse = (path: string): void => {
    if (isRight) return;
    const reason = "the certificate is not the one that was given";
    throw new PveError({ kind: "untrusted", status: 0, reason, method: "GET", path });
  };
  let connections = 0;
  const { pass, last, asked, clock } = await watchedCluster(crowdedWorld(3), {
    through: (pve) => ({
      version: pve.version,
      request: async (method, path, ...more) => {
        refuse(path);
        return pve.request(method, path, ...more);
      },
    }),
    connecting: () => {
      connections += 1;
      refuse("/version");
    },
  });
  await pass(minutes);
  expect(connections).toBe(1);
  isRight = false;
  const from = clock.now();
  await pass(10 * minutes);
  expect(last()).toMatchObject({ ok: false, trouble: "the certificate is not the one that was given" });
  expect(last().state).toBeDefined();
  expect(connections).toBeGreaterThan(3);
  // Nobody knocks at a door that is not believed more often than every few seconds.
  expect(asked.filter(({ at }) => at > from).length).toBeLessThan(10);
  isRight = true;
  await pass(3 * minutes);
  expect(last().ok).toBe(true);
});

test.each([
  ["ahead", 3_600_000],
  ["back", -3_600_000],
  ["a year ahead", 365 * 86_400_000],
])("a clock that jumps %s is said once, and takes away neither a look nor an answer", async (_, by) => {
  let off = 0;
  const skewed = (clock: Clock): Clock => ({
    now: () => clock.now() + off,
    monotonic: () => clock.monotonic(),
    sleep: (milliseconds, abort) => clock.sleep(milliseconds, abort),
  });
  const { pass, looks, asked, last } = await watchedCluster(crowdedWorld(5), { seenBy: skewed });
  await pass(3 * minutes);
  const usual = asked.length;
  await pass(minutes);
  const aMinute = asked.length - usual;
  off = by;
  const [count, before] = [looks.length, asked.length];
  await pass(minutes);
  const after = looks.slice(count);
  expect(after.length).toBeGreaterThanOrEqual(5);
  expect(after.filter(({ jumped }) => jumped !== undefined).map(({ jumped }) => jumped)).toEqual([by]);
  expect(after.filter(({ ok }) => !ok)).toEqual([]);
  expect(Math.abs(asked.length - before - aMinute)).toBeLessThan(25);
  const kinds = Object.values(last().seen.nodes).flatMap((node) => Object.values(node).map(({ kind }) => kind));
  expect(kinds.filter((kind) => kind !== "fresh" && kind !== "unasked")).toEqual([]);
});
