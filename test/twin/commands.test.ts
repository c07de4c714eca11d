import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const repository = join(import.meta.dirname, "../..");
const main = join(repository, "apps/cli/src/main.mjs");
type Environment = Readonly<Record<string, string>>;
type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

const start = (args: readonly string[], env: Environment = {}): ChildProcess => {
  const { FORCE_COLOR: _forced, ...inherited } = process.env;
  return spawn(process.execPath, [main, ...args], { cwd: repository, env: { ...inherited, ...env }, stdio: "pipe" });
};

const orrery = async (args: readonly string[], env: Environment = {}): Promise<Ended> => {
  const child = start(args, env);
  let [out, err] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (err += chunk));
  const [code] = await once(child, "close");
  return { code, out, err };
};

const file = (name: string, text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-twin-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** A served twin, its line of JSON, and how it ends when it is interrupted. */
const served = async (args: readonly string[]) => {
  const child = start(["twin", "serve", "--listen", "127.0.0.1:0", "--json", ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = await once(child.stdout ?? child, "data");
  const told = JSON.parse(String(line));
  const stop = async (signal: NodeJS.Signals): Promise<unknown> => {
    const closed = once(child, "close");
    child.kill(signal);
    return (await closed)[0];
  };
  return { told, stop };
};

test("a served twin is read by `status`, struck by `fault`, turned by `clock`, and ends well on a signal", async () => {
  const { told, stop } = await served([
    "examples/tidy-lab",
    "--speed",
    "60",
    "--token",
    "root@pam!ci=s3cret-of-ci",
    "--root-password",
    "pass-of-root",
  ]);
  expect(told).toMatchObject({
    cluster: "tidy-lab",
    nodes: ["pve1", "pve2", "pve3"],
    guests: 6,
    pve: "9.2",
    speed: 60,
    password: "pass-of-root",
  });
  const asToken = {
    ORRERY_TOKEN: "root@pam!ci=s3cret-of-ci",
    ORRERY_URL: told.url,
    ORRERY_FINGERPRINT: told.fingerprint,
  };
  const control = {
    ORRERY_TWIN_URL: told.url,
    ORRERY_TWIN_CONTROL: told.control,
    ORRERY_TWIN_FINGERPRINT: told.fingerprint,
  };
  const human = await orrery(["status"], asToken);
  expect(human).toMatchObject({ code: 0, err: "" });
  expect(human.out).toMatch(
    /^tidy-lab {2}Proxmox VE 9\.2\.\d+ {2}quorate {2}3 of 3 nodes online, 5 of 5 guests running, 1 templates\n/,
  );
  expect(human.out).toMatch(/pbs +shared +pbs/);
  expect(human.out).not.toContain("s3cret");
  const added = await orrery(["twin", "fault", "add", "node", "pve2", "loses-power", "--for", "1h"], control);
  expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/^fault-1 +active .*node pve2 loses-power\n$/) });
  await orrery(["twin", "clock", "--pass", "2min"], control);
  const ca = file("ca.pem", told.certificate);
  const password = file("password", "pass-of-root\n");
  const byPassword = await orrery([
    "status",
    "--json",
    "--url",
    told.url,
    "--user",
    "root@pam",
    "--password-file",
    password,
    "--ca",
    ca,
  ]);
  const reading = JSON.parse(byPassword.out);
  expect(reading).toMatchObject({ cluster: "tidy-lab", quorate: true });
  expect(reading.nodes.map(({ state }: { state: string }) => state)).toEqual(["online", "offline", "online"]);
  expect(byPassword.out).not.toContain("pass-of-root");
  const listed = await orrery(["twin", "fault", "list", "--json"], control);
  expect(JSON.parse(listed.out)).toMatchObject([{ id: "fault-1", state: "active" }]);
  expect((await orrery(["twin", "fault", "clear"], control)).out).toBe("Ended: fault-1\n");
  expect(await orrery(["twin", "fault", "list"], { ...control, ORRERY_TWIN_CONTROL: "guess" })).toMatchObject({
    code: 1,
    err: expect.stringMatching(/Authorization: Bearer/),
  });
  expect(await orrery(["status"], { ...asToken, ORRERY_TOKEN: "root@pam!ci=guess" })).toMatchObject({
    code: 1,
    err: expect.stringMatching(/401/),
  });
  expect(await orrery(["status", "--url", told.url, "--token", "root@pam!ci=x"])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/--fingerprint/),
  });
  expect(await stop("SIGTERM")).toBe(0);
});

test("an interrupt ends a served bare node of 8.4 with 0", async () => {
  const { told, stop } = await served(["--bare", "solo", "--pve", "8.4"]);
  expect(told).toMatchObject({ nodes: ["solo"], guests: 0, pve: "8.4" });
  expect(await stop("SIGINT")).toBe(0);
});

test("a run prints what a scenario did, the same to the byte for the same seed", async () => {
  const scenario = file(
    "loss.json",
    JSON.stringify({
      events: [
        { at: "30 min", fault: "node pve2 loses-power", for: "20 min" },
        { at: "2 h", call: "POST /pools", with: { poolid: "late" } },
      ],
    }),
  );
  const args = ["twin", "run", "examples/tidy-lab", "--for", "6h", "--scenario", scenario];
  const [human, json, again] = await Promise.all([
    orrery(args),
    orrery([...args, "--json"]),
    orrery([...args, "--json"]),
  ]);
  expect(human).toMatchObject({ code: 0, err: "" });
  expect(human.out).toMatch(/\+30 min .* fault +node pve2 loses-power\n/);
  expect(human.out).toMatch(/call +POST \/pools: done/);
  const run = JSON.parse(json.out);
  const recovered = run.timeline.filter(
    ({ kind, text }: { kind: string; text: string }) => kind === "guest" && /running on pve[13]$/.test(text),
  );
  expect(recovered.map(({ text }: { text: string }) => text.split(" ")[0]).sort()).toEqual(["db1", "dns2"]);
  expect(again.out).toBe(json.out);
});

test("a scenario in TypeScript is taken, and every mistake in one is told with its place", async () => {
  const good = file("loss.ts", 'const at: string = "1h";\nexport default [{ at, fault: "guest 101 crashes" }];\n');
  expect(await orrery(["twin", "run", "examples/tidy-lab", "--for", "2h", "--scenario", good])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/guest 101 crashes/),
  });
  const bad = file(
    "bad.json",
    '[{ "at": "soon", "fault": "node pve1 hangs" }, { "at": "1h", "fault": "node pve1 hangs", "for": "x" }, { "at": 5, "call": "FETCH /" }]',
  );
  const { code, out, err } = await orrery(["twin", "run", "examples/tidy-lab", "--scenario", bad]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  for (const place of ["events[0]: `at`", "events[1]: `for`", "events[2]: `call`"]) expect(err).toContain(place);
});

test("the assumptions of the lab are listed, its unknown numbers among them", async () => {
  const { code, out } = await orrery(["twin", "assumptions", "examples/astronomy-lab", "--json"]);
  expect(code).toBe(0);
  const all = JSON.parse(out);
  expect(all).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ what: "time that a node takes to boot", subjects: expect.arrayContaining(["node05"]) }),
    ]),
  );
  expect(all).toEqual(
    expect.arrayContaining([expect.objectContaining({ kind: "read-as", subjects: ["proj-k8sw05", "proj-kasm01"] })]),
  );
});

test.each([
  [["twin", "serve", "examples/tidy-lab", "--bare", "pve1"], /A lab and --bare are two worlds/],
  [["twin", "serve", "--bare", "pve1,pve1"], /"pve1" is no name of a node, or is given twice/],
  [["twin", "serve", "--bare", "pve1", "--speed", "fast"], /--speed fast is no speed/],
  [["twin", "serve", "--bare", "pve1", "--pve", "7"], /--pve 7 is neither 8\.4 nor 9\.2/],
  [["twin", "serve", "--bare", "pve1", "--listen", "nowhere"], /Cannot listen on "nowhere"/],
  [["twin", "serve", "--bare", "pve1", "--token", "abc"], /--token takes USER@REALM!NAME=SECRET/],
  [["twin", "run", "no/such/lab"], /there is no such file or folder/],
  [["twin", "run", "--bare", "pve1", "--for", "ever"], /--for ever is no span/],
  [["twin", "fault", "list"], /control secret/],
  [["twin", "fault", "add", "node", "pve1", "explodes"], /No fault is called "explodes"/],
  [["twin", "explode"], /unknown command 'explode'/],
  [["status"], /Say which cluster/],
  [["status", "--url", "https://127.0.0.1:1"], /Say who asks/],
  [["status", "--url", "https://127.0.0.1:1", "--token", "x", "--user", "y"], /two ways in/],
])("%j is refused with 2 and a sentence", async (args, sentence) => {
  const { code, out, err } = await orrery(args, { ORRERY_TWIN_CONTROL: "" });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(sentence);
  expect(err).not.toMatch(/^\s+at /m);
});

test("help of every command names what there is, every fault among it", async () => {
  const { out } = await orrery(["twin", "fault", "add", "--help"]);
  for (const fault of [
    "loses-power",
    "hangs",
    "is-partitioned",
    "is-lost",
    "is-slow",
    "fails",
    "fills",
    "stays-locked",
    "crashes",
    "loses-disks",
    "agent-dies",
    "ignores-shutdown",
    "task-fails",
    "api-fails",
    "api-delays",
    "api-resets",
    "clock-wrong",
    "certificate-expires",
  ])
    expect(out).toMatch(new RegExp(`\\b${fault}\\b`));
  for (const args of [
    ["twin", "--help"],
    ["twin", "serve", "--help"],
    ["twin", "run", "--help"],
    ["status", "--help"],
  ])
    expect(await orrery(args)).toMatchObject({ code: 0, err: "" });
});
