import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, orrery, repository } from "./orrery-process.ts";

const tidy = `${repository}/examples/tidy-lab/orrery.config.ts`;

/** The tidy lab with its backups half a day away from now, so that none is under way; and what else is said of it. */
const aLab = (more = ""): string => {
  const at = `${String((new Date().getUTCHours() + 12) % 24).padStart(2, "0")}:00`;
  const schedule = JSON.stringify({ every: "day", at, zone: "UTC" });
  const config = `import lab from ${JSON.stringify(tidy)};
const policies = lab.backup.policies.map((policy) => ({ ...policy, schedule: ${schedule} }));
export default { ...lab, backup: { ...lab.backup, policies }${more} };
`;
  return folderWith({ "orrery.config.ts": config });
};

/** A folder for plans, and for what is recorded of applying them. */
const aFolder = (): { file: string; env: Readonly<Record<string, string>> } => {
  const folder = folderWith({});
  return { file: join(folder, "p.json"), env: { XDG_STATE_HOME: join(folder, "state") } };
};

test("a drain is planned, rehearsed, and applied from its file once it came to its end on the twin", async () => {
  const [lab, { file, env }] = [aLab(), aFolder()];
  const made = await orrery(["plan", lab, "--twin", lab, "--drain", "pve1", "--rehearse", "--out", file]);
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toMatch(/\n {2}→ guest 105 \(mon1\) {2}goes to another node\n {6}node {2}pve1 → pve3\n/);
  expect(made.out).toMatch(/\n {6}because mon1 \(105\) leaves pve1 [\s\S]*: its host is drained\.\n/);
  expect(made.out).not.toContain("It would break");
  expect(made.out).toMatch(/\nthe plan on the twin of tidy-lab {2}/);
  expect(made.out).toMatch(
    /\nMigrate mon1 \(105\) from pve1 to… █+ +\d+ (?:s|min)\nqmigrate mon1 .* one stream, 700 MB\/s\n/,
  );
  expect(made.out).toMatch(/\nHighest load\n {2}pve1 .*\n {2}pve2 .*\n {2}pve3 /);
  expect(made.out).toMatch(/\nQuorum {2}fewest votes 3, 2 needed: 1 to spare/);
  expect(made.out).toMatch(
    /\n✔ Done after \d+ (?:s|min), \d+ requests\.\n[\s\S]*\nObjectives after it {2}15 of 15 met\n$/,
  );
  const applied = await orrery(["apply", file, "--twin", lab, "--rehearse", "--yes"], { env });
  expect(applied).toMatchObject({ code: 0, err: "" });
  expect(applied.out).toMatch(
    /\n✔ Done after \d+ (?:s|min), [\s\S]*\n✔ Migrate dns1 \(101\) from pve1 to pve2\n\n2 done\.\n$/,
  );
});

test("what does not come to its end on the twin is not done", async () => {
  const [lab, { file, env }] = [aLab(), aFolder()];
  await orrery(["plan", lab, "--twin", lab, "--drain", "pve1", "--out", file]);
  const text = readFileSync(file, "utf8").replaceAll('"target": "pve3"', '"target": "pve9"');
  writeFileSync(file, text);
  const applied = await orrery(["apply", file, "--twin", lab, "--rehearse", "--yes"], { env });
  expect(applied).toMatchObject({ code: 3, err: "" });
  expect(applied.out).toMatch(/\n✖ Stopped after .*: 1 actions failed, 0 ended unclear, 1 were left\.\n/);
  expect(applied.out).toMatch(/\nNothing was changed: it did not come to its end on the twin\.\n$/);
});

test("what turns the cluster into the declaration is rehearsed as well, as JSON where that is asked for", async () => {
  const made = await orrery([
    "plan",
    aLab(", pools: { items: { lab: {} } }"),
    "--twin",
    aLab(),
    "--rehearse",
    "--json",
  ]);
  expect(made).toMatchObject({ code: 0, err: "" });
  const { plan, rehearsal, objectives } = JSON.parse(made.out);
  expect(plan.actions).toMatchObject([{ id: "pool lab/1-create" }]);
  expect(rehearsal.outcome).toEqual({ kind: "done", result: "applied" });
  expect(rehearsal.timeline).toContainEqual(
    expect.objectContaining({ kind: "action", what: "Create the pool lab", outcome: "done" }),
  );
  expect(new Set(objectives.map(({ verdict }: { verdict: string }) => verdict))).toEqual(new Set(["met"]));
});

test("load that is spread well enough is left alone, and no plan is made of it", async () => {
  const lab = aLab();
  const { out, code } = await orrery(["plan", lab, "--twin", lab, "--spread", "--detailed"]);
  expect(code).toBe(0);
  expect(out).toMatch(/\n✔ Nothing is to be moved\.\n[\s\S]*\nNothing is worth doing: /);
});

test.each([
  [["--drain", "pve1", "--spread"], /^--drain and --spread are two purposes\./],
  [["--drain", "pve7"], /^The cluster has no node "pve7"\. Did you mean pve1\?/],
  [["--drain", "pve1", "--target", "guest/dns1"], /^--target is a part of what turns/],
])("plan %j is said to make no sense", async (words, why) => {
  const lab = aLab();
  const ended = await orrery(["plan", lab, "--twin", lab, ...words]);
  expect(ended).toMatchObject({ code: 2, out: "", err: expect.stringMatching(why) });
});
