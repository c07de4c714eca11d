import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { worldOf } from "@orrery/twin-lab";
import { startTwin } from "@orrery/twin-server";
import { advanceTo, fault, type World } from "@orrery/twin-world";
import { expect, onTestFinished, test } from "vitest";
import { labWith } from "./applied.ts";

const repository = join(import.meta.dirname, "../..");
const main = join(repository, "apps/cli/src/main.mjs");

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

/** A folder for the length of one test, and a lab with pools in it, and with what else is said of it. */
const aFolder = (pools: Readonly<Record<string, { purpose?: string }>>, more = ""): string => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-apply-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const lab = `${repository}/examples/tidy-lab/orrery.config.ts`;
  const text = `import lab from ${JSON.stringify(lab)};\nexport default { ...lab, pools: { items: ${JSON.stringify(pools)} }${more} };\n`;
  writeFileSync(join(folder, "orrery.config.ts"), text);
  return folder;
};

/** The twin of the tidy lab without pools behind HTTPS, and the command that talks to it. */
const served = async (folder: string, change: (world: World) => void = () => undefined) => {
  const world = worldOf(labWith({}), { now: Date.now() });
  change(world);
  const twin = await startTwin({
    world,
    tokens: { "root@pam!ci": "s3cret-of-ci" },
  });
  onTestFinished(() => twin.stop());
  const { FORCE_COLOR: _forced, ...inherited } = process.env;
  const env = {
    ...inherited,
    ORRERY_URL: twin.url,
    ORRERY_FINGERPRINT: twin.fingerprint,
    ORRERY_TOKEN: "root@pam!ci=s3cret-of-ci",
    XDG_STATE_HOME: join(folder, "state"),
    XDG_CACHE_HOME: join(repository, "node_modules/.cache"),
  };
  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const orrery = async (...args: readonly string[]): Promise<Ended> => {
    const child = start(args);
    let [out, err] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (err += chunk));
    const [code] = await once(child, "close");
    return { code, out, err };
  };
  return { twin, start, orrery };
};

test("a plan is made, written, applied, found done, and empty after that", async () => {
  const folder = aFolder({ lab: { purpose: "all of it" }, "lab/web": {} });
  const { orrery, twin } = await served(folder);
  const made = await orrery("plan", "--out", "p.json", "--detailed");
  expect(made).toMatchObject({ code: 3, err: "" });
  expect(made.out).toMatch(/\n {2}\+ pool lab {2}is not there\n {4}▸ Create the pool lab\n {6}because it is declared/);
  expect(made.out).toMatch(/\n2 actions: 2 without risk\.\nNext: `orrery apply p\.json`\n$/);
  expect(await orrery("apply", "p.json")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^Nobody is there to be asked/),
  });
  const applied = await orrery("apply", "p.json", "--yes");
  expect(applied).toMatchObject({ code: 0, out: "✔ Create the pool lab\n✔ Create the pool lab/web\n\n2 done.\n" });
  expect(Object.keys(twin.world.pools)).toEqual(["lab", "lab/web"]);
  expect((await orrery("apply", "p.json", "--yes")).out).toMatch(
    /All of it was done already \(2 already so\): there is nothing left to do\.\n$/,
  );
  const again = await orrery("plan", "--detailed");
  expect(again.code).toBe(0);
  expect(again.out).toMatch(/✔ (The cluster|What could be compared) is as declared\./);
});

test("a plan whose base has moved is refused with 3, and nothing is changed", async () => {
  const folder = aFolder({ lab: { purpose: "all of it" } });
  const { orrery, twin } = await served(folder);
  await orrery("plan", "--out", "p.json");
  twin.world.pools.lab = { comment: "by hand", vmids: [], storages: [] };
  twin.changed();
  const refused = await orrery("apply", "p.json", "--yes");
  expect(refused).toMatchObject({
    code: 3,
    out: "✖ pool lab has moved: it is there now.\n  → Plan again.\n\nNothing was changed.\n",
  });
  expect(twin.world.pools.lab.comment).toBe("by hand");
});

test("killed in the middle, --resume goes on, and nothing was done twice", async () => {
  const pools = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`p${index}`, {}]));
  const folder = aFolder(pools);
  const { orrery, start, twin } = await served(folder);
  twin.fault("path /pools api-delays ms=150");
  const child = start(["apply", ".", "--yes", "--json"]);
  child.stdout?.setEncoding("utf8");
  for await (const chunk of child.stdout ?? []) if (String(chunk).includes('"kind":"ended"')) break;
  child.kill("SIGKILL");
  await once(child, "close");
  const before = Object.keys(twin.world.pools).length;
  expect(before).toBeLessThan(12);
  const fresh = await orrery("apply", "--resume", "--yes", "--json");
  expect(fresh.code).toBe(0);
  const events = fresh.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events[0]).toMatchObject({ kind: "began", actions: 12, resumed: true });
  expect(events.at(-1)).toMatchObject({ kind: "finished", tally: { failed: 0, unclear: 0, left: 0 } });
  expect(Object.keys(twin.world.pools)).toHaveLength(12);
  const runs = join(folder, "state/orrery/runs");
  const journal = readdirSync(runs).find((name) => name.endsWith(".jsonl"));
  expect(
    readFileSync(join(runs, journal ?? ""), "utf8")
      .trim()
      .split("\n")
      .at(-1),
  ).toContain('"finished"');
  expect(await orrery("apply", "--resume", "--yes")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/nothing to resume/),
  });
});

test("a plan that breaks an objective says so, and --yes alone does not do it", async () => {
  const disabled =
    ", backup: { ...lab.backup, policies: lab.backup.policies.map((policy) => ({ ...policy, enabled: false })) }";
  const folder = aFolder({}, disabled);
  const { orrery, twin } = await served(folder);
  const made = await orrery("plan", "--out", "p.json");
  expect(made.out).toMatch(
    /\nIt would break what holds now\n {2}✖ objective guest\/rpo: A guest is lost: RPO 28 h: no policy covers it\n/,
  );
  const refused = await orrery("apply", "p.json", "--yes");
  expect(refused).toMatchObject({ code: 3, out: "" });
  expect(refused.err).toMatch(
    /^It would break what holds now\n[\s\S]*\nNothing was changed: --yes does not answer for/,
  );
  const job = () => twin.world.jobs.backup.nightly?.options.enabled;
  expect(job()).toBe(1);
  expect((await orrery("apply", "p.json", "--yes", "--breaking")).code).toBe(0);
  expect(job()).toBe(0);
});

test("a twin in the place of a cluster lets a change be tried", async () => {
  const folder = aFolder({ lab: {} });
  const { orrery } = await served(folder);
  const tried = await orrery("apply", "--twin", join(repository, "examples/tidy-lab"), "--yes");
  expect(tried).toMatchObject({ code: 0, out: expect.stringMatching(/✔ Create the pool lab\n/) });
});

test("what is no plan is said in a sentence", async () => {
  const folder = aFolder({});
  const { orrery } = await served(folder);
  writeFileSync(join(folder, "p.json"), '{"kind":"plan","format":7}');
  expect(await orrery("apply", "p.json", "--yes")).toEqual({
    code: 2,
    out: "",
    err: "p.json is no plan that can be applied: format: this Orrery reads plans of format 1.\n",
  });
  expect(await orrery("plan", "--target", "planet/mars")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^--target planet\/mars names no kind of object\./),
  });
});

test("a target that nothing bears is refused with the nearest, and so is another cluster's declaration", async () => {
  const folder = aFolder({ lab: {} });
  const { orrery } = await served(folder);
  expect(await orrery("plan", "--target", "guest/dns3")).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /^--target guest\/dns3: nothing of that name is declared or there\. Did you mean guest\/dns\d\?/,
    ),
  });
  const other = aFolder({}, `, cluster: { ...lab.cluster, name: "other" }`);
  expect(await orrery("plan", other)).toMatchObject({
    code: 3,
    err: expect.stringMatching(/^The declaration is of the cluster "other", and the one that answers is "tidy-lab"\./),
  });
});

test("a plan says that the cluster has no quorum", async () => {
  const { orrery } = await served(aFolder({ lab: {} }), (world) => {
    for (const node of ["pve2", "pve3"])
      fault(world, { subject: { kind: "node", node }, what: { kind: "loses-power" } });
    advanceTo(world, world.now + 10_000);
  });
  const { out } = await orrery("plan");
  expect(out.replaceAll(/\s+/g, " ")).toContain("The cluster has no quorum: nothing in it can be changed");
});

test("who is not let in is told as whom it was tried, and what to check", async () => {
  const folder = aFolder({});
  const { orrery } = await served(folder);
  const token = await orrery("status", "--token", "root@pam!ci=wrong");
  expect(token).toMatchObject({
    code: 1,
    err: expect.stringMatching(/\(401\)\nThe token root@pam!ci was not let in\. .*ORRERY_TOKEN.*token list root@pam/),
  });
  expect(token.err).not.toContain("wrong");
  writeFileSync(join(folder, "password"), "wrong\n");
  const user = await orrery("plan", "--user", "ann@pve", "--password-file", "password");
  expect(user).toMatchObject({ code: 1, err: expect.stringContaining("The user ann@pve was not let in.") });
});
