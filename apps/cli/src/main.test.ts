import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { folderWith, labWith, main, orrery, repository } from "./orrery-process.ts";

const example = "examples/astronomy-lab";
const at = ["--at", "2025-04-22"];

test("findings end with 3, and stand under their chapter with place, reason and remedy", async () => {
  const { code, out, err } = await orrery(["check", example, ...at]);
  expect({ code, err }).toEqual({ code: 3, err: "" });
  expect(out).toMatch(/^Proxmox VE Infrastructure {2}examples\/astronomy-lab\/orrery\.config\.ts as of 2025-04-22\n/);
  expect(out).toMatch(/\nGuests ─+ \d+ errors/);
  expect(out).toMatch(
    /✖ error {2}\S.*\n(.*\n)*? {2}→ .*\n(.*\n)*? {2}examples\/astronomy-lab\/\S+\.ts:\d+ {2}\w+\/[\w-]+\n/,
  );
  expect(out).toMatch(/\n\d+ errors.*; \d+ rules checked\.\nNext: `orrery explain \w+\/[\w-]+`/);
  expect(out).not.toContain("\u001b");
});

test("an older Node is told which one is needed, without a stack trace", async () => {
  const older = 'Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})';
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(older)}`;
  const { code, out, err } = await orrery(["--version"], { env: { NODE_OPTIONS } });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^Orrery needs Node 24 or newer, and this is Node 20\.20\.2\. Run it as .*\n$/);
});

test("the same declaration and day give the same bytes", async () => {
  const [first, second] = await Promise.all([
    orrery(["check", example, "--json", ...at]),
    orrery(["check", example, "--json", ...at]),
  ]);
  expect(first.out).toBe(second.out);
});

test("--json prints objectives and findings, and nothing beside, also where the declaration talks", async () => {
  const folder = labWith('  ...(console.log("hello from the lab"), {}),');
  const { code, out, err } = await orrery(["check", folder, "--json", ...at]);
  expect(code).toBe(3);
  expect(err).toContain("hello from the lab");
  const result = JSON.parse(out);
  expect(Object.keys(result)).toEqual(["declaration", "at", "counts", "objectives", "findings"]);
  expect(result.at).toBe("2025-04-22T00:00:00.000Z");
  expect(result.findings[0]).toMatchObject({ severity: "error", claim: { place: { line: expect.any(Number) } } });
});

test("the folder that it runs in is the declaration where none is named", async () => {
  const { code, out } = await orrery(["check", ...at], { cwd: `${repository}/${example}` });
  expect(code).toBe(3);
  expect(out).toMatch(/\n {2}guests\.ts:\d+ /);
});

test("--rule takes rules and families, and only what they find counts", async () => {
  const one = await orrery(["check", example, "--json", "--rule", "addresses/duplicate", "--rule", "waivers", ...at]);
  const rules = new Set(JSON.parse(one.out).findings.map((finding: { rule: string }) => finding.rule));
  expect([...rules]).toEqual(["addresses/duplicate"]);
  const none = await orrery(["check", example, "--rule", "waivers", ...at]);
  expect(none.code).toBe(0);
  expect(none.out).toContain("✔ Nothing found. 1 rule checked.");
});

test("--severity leaves milder findings out", async () => {
  const { code, out } = await orrery(["check", example, "--json", "--severity", "error", ...at]);
  const severities = new Set(JSON.parse(out).findings.map((finding: { severity: string }) => finding.severity));
  expect({ code, severities: [...severities] }).toEqual({ code: 3, severities: ["error"] });
});

test("notes alone end with 0", async () => {
  const { code, out } = await orrery(["check", example, "--rule", "availability/drain-undeclared", ...at]);
  expect(code).toBe(0);
  expect(out).toContain("● note, unproven");
});

test("a waived finding counts for nothing and is told at the end; a waiver that has expired is a finding", async () => {
  const waiver = (expires: string) =>
    `  waivers: [{ rule: "addresses/duplicate", owner: "VintageDon", reason: "renumbering is planned", expires: "${expires}" }],`;
  const folder = labWith(waiver("2025-06-30"));
  const asked = ["--rule", "addresses/duplicate", "--rule", "waivers"];
  const inForce = await orrery(["check", folder, ...asked, ...at]);
  expect(inForce.code).toBe(0);
  expect(inForce.out).toMatch(
    /\nWaived ─+ 1, counted for nothing\n[\s\S]*VintageDon took it until 2025-06-30: renumbering is planned/,
  );
  const expired = await orrery(["check", folder, ...asked, "--at", "2025-07-01"]);
  expect(expired.code).toBe(3);
  expect(expired.out).toContain("waivers/expired");
});

test("a waiver of a rule that is none is refused with its place", async () => {
  const folder = labWith(
    '  waivers: [\n    { rule: "addresses/duplicates", owner: "a", reason: "b", expires: "2025-06-30" },\n  ],',
  );
  const { code, out, err } = await orrery(["check", "."], { cwd: folder });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(
    /^orrery\.config\.ts:5: a waiver names "addresses\/duplicates", and there is no such rule\. Did you mean addresses\/duplicate\?/,
  );
});

test.each([
  [
    ["check", example, "--rule", "adresses"],
    /You named "adresses", and there is no such rule\. Did you mean addresses\?/,
  ],
  [["check", example, "--at", "tomorrow"], /--at tomorrow is no date\. Write a day such as 2026-04-22/],
  [["check", example, "--at", "2025-02-30"], /--at 2025-02-30 is no date/],
  [["check", example, "--severity", "warn"], /--severity warn is none of error, warning, note\./],
  [["check", example, "--json", "--sarif"], /two forms of one result/],
  [["check", example, "--jsno"], /unknown option '--jsno'\n\(Did you mean --json\?\)/],
  [["check", example, "more"], /too many arguments/],
  [["check", example, "--at"], /argument missing/],
  [["chekc"], /unknown command 'chekc'\n\(Did you mean check\?\)/],
  [["check", "no/such/folder"], /Cannot read no\/such\/folder: there is no such file or folder/],
  [["explain", "addresses/duplicat"], /Did you mean addresses\/duplicate\?/],
  [["completion", "zs"], /only for bash, zsh, fish\. Did you mean zsh\?/],
])("%j is refused with 2 and a sentence", async (args, sentence) => {
  const { code, out, err } = await orrery(args);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(sentence);
  expect(err).not.toMatch(/^\s+at /m);
});

test("a declaration that cannot be loaded is refused with every problem and its place", async () => {
  const folder = folderWith({ "orrery.config.ts": "export default {\n  service: 5,\n};\n" });
  const { code, out, err } = await orrery(["check"], { cwd: folder });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^orrery\.config\.ts:2:3\n {2}✖ service: .+/);
  expect(err).toMatch(/The declaration cannot be loaded: \d+ problems\.\n$/);
  expect(err).not.toMatch(/^\s+at /m);
  const json = await orrery(["check", "--json"], { cwd: folder });
  expect(json.code).toBe(2);
  expect(JSON.parse(json.out).problems[0]).toMatchObject({ place: { file: "orrery.config.ts", line: 2, column: 3 } });
});

test("a declaration that ends the process or rejects on its own ends neither well nor with a stack trace", async () => {
  for (const text of [
    "process.exit(0);",
    'Promise.reject(new Error("stray")); await new Promise((go) => setTimeout(go, 50)); export default {};',
  ]) {
    const folder = folderWith({ "orrery.config.ts": text });
    const { code, out, err } = await orrery(["check"], { cwd: folder });
    expect({ text, fails: code === 1 || code === 2, out }).toEqual({ text, fails: true, out: "" });
    expect(err).toMatch(/\S/);
    expect(err).not.toMatch(/^\s+at /m);
  }
});

test("ORRERY_DEBUG=1 shows where an error came from", async () => {
  const { err } = await orrery(["check", example, "--at", "x"], { env: { ORRERY_DEBUG: "1" } });
  expect(err).toMatch(/\n\s+at .*check\.ts/);
});

test("colour is asked for by FORCE_COLOR and forbidden by NO_COLOR", async () => {
  const forced = await orrery(["explain", "waivers/expired"], { env: { FORCE_COLOR: "1" } });
  const forbidden = await orrery(["explain", "waivers/expired"], { env: { NO_COLOR: "1" } });
  expect(forced.out).toContain("\u001b[1m");
  expect(forbidden.out).not.toContain("\u001b");
});

test("explain lists every rule by family, tells one in full, and prints JSON", async () => {
  const list = await orrery(["explain"]);
  expect(list.out).toMatch(/\nwaivers\n {2}expired +warning {2}No waiver has expired\n/);
  const family = await orrery(["explain", "waivers"]);
  expect(family.out).toMatch(/^waivers\n/);
  const one = await orrery(["explain", "waivers/expired"]);
  expect(one.out).toMatch(
    /^waivers\/expired {2}warning.*\nNo waiver has expired\n\nWhy it matters\n[\s\S]*How it is shown[\s\S]*What mends it/,
  );
  const json = JSON.parse((await orrery(["explain", "waivers/expired", "--json"])).out);
  expect(json).toMatchObject({ id: "waivers/expired", severity: "warning" });
});

test("help and version end with 0; no command at all is wrong usage", async () => {
  const version = await orrery(["--version"]);
  expect(version).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  const help = await orrery(["--help"]);
  expect(help).toMatchObject({ code: 0, out: expect.stringContaining("3  findings") });
  for (const command of ["check", "explain", "completion"]) {
    const own = await orrery([command, "--help"]);
    expect(own).toMatchObject({ code: 0, out: expect.stringContaining("Examples:") });
  }
  expect((await orrery([])).code).toBe(2);
});

test("a reader that goes away is no failure and leaves no message", async () => {
  const child = spawn(process.execPath, [main, "check", example, "--json"], { cwd: repository, stdio: "pipe" });
  let err = "";
  child.stderr.on("data", (chunk) => (err += chunk));
  child.stdout.destroy();
  const [code] = await once(child, "close");
  expect({ code, err }).toEqual({ code: 3, err: "" });
});

test("an interrupt ends it quietly", async () => {
  const folder = folderWith({
    "orrery.config.ts": 'console.error("ready"); await new Promise((go) => setTimeout(go, 9_000)); export default {};',
  });
  const child = spawn(process.execPath, [main, "check"], { cwd: folder, stdio: "pipe" });
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += chunk;
    child.kill("SIGINT");
  });
  const [code] = await once(child, "close");
  expect({ code, err }).toEqual({ code: 130, err: "ready\n" });
});
