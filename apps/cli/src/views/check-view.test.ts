import { stripVTControlCharacters } from "node:util";
import { rules } from "@orrery/assurance";
import { expect, test } from "vitest";
import { terminalOf } from "../terminal.ts";
import { widthOf } from "../wrap.ts";
import { aFinding, anObjective } from "./a-finding.ts";
import { type About, checkView } from "./check-view.ts";

const about: About = {
  declaration: `${process.cwd()}/examples/astronomy-lab/orrery.config.ts`,
  name: "Proxmox VE Infrastructure",
  at: Date.UTC(2025, 3, 22),
  rules: rules.slice(0, 1),
};
const plain = (columns: number) => terminalOf({ columns }, {});

const { figure: _unknown, ...unproven } = anObjective({
  title: "Datacenter Loss: RTO 72 h",
  verdict: "unproven",
  why: "the retrieval tier is stated nowhere",
});
const checked = {
  objectives: [
    anObjective(),
    anObjective({
      title: "Datacenter Loss: RPO 48 h",
      verdict: "missed",
      figure: "174 h",
      why: "weekly copies: worst age 168 h + 6 h upload > 48 h",
    }),
    unproven,
  ],
  findings: [
    aFinding(),
    aFinding({
      severity: "warning",
      verdict: "unproven",
      chapter: "backup",
      subject: "daily",
      rule: "schedules/overlap",
      claim: { text: "daily ends before the maintenance window begins", path: ["backup", "policies", 0] },
      why: "Its run time is unknown.",
      remedy: "Declare runTime.",
    }),
    aFinding({
      severity: "note",
      subject: "proj-fs01",
      waived: { owner: "VintageDon", reason: "renumbering is planned", expires: "2025-06-30" },
    }),
  ],
};

test("a check reads as verdicts, findings by chapter, what is waived, and what to do next", () => {
  expect(`\n${checkView(checked, about, plain(80))}\n`).toMatchInlineSnapshot(`
    "
    Proxmox VE Infrastructure
    examples/astronomy-lab/orrery.config.ts as of 2025-04-22

    Objectives ────────────────────────────────────────────────────────── 1 of 3 met
    ✔ met       Host Node Failure: RPO 24 h   24 h  daily copies: worst age 24 h
    ✖ missed    Datacenter Loss: RPO 48 h    174 h  weekly copies: worst age 168 h…
    ? unproven  Datacenter Loss: RTO 72 h           the retrieval tier is stated no…

    Guests ───────────────────────────────────────────────────────────────── 1 error

    ✖ error  proj-pg01: proj-pg01 has the address 10.25.20.26
      proj-pgts01 has it too, and the two share VLAN 20, so that each answers for
      the other now and then.
      → Give one of the two another address.
      examples/astronomy-lab/guests.ts:64  addresses/duplicate

    Backup ─────────────────────────────────────────────────────────────── 1 warning

    ▲ warning, unproven  daily: daily ends before the maintenance window begins
      Its run time is unknown.
      → Declare runTime.
      backup.policies.0  schedules/overlap

    Waived ────────────────────────────────────────────────── 1, counted for nothing

    ○ proj-fs01: proj-pg01 has the address 10.25.20.26
      VintageDon took it until 2025-06-30: renumbering is planned
      examples/astronomy-lab/guests.ts:64  addresses/duplicate

    1 error, 1 warning; 1 of them unproven; 1 waived; 1 rule checked.
    Next: \`orrery explain addresses/duplicate\` says what that rule holds and what
    mends it.
    "
  `);
});

test.each([40, 80, 120])("nothing but a long word is wider than %i columns", (columns) => {
  const lines = checkView(checked, about, plain(columns)).split("\n");
  const wide = lines.filter((line) => widthOf(line) > columns && line.trim().split(/ +/).length > 2);
  expect(wide).toEqual([]);
});

test("a clean lab says that nothing was found, and how much was looked at", () => {
  expect(checkView({ objectives: [], findings: [] }, about, plain(80))).toMatch(
    /\n✔ Nothing found\. 1 rule checked\.$/,
  );
});

test("colour adds nothing but colour", () => {
  const coloured = checkView(checked, about, terminalOf({ columns: 80 }, { FORCE_COLOR: "1" }));
  expect(coloured).toContain("\u001b[31m✖ error");
  expect(stripVTControlCharacters(coloured)).toBe(checkView(checked, about, plain(80)));
});

test("what a declaration says cannot steer the terminal", () => {
  const sly = aFinding({ subject: "a\u001b[2Jb\u0007", why: "one\ntwo\u009b31m", remedy: "x\ry" });
  const view = checkView({ objectives: [], findings: [sly] }, about, plain(80));
  expect(view.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});
