import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CatalogueId,
  type Control,
  catalogueIds,
  catalogueOf,
  findControl,
  nearestByTitle,
  titleMatch,
} from "./index.ts";

const all = catalogueIds.flatMap((id) => catalogueOf(id).controls);

function controlOf(catalogue: CatalogueId, id: string): Control {
  const control = findControl(catalogue, id);
  if (control === undefined) throw new Error(`${catalogue} has no ${id}`);
  return control;
}

describe("titleMatch", () => {
  test.each([
    ["Deploy and maintain anti-malware", "cis-8.1", "10.1"],
    ["Audit logs are collected", "cis-8.1", "8.2"],
    ["Automated backups", "cis-8.1", "11.2"],
    ["Automated OS patch management", "cis-8.1", "7.3"],
    ["Require multi-factor authentication for remote network access", "cis-8.1", "6.4"],
    ["Encrypt data at rest", "cis-8.1", "3.11"],
    ["SYSTEM BACKUPS", "nist-800-53-r5", "CP-9"],
    ["Information system backup", "nist-800-53-r5", "CP-9"],
    ["Information back-up", "iso-27001-2013", "A.12.3.1"],
    ["Backup", "iso-27001-2013", "A.12.3.1"],
    ["Clock synchronization", "iso-27001-2013", "A.12.4.4"],
    ["Secure system engineering", "iso-27001-2013", "A.14.2.5"],
    ["Secure development lifecycle", "iso-27001-2022", "8.25"],
    ["Technical vulnerability management", "iso-27001-2022", "8.8"],
  ] as const)("%j is the title of %s %s", (claimed, catalogue, id) => {
    expect(titleMatch(claimed, controlOf(catalogue, id)).kind).toBe("same");
  });

  test.each([
    ["Ensure remote access requires MFA", "cis-8.1", "8.2"],
    ["Ensure remote access requires MFA", "cis-7.1", "8.2"],
    ["Ensure access is revoked upon termination", "cis-8.1", "8.3"],
    ["Configure automatic updates", "cis-8.1", "10.2"],
    ["Collect detailed audit logs", "cis-8.1", "8.2"],
    ["Deploy a host-based intrusion prevention solution", "cis-8.1", "13.2"],
    ["Patch management", "nist-800-53-r5", "SI-2"],
    ["Information backup", "iso-27001-2013", "A.12.4.1"],
    ["Privileged access rights", "iso-27001-2022", "5.18"],
    ["", "cis-8.1", "8.2"],
    ["the of and", "cis-8.1", "8.2"],
  ] as const)("%j is not the title of %s %s", (claimed, catalogue, id) => {
    expect(titleMatch(claimed, controlOf(catalogue, id)).kind).toBe("different");
  });

  test("says what the claimed title leaves out and what it adds", () => {
    expect(titleMatch("Configure automatic updates", controlOf("cis-8.1", "10.2"))).toMatchObject({
      kind: "different",
      missing: ["antimalware", "signature"],
      added: [],
    });
  });

  test("names the control that a claimed title fits better", () => {
    const match = titleMatch("Ensure remote access requires MFA", controlOf("cis-8.1", "8.2"));
    expect(match.kind === "different" ? match.better?.id : undefined).toBe("6.4");
  });

  test("a catalogue's own title is always the same as itself, in any case and with any spacing", () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.boolean(), (control, loud) => {
        const written = `  ${loud ? control.title.toUpperCase() : control.title.toLowerCase()}. `;
        expect(titleMatch(written, control)).toEqual({ kind: "same", score: 1 });
      }),
      { numRuns: 500 },
    );
  });

  test("no control passes under the title of another of its catalogue, but for titles of the same words", () => {
    const passing: string[] = [];
    for (const id of catalogueIds) {
      const { controls } = catalogueOf(id);
      for (const control of controls) {
        for (const { control: other } of nearestByTitle(id, control.title, 4)) {
          if (other.title === control.title) continue;
          if (titleMatch(control.title, other).kind === "same") passing.push(`${control.title} = ${other.title}`);
        }
      }
    }
    expect(passing).toEqual([
      "Privacy Impact Assessment = Privacy Impact Assessments",
      "Privacy Impact Assessments = Privacy Impact Assessment",
    ]);
  });
});

describe("nearestByTitle", () => {
  test("finds what the lab's claims are about", () => {
    const nearest = (claimed: string) => nearestByTitle("cis-8.1", claimed, 1).map(({ control }) => control.id);
    expect(nearest("Ensure remote access requires MFA")).toEqual(["6.4"]);
    expect(nearest("Ensure access is revoked upon termination")).toEqual(["6.2"]);
  });

  test("ranks a control in force above a withdrawn one of the same title", () => {
    expect(nearestByTitle("nist-800-53-r5", "Criticality Analysis", 2).map(({ control }) => control.id)).toEqual([
      "RA-9",
      "SA-14",
    ]);
  });

  test("ranks by score, between 0 and 1, and no more than it was asked for", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...catalogueIds),
        fc.constantFrom(...all),
        fc.nat({ max: 5 }),
        (id, { title }, limit) => {
          const ranked = nearestByTitle(id, title, limit);
          expect(ranked.length).toBeLessThanOrEqual(limit);
          const scores = ranked.map(({ score }) => score);
          expect(scores).toEqual(scores.toSorted((a, b) => b - a));
          for (const score of scores) expect(score > 0 && score <= 1).toBe(true);
        },
      ),
    );
  });

  test("finds nothing for words that no title has", () => {
    expect(nearestByTitle("cis-8.1", "Sourdough")).toEqual([]);
  });
});
