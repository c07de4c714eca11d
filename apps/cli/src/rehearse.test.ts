import { join } from "node:path";
import { startTwin } from "@orrery/twin-server";
import { expect, onTestFinished, test } from "vitest";
import { folderWith, orrery, repository } from "./orrery-process.ts";

const tidy = ["--twin", "examples/tidy-lab"];

test("rehearse draws when what happens, and tells loads, quorum and the end", async () => {
  const { code, out } = await orrery(["rehearse", "drain", "pve1", ...tidy]);
  expect(code).toBe(0);
  expect(out).toMatch(/^drain pve1 on the twin of tidy-lab {2}2026-11-22 08:00 to 2026-11-22 \d\d:\d\d UTC, seed 1\n/);
  expect(out).toMatch(/drain pve1 +─+ /);
  expect(out).toMatch(/mon1 \(105\) to pve3 +█+ +\d+ s one stream, 700 MB\/s/);
  expect(out).toMatch(/dns1 \(101\) back to pve1 +█+/);
  expect(out).toMatch(/Highest load\n {2}pve1 {2}CPU +\d+ %/);
  expect(out).toMatch(/Quorum {2}fewest votes 3, 2 needed: 1 to spare/);
  expect(out).toMatch(/✔ Done after \d+ (s|min), \d+ requests\./);
});

test("rehearse --fail recovers what failed, and holds it to the objectives", async () => {
  const { code, out } = await orrery([
    "rehearse",
    "--fail",
    "node01@2026-12-06T01:00",
    "--twin",
    "examples/astronomy-lab",
  ]);
  expect(code).toBe(0);
  expect(out).toMatch(/node node01 loses-power +╳+/);
  expect(out).toMatch(/dc01 is down +░+ +\d+ min down, back on node03/);
  expect(out).toMatch(/✔ Host Node Failure, RTO: \d+ min of 60 min/);
});

test("rehearse --json is the same to the byte for the same seed, and ends with 3 where an objective is missed", async () => {
  const args = ["rehearse", "--fail", "node04", "--twin", "examples/astronomy-lab", "--json"];
  const [one, again] = await Promise.all([orrery(args), orrery(args)]);
  expect(one.out).toBe(again.out);
  expect(one.code).toBe(3);
  expect(JSON.parse(one.out)).toMatchObject({
    kind: "rehearsal",
    outcome: { kind: "done" },
    objectives: [{ measure: "RTO", verdict: "missed" }, { measure: "RPO" }],
  });
});

test("rehearse --monte-carlo gives P50, P95 and most, with progress beside them", async () => {
  const { code, out, err } = await orrery(["rehearse", "--scenario", "node", "--monte-carlo", "4", ...tidy]);
  expect(code).toBe(0);
  expect(out).toMatch(/objective +P50 +P95 +most/);
  expect(out).toMatch(/✔ A node is lost {2}RTO +2\.0 h +\d+ min/);
  expect(err).toContain("4 of 4 runs");
});

test("what cannot be rehearsed is refused, with what can be", async () => {
  const told = await Promise.all([
    orrery(["rehearse", "dance", ...tidy]),
    orrery(["rehearse", "drain", "pve9", ...tidy]),
    orrery(["rehearse", "--fail", "pve9", ...tidy]),
    orrery(["rehearse", "--fail", "pve1@noon", ...tidy]),
    orrery(["rehearse", "--scenario", "site", ...tidy]),
    orrery(["rehearse", "recover", ...tidy]),
  ]);
  expect(told.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2]);
  const [dance, drain, fail, noon, site, recover] = told.map(({ err }) => err);
  expect(dance).toMatch(/"dance" cannot be rehearsed\. There is:\n {2}drain/);
  expect(drain).toContain('There is no node "pve9" to drain. There are: pve1, pve2, pve3.');
  expect(fail).toContain('nothing is called "pve9"');
  expect(noon).toContain('"noon" is no moment');
  expect(site).toMatch(/takes the whole site/);
  expect(recover).toContain("Say what fails");
});

test("a cluster that answers is rehearsed on a twin of it, and left as it is", async () => {
  const twin = await startTwin({
    lab: `${repository}/examples/tidy-lab`,
    tokens: { "root@pam!ci": "s3cret" },
  });
  onTestFinished(() => twin.stop());
  const env = { ORRERY_URL: twin.url, ORRERY_TOKEN: "root@pam!ci=s3cret", ORRERY_FINGERPRINT: twin.fingerprint };
  await twin.clock.sleep(0);
  const { code, out, err } = await orrery(["rehearse", "drain", "pve2", "--stay"], { env });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/db1 \(103\) to pve[13] +█+/);
  expect(twin.world.guests[103]?.node).toBe("pve2");
});

test("a plan is rehearsed on the twin of the cluster that it is for", async () => {
  const folder = folderWith({});
  const twin = await startTwin({ lab: `${repository}/examples/tidy-lab`, tokens: { "root@pam!ci": "s3cret" } });
  onTestFinished(() => twin.stop());
  const guest = twin.world.guests[104];
  if (guest === undefined) throw new Error("The lab has no guest 104.");
  guest.config.cores = 1;
  twin.changed();
  const env = { ORRERY_TOKEN: "root@pam!ci=s3cret", ORRERY_FINGERPRINT: twin.fingerprint, ORRERY_URL: twin.url };
  const file = join(folder, "p.json");
  const planned = await orrery(["plan", "examples/tidy-lab", "--out", file], { env });
  expect(planned).toMatchObject({ code: 0, err: "" });
  const { code, out } = await orrery(["rehearse", file, "--url", twin.url], { env });
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/✔ Done after/) });
  expect(out).toMatch(/app1.* +█/);
  expect(twin.world.guests[104]?.config.cores).toBe(1);
});
