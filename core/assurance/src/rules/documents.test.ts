import { type LabInput, unknown } from "@orrery/model";
import { describe, expect, test } from "vitest";
import { aLab } from "../testing/a-lab.ts";
import { changes, monitoring, references } from "../testing/paperwork.ts";
import { says, says1 } from "../testing/says.ts";

type References = NonNullable<LabInput["references"]>;

const referring = (given: Partial<References>) => aLab({ references: { ...references, ...given } });
const external = (given: Partial<NonNullable<References["external"]>[number]>) => ({
  title: "Guide",
  url: "https://pve.proxmox.com/pve-docs/",
  archived: "archive/pve-admin-guide.pdf",
  lastVerified: "2026-05-04",
  ...given,
});

describe("references", () => {
  test("a reference is verified through the last day of its period", () => {
    const verified = (lastVerified: string) =>
      says(
        "documents/reference-unverified",
        referring({ external: [external({ lastVerified })], verifyEvery: "30 d" }),
      );
    expect(verified("2026-05-16")).toEqual([]);
    expect(verified("2026-05-15").map(({ why }) => why)).toEqual([
      "2026-05-15 is 31 days before 2026-06-15; 31 d > 30 d.",
    ]);
  });

  test("an unknown period is told once, with the age of each verification", () => {
    const lab = referring({
      external: [external({}), external({ title: "Wiki" }), external({ title: "Blog", lastVerified: "2026-06-01" })],
      verifyEvery: unknown("no document says"),
    });
    const finding = says1("documents/reference-unverified", lab);
    expect(finding).toMatchObject({ verdict: "unproven", path: ["references", "verifyEvery"] });
    expect(finding.why).toBe(
      "2026-05-04 is 42 days before 2026-06-15 (Guide and Wiki); 2026-06-01 is 14 days before 2026-06-15 (Blog). How long a verification holds is unknown: no document says.",
    );
  });

  test("a verification that nobody recorded is unproven by itself", () => {
    const lab = referring({ external: [external({ lastVerified: unknown("no record") })] });
    expect(says1("documents/reference-unverified", lab)).toMatchObject({ subject: "Guide", verdict: "unproven" });
  });

  test("a reference without a known copy is a note", () => {
    const lab = referring({ external: [external({ archived: unknown("no copy is named") })] });
    expect(says1("documents/reference-unarchived", lab)).toMatchObject({ severity: "note", verdict: "unproven" });
  });
});

describe("links", () => {
  test.each([
    ["docs/PROX-Tuning-Guide.md", "../Guides/PROX-Tuning-Guide.md", false],
    ["Guides/tuning.md", "../Guides/tuning.md", true],
    ["./tuning.md", "../../a/b/tuning.md", true],
    ["tuning.md", "../Guides/tuning.pdf", false],
    ["a/b/tuning.md", "tuning.md", false],
    ["PROX-MAINT-001", "../Procedures/PROX-MAINT-001.md", true],
    ["PROX-MAINT-001", "../Procedures/PROX-MAINT-002.md", false],
    ["Local Copy", "../References/Guide.pdf", true],
    ["The manual", "https://pve.proxmox.com/pve-docs/", true],
  ])("%s for %s is right: %s", (label, target, right) => {
    const lab = referring({ internal: [{ kind: "Guide", title: "Tuning", label, target }] });
    expect(says("documents/link-label", lab)).toHaveLength(right ? 0 : 1);
  });

  test("a register entry's label names the entry", () => {
    const [change] = changes.items;
    const label = (text: string, url: string) =>
      aLab({
        changes: {
          ...changes,
          items: change === undefined ? [] : [{ ...change, register: { system: "GLPI", label: text, url } }],
        },
      });
    const wrong = says1("documents/link-label", label("GLPI-CR-PROX-001", "https://glpi.lab.local/CR-PROX-2025-001"));
    expect(wrong.why).toBe("The label names GLPI-CR-PROX-001, the target is CR-PROX-2025-001.");
    expect(
      says("documents/link-label", label("CR-2026-001", "https://glpi.example/front/change.form.php?id=7")),
    ).toEqual([]);
  });

  test("a link that the document claims is compared too", () => {
    const lab = aLab({
      guests: (own) => ({
        ...own,
        claims: [{ kind: "link", label: "docs/list.md", target: "../inventory/list.md", source: "3.4" }],
      }),
    });
    expect(says1("documents/link-label", lab).path).toEqual(["guests", "claims", 0, "label"]);
  });
});

describe("procedures", () => {
  test("one that is linked and not declared is told once, with all who link it", () => {
    const lab = aLab({
      monitoring: {
        ...monitoring,
        thresholds: monitoring.thresholds.map((threshold) => ({ ...threshold, response: "RESP-2" })),
      },
      knownErrors: {
        items: [{ id: "KEDB-1", issue: "Load", symptoms: ["slow"], resolution: ["move"], procedure: "RESP-2" }],
      },
    });
    const finding = says1("documents/procedure-undeclared", lab);
    expect(finding).toMatchObject({ subject: "RESP-2", path: ["monitoring", "thresholds", 0, "response"] });
    expect(finding.claim).toContain("the response to storage");
    expect(finding.claim).toContain("KEDB-1 (Load)");
    expect(finding.why).toContain("the nearest id is RESP-1");
  });
});

describe("documents", () => {
  test("what is linked and not known to exist is told in one note", () => {
    const finding = says1("documents/existence-unknown", referring({ existing: ["runbooks/DR-1.md", "DR-2"] }));
    expect(finding).toMatchObject({ severity: "note", verdict: "unproven", subject: "documents" });
    expect(finding.why).toContain("runbooks/DR-3.md");
    expect(finding.why).not.toContain("DR-2");
  });

  test("a document is known by its path however the link climbs", () => {
    const existing = references.existing?.map((path) => `../../${path}`) ?? [];
    expect(says("documents/existence-unknown", referring({ existing }))).toEqual([]);
  });
});
