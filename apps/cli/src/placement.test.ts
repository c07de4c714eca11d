import { expect, test } from "vitest";
import { orrery } from "./orrery-process.ts";

const twin = ["--twin", "examples/astronomy-lab"];

test("placement spreads unless told otherwise: moves in order with their reasons, what they cost, and what is proven", async () => {
  const { code, out } = await orrery(["placement", ...twin, "--absorbs", "none"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^Spread load {2}\d+ guests on 5 nodes, as observed at /);
  expect(out).toMatch(/\n {2}node01 {2}memory +\d+\.\d -> +\d+\.\d %/);
  expect(out).toMatch(/\nCost: \d+ moves? in \d+ steps?, .* copied, .* on the links/);
  expect(out).toMatch(/no end is charged less than \d+\.\d+, so at most \d+\.\d+ are\s+left to gain\./);
  expect(out).toMatch(/\nStep 1\n {2}→ \S+ \(\d+\) leaves node04 /);
});

test("spreading that would cost the loss of a node its place is not worth doing where the lab promises that place", async () => {
  const { code, out } = await orrery(["placement", "spread", ...twin]);
  expect(code).toBe(0);
  expect(out).toMatch(
    /✔ Nothing is done: the loss of node01 .*, absorbed before, would not surely be absorbed any\s+more\./,
  );
});

test("placement drain --json has the moves as data, each with what it waits for and why", async () => {
  const { code, out } = await orrery(["placement", "drain", "node03", ...twin, "--json", "--budget", "1s"]);
  expect(code).toBe(0);
  const { kind, purpose, moves, cost, score } = JSON.parse(out);
  expect({ kind, purpose }).toEqual({ kind: "moves", purpose: { kind: "drain", hosts: ["node03"] } });
  expect(cost.moves).toBe(moves.length);
  expect(score.bound).toBeLessThanOrEqual(score.after);
  for (const move of moves)
    expect(move).toMatchObject({
      vmid: expect.any(Number),
      from: "node03",
      because: expect.stringContaining("drained"),
    });
  expect(moves[1].after).toEqual([moves[0].id]);
});

test("a node that cannot be emptied ends with 3 and says why", async () => {
  const { code, out } = await orrery(["placement", "drain", "node04", ...twin]);
  expect(code).toBe(3);
  expect(out).toMatch(/✖ [\s\S]* need\s+\d+\s+GiB\s+of\s+memory;\s+free\s+there/);
});

test("the loss of a node is absorbed, or shown not to be", async () => {
  const fits = await orrery(["placement", "absorb", "node03", ...twin]);
  expect(fits.code).toBe(0);
  expect(fits.out).toMatch(/✔ All that runs on node03 has somewhere to go\.\n {2}→ \S+ \(\d+\) restarts on /);
  const not = await orrery(["placement", "absorb", "node04", ...twin, "--json"]);
  expect(not.code).toBe(3);
  expect(JSON.parse(not.out)).toMatchObject({ kind: "impossible", lost: "node04" });
});

test("names that are none are refused with the nearest", async () => {
  const drain = await orrery(["placement", "drain", "nod03", ...twin]);
  expect(drain).toMatchObject({ code: 2, err: 'The cluster has no node "nod03". Did you mean node03?\n' });
  const place = await orrery(["placement", "place", "nosuch", ...twin]);
  expect(place).toMatchObject({
    code: 2,
    err: "Cannot place nosuch: there is no such guest, in the cluster or declared.\n",
  });
});

test("placement without a cluster says how to name one", async () => {
  const { code, err } = await orrery(["placement", "drain", "pve1", "--token", "root@pam!ci=s3cret"], {
    env: { ORRERY_URL: "" },
  });
  expect(code).toBe(2);
  expect(err).toContain("Say which cluster");
});
