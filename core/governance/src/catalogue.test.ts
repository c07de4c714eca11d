import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CatalogueId, catalogueIds, catalogueOf, findControl, supersededBy } from "./index.ts";

/** How many controls each section of a catalogue holds, in the catalogue's order. */
function counts(id: CatalogueId): Record<string, number> {
  const { sections, controls } = catalogueOf(id);
  return Object.fromEntries(sections.map((s) => [s.id, controls.filter((control) => control.section === s.id).length]));
}

const naturally = new Intl.Collator("en", { numeric: true });

describe("the catalogues", () => {
  test("CIS v8.1 has 153 safeguards under 18 controls", () => {
    expect(Object.values(counts("cis-8.1"))).toEqual([5, 7, 14, 12, 6, 8, 7, 12, 7, 7, 5, 8, 11, 9, 7, 14, 9, 5]);
    expect(catalogueOf("cis-8.1").controls).toHaveLength(153);
  });

  test("CIS v8.1 puts 56 safeguards in group 1, 74 more in group 2 and 23 more in group 3", () => {
    const groups = [0, 0, 0, 0];
    for (const { safeguard } of catalogueOf("cis-8.1").controls) {
      const group = safeguard?.implementationGroup ?? 0;
      groups[group] = (groups[group] ?? 0) + 1;
    }
    expect(groups).toEqual([0, 56, 74, 23]);
  });

  test("every CIS v8.1 safeguard has a known asset class and security function, Govern among them", () => {
    const safeguards = catalogueOf("cis-8.1").controls.map((control) => control.safeguard);
    expect(new Set(safeguards.map((safeguard) => safeguard?.assetClass))).toEqual(
      new Set(["Devices", "Software", "Data", "Users", "Network", "Documentation"]),
    );
    expect(new Set(safeguards.map((safeguard) => safeguard?.securityFunction))).toEqual(
      new Set(["Govern", "Identify", "Protect", "Detect", "Respond", "Recover"]),
    );
  });

  test("CIS v7.1 has 171 sub-controls under 20 controls", () => {
    expect(Object.values(counts("cis-7.1"))).toEqual([
      8, 10, 7, 9, 5, 8, 10, 8, 5, 5, 7, 12, 9, 9, 10, 13, 9, 11, 8, 8,
    ]);
    expect(catalogueOf("cis-7.1").controls).toHaveLength(171);
  });

  test("NIST SP 800-53 Revision 5 has 324 base controls in 20 families, 24 of them withdrawn", () => {
    expect(counts("nist-800-53-r5")).toEqual({
      AC: 25,
      AT: 6,
      AU: 16,
      CA: 9,
      CM: 14,
      CP: 13,
      IA: 13,
      IR: 10,
      MA: 7,
      MP: 8,
      PE: 23,
      PL: 11,
      PM: 32,
      PS: 9,
      PT: 8,
      RA: 10,
      SA: 24,
      SC: 51,
      SI: 23,
      SR: 12,
    });
    const { controls } = catalogueOf("nist-800-53-r5");
    expect(controls).toHaveLength(324);
    expect(controls.filter(({ status }) => status.kind === "withdrawn")).toHaveLength(24);
  });

  test("what a withdrawn NIST control went into is a current control, an enhancement of one, or a family", () => {
    const { controls, sections } = catalogueOf("nist-800-53-r5");
    const families = sections.map((section) => section.id);
    for (const { status } of controls) {
      if (status.kind === "current") continue;
      for (const into of status.into) {
        if (families.includes(into)) continue;
        expect(findControl("nist-800-53-r5", into.replace(/\(\d+\)$/, ""))?.status).toEqual({ kind: "current" });
      }
    }
  });

  test("ISO/IEC 27001:2013 has 114 controls in 14 clauses", () => {
    expect(Object.values(counts("iso-27001-2013"))).toEqual([2, 7, 6, 10, 14, 2, 15, 14, 7, 13, 5, 7, 4, 8]);
    expect(catalogueOf("iso-27001-2013").controls).toHaveLength(114);
  });

  test("ISO/IEC 27001:2022 has 37 organizational, 8 people, 14 physical and 34 technological controls", () => {
    expect(counts("iso-27001-2022")).toEqual({ "5": 37, "6": 8, "7": 14, "8": 34 });
    expect(catalogueOf("iso-27001-2022").controls).toHaveLength(93);
  });

  test.each(catalogueIds)("%s has no id twice, no empty title, and is sorted by id", (id) => {
    const { controls, sections } = catalogueOf(id);
    const ids = controls.map((control) => control.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(ids.toSorted(naturally.compare));
    for (const { title, section } of controls) {
      expect(title).toBe(title.trim());
      expect(title).not.toBe("");
      expect(sections.map((s) => s.id)).toContain(section);
    }
  });

  test.each(catalogueIds)("the numbers of %s run without a gap in every section", (id) => {
    const { controls } = catalogueOf(id);
    const last = new Map<string, number>();
    for (const control of controls) {
      const [, group = "", number = ""] = /^(.*?)[.-]?(\d+)$/.exec(control.id) ?? [];
      expect(Number(number)).toBe((last.get(group) ?? 0) + 1);
      last.set(group, Number(number));
    }
  });
});

describe("findControl", () => {
  test("finds every control by its own id, in its own catalogue", () => {
    fc.assert(
      fc.property(fc.constantFrom(...catalogueIds.flatMap((id) => catalogueOf(id).controls)), (control) => {
        expect(findControl(control.catalogue, control.id)).toBe(control);
      }),
    );
  });

  test("finds nothing by an id that the catalogue does not have", () => {
    expect(findControl("cis-8.1", "8.13")).toBeUndefined();
    expect(findControl("iso-27001-2022", "A.12.3.1")).toBeUndefined();
  });

  test("knows where a withdrawn control went", () => {
    expect(findControl("nist-800-53-r5", "AC-13")?.status).toEqual({ kind: "withdrawn", into: ["AC-2", "AU-6"] });
    expect(findControl("nist-800-53-r5", "SC-19")?.status).toEqual({ kind: "withdrawn", into: [] });
    expect(findControl("nist-800-53-r5", "CP-9")?.status).toEqual({ kind: "current" });
  });
});

describe("supersededBy", () => {
  test("names the newer edition of an old one", () => {
    expect(supersededBy("iso-27001-2013")).toEqual({
      by: "iso-27001-2022",
      published: "2022-10-25",
      transitionEnds: "2025-10-31",
    });
    expect(supersededBy("cis-7.1")?.by).toBe("cis-8.1");
  });

  test.each(["cis-8.1", "nist-800-53-r5", "iso-27001-2022"] as const)("%s is the newest of its kind here", (id) => {
    expect(supersededBy(id)).toBeUndefined();
  });
});
