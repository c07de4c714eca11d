import { type LabInput, unknown } from "@orrery/model";
import { describe, expect, test } from "vitest";
import { aLab } from "../testing/a-lab.ts";
import { aControl, controls } from "../testing/paperwork.ts";
import { says, says1 } from "../testing/says.ts";

const claiming = (...items: LabInput["controls"]["items"]) => aLab({ controls: { ...controls, items } });

describe("ids", () => {
  test("an id that its catalogue lacks is told with those near it", () => {
    const finding = says1(
      "controls/unknown-control",
      claiming(aControl({ id: "CIS.8.20", title: "Collect Audit Logs" })),
    );
    expect(finding).toMatchObject({ subject: "CIS.8.20", path: ["controls", "items", 0, "id"] });
    expect(finding.why).toContain("has no 8.20");
    expect(finding.why).toContain('8.2 "Collect Audit Logs"');
  });

  test("a whole section is no control", () => {
    expect(
      says("controls/unknown-control", claiming(aControl({ id: "A.12.4", catalogue: "iso-27001-2013" }))),
    ).toHaveLength(1);
  });

  test("an id that names its own edition is looked up there", () => {
    const item = aControl({ id: "ISO 27001:2022 8.13", catalogue: "iso-27001-2013", title: "Information backup" });
    expect(says("controls/unknown-control", claiming(item))).toEqual([]);
    expect(says("controls/superseded-catalogue", claiming(item))).toEqual([]);
  });

  test("one control written in two ways is listed twice", () => {
    const finding = says1(
      "controls/duplicate",
      claiming(
        aControl({ id: "CP-9", catalogue: "nist-800-53-r5", title: "System Backup" }),
        aControl({ id: "NIST CP-09", catalogue: "nist-800-53-r5", title: "System Backup", status: "partial" }),
      ),
    );
    expect(finding.why).toContain("CP-9 (compliant) and NIST CP-09 (partial)");
  });
});

describe("titles", () => {
  test("a title of another control is told with the true title and the control that it is nearest to", () => {
    const item = aControl({
      id: "CIS.8.2",
      title: "Ensure remote access requires MFA",
      implementation: "MFA required for admin access",
    });
    const { why, remedy } = says1("controls/title", claiming(item));
    expect(why).toContain('8.2 "Collect Audit Logs"');
    expect(why).toContain('nearest to 6.4 "Require MFA for Remote Network Access"');
    expect(why).toContain('nearest to 6.5 "Require MFA for Administrative Access"');
    expect(why).toContain('"compliant" is said of a control that the row is not about');
    expect(remedy).toContain("6.4");
  });

  test("a title that drops its subject is told with what it leaves out", () => {
    const { why } = says1(
      "controls/title",
      claiming(aControl({ id: "CIS.10.2", title: "Configure automatic updates" })),
    );
    expect(why).toContain("leaves out antimalware and signature");
  });

  test("nothing is said of a status that nobody claimed", () => {
    const item = aControl({ id: "CIS.8.3", status: "not claimed" });
    expect(says1("controls/title", claiming(item)).why).not.toContain("not claimed");
  });

  test.each(["Collect Audit Logs", "Audit logs are collected", undefined])(
    "%j is no wrong title of CIS 8.2",
    (title) => {
      const { title: _, ...untitled } = aControl();
      expect(says("controls/title", claiming(title === undefined ? untitled : { ...untitled, title }))).toEqual([]);
    },
  );
});

describe("catalogues", () => {
  const { title: _, ...untitled } = aControl();
  const iso = claiming(
    { ...untitled, id: "A.12.3.1", catalogue: "iso-27001-2013" },
    { ...untitled, id: "A.12.4.1", catalogue: "iso-27001-2013" },
  );

  test("the controls of a superseded catalogue are told at once, with what took them over", () => {
    const finding = says1("controls/superseded-catalogue", iso);
    expect(finding).toMatchObject({ severity: "warning", subject: "ISO/IEC 27001 Annex A 2013" });
    expect(finding.why).toContain('A.12.3.1 → 8.13 "Information backup" and A.12.4.1 → 8.15 "Logging"');
    expect(finding.why).toContain("the transition ended on 2025-10-31");
  });

  test("until the transition ends it is a note, and before the newer edition nothing", () => {
    expect(says1("controls/superseded-catalogue", iso, Date.UTC(2025, 9, 31))).toMatchObject({ severity: "note" });
    expect(says("controls/superseded-catalogue", iso, Date.UTC(2022, 9, 24))).toEqual([]);
  });

  test("a withdrawn control is told with what it went into", () => {
    const { why } = says1("controls/withdrawn", claiming({ ...untitled, id: "AC-13", catalogue: "nist-800-53-r5" }));
    expect(why).toContain("AC-2");
    expect(why).toContain("AU-6");
  });
});

describe("evidence", () => {
  test("a claimed status without evidence is unproven", () => {
    const item = aControl({ evidence: unknown("nobody said") });
    expect(says1("controls/status-without-evidence", claiming(item))).toMatchObject({ verdict: "unproven" });
  });

  test.each(["not compliant", "not claimed"] as const)("a control that is %s needs no evidence", (status) => {
    const item = aControl({ status, evidence: unknown("nobody said") });
    expect(says("controls/status-without-evidence", claiming(item))).toEqual([]);
  });

  test("evidence in words is told in one finding for all controls", () => {
    const finding = says1(
      "controls/evidence-not-linked",
      claiming(
        aControl({ evidence: "Sign-in logs" }),
        aControl({ id: "CIS.8.3", evidence: "A dashboard" }),
        aControl(),
      ),
    );
    expect(finding).toMatchObject({ severity: "note", verdict: "unproven" });
    expect(finding.why).toContain('"Sign-in logs" (CIS.8.2) and "A dashboard" (CIS.8.3)');
  });

  test("controls that claim nothing and name no evidence are told in one finding", () => {
    const silent = { evidence: unknown("the header only names it"), status: "not claimed" } as const;
    const finding = says1(
      "controls/nothing-claimed",
      claiming(aControl(silent), aControl({ ...silent, id: "CIS.8.3" })),
    );
    expect(finding.claim).toContain("CIS.8.2 and CIS.8.3");
    expect(says("controls/nothing-claimed", claiming(aControl({ ...silent, status: "not compliant" })))).toEqual([]);
  });
});
