import { type LabInput, unknown } from "@orrery/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aLab } from "../testing/a-lab.ts";
import { approvals, changes, revisions } from "../testing/paperwork.ts";
import { says, says1 } from "../testing/says.ts";

type Approvals = NonNullable<LabInput["approvals"]>;
type Approval = Approvals["items"][number];
type Revisions = NonNullable<LabInput["revisions"]>;

const anApproval = (given: Partial<Approval> = {}): Approval => ({
  reviewer: "Grace",
  role: "Lead engineer",
  date: "2026-05-05",
  status: "approved",
  ...given,
});
const approved = (items: Approval[], given: Partial<Approvals> = {}) =>
  aLab({ approvals: { ...approvals, items, ...given } });
const revised = (items: Revisions["items"], current: Partial<Revisions["current"]> = {}) =>
  aLab({ revisions: { ...revisions, items, current: { ...revisions.current, ...current } } });
const revision = (version: string, date: string) => ({ version, date, changes: "Edited", author: "Ada" });

describe("approvals", () => {
  test("an approval holds through the last day of its period", () => {
    const expired = (date: string) =>
      says("documents/approval-expired", approved([anApproval({ date })], { reviewEvery: "30 d" }));
    expect(expired("2026-05-16")).toEqual([]);
    expect(expired("2026-05-15")).toHaveLength(1);
  });

  test("only a reviewer's latest approval counts", () => {
    const items = [anApproval({ date: "2024-01-01" }), anApproval({ date: "2026-05-05" })];
    expect(says("documents/approval-expired", approved(items))).toEqual([]);
    expect(says("documents/approval-before-version", approved(items))).toEqual([]);
  });

  test("an unknown period is told once, with the age of the approvals", () => {
    const lab = approved([anApproval(), anApproval({ reviewer: "Linus" })], {
      reviewEvery: unknown("no document says"),
    });
    const finding = says1("documents/approval-expired", lab);
    expect(finding).toMatchObject({ verdict: "unproven", subject: "approvals" });
    expect(finding.why).toContain("2026-05-05 is 41 days before 2026-06-15 (Grace and Linus)");
  });

  test("who wrote the current version does not approve it", () => {
    const alone = says1("documents/self-approval", approved([anApproval({ reviewer: "ada" })]));
    expect(alone.why).toContain("none is left");
    const two = says1("documents/self-approval", approved([anApproval({ reviewer: "Ada" }), anApproval()]));
    expect(two.why).toContain("Grace remains");
  });

  test("who wrote an older version may approve the current one", () => {
    const items = [{ ...revision("1.0", "2026-01-10"), author: "Grace" }, revision("1.1", "2026-05-04")];
    expect(says("documents/self-approval", revised(items))).toEqual([]);
  });

  test.each(["pending", "rejected"] as const)("what is published is not %s", (status) => {
    expect(says1("documents/unapproved", approved([anApproval({ status })])).why).toContain(status);
    const since = [anApproval({ status }), anApproval({ date: "2026-05-06" })];
    expect(says("documents/unapproved", approved(since))).toEqual([]);
  });

  test("what is published has an approval, and a draft needs none", () => {
    expect(says1("documents/unapproved", approved([])).why).toContain("no approval is listed");
    const draft = { ...revisions, current: { ...revisions.current, status: "Draft" } };
    expect(says("documents/unapproved", aLab({ approvals: { ...approvals, items: [] }, revisions: draft }))).toEqual(
      [],
    );
  });

  test("an approval from before the last edit is of another text", () => {
    const { why } = says1("documents/approval-before-version", approved([anApproval({ date: "2026-05-03" })]));
    expect(why).toBe("The approval is of 2026-05-03, version 1.1 of 2026-05-04: 1 d later.");
  });
});

describe("versions", () => {
  test("the current version is the newest of the list, in whatever order that is", () => {
    const newer = revised([
      revision("1.10", "2026-05-01"),
      revision("1.9", "2026-04-01"),
      revision("1.1", "2026-03-01"),
    ]);
    expect(says1("documents/current-version", newer).why).toContain("1.10 of 2026-05-01 and 1.9");
    expect(
      says("documents/current-version", revised([revision("1.1", "2026-05-04"), revision("1.0", "2026-01-10")])),
    ).toEqual([]);
  });

  test("the current version stands in the list, whatever its form", () => {
    const drafts = [revision("spring", "2026-03-01"), revision("summer", "2026-05-04")];
    expect(says("documents/current-version", revised(drafts, { version: "summer" }))).toEqual([]);
    expect(says1("documents/current-version", revised(drafts, { version: "autumn" })).why).toContain("and not autumn");
  });

  test("dates that run with the versions are in order, and one taken out of it is told", () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 3_000 }), { minLength: 2, maxLength: 8 });
    const isoDate = (day: number) => new Date(Date.UTC(2016, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);
    fc.assert(
      fc.property(days, fc.boolean(), (some, backwards) => {
        const sorted = [...some].sort((a, b) => a - b);
        const items = sorted.map((day, index) => revision(`1.${index}`, isoDate(day)));
        expect(says("documents/revision-order", revised(backwards ? [...items].reverse() : items))).toEqual([]);
        const swapped = items.map((item, index) => ({ ...item, version: `1.${items.length - index}` }));
        expect(says("documents/revision-order", revised(swapped))).toHaveLength(items.length - 1);
      }),
      { numRuns: 50 },
    );
  });

  test("a change after the document's day is told, and one of that day is not", () => {
    const since = (implemented: string) =>
      says(
        "documents/changed-since",
        aLab({ changes: { ...changes, items: changes.items.map((item) => ({ ...item, implemented })) } }),
      );
    expect(since("2026-05-04")).toEqual([]);
    expect(since("2026-05-05").map(({ why }) => why)).toEqual([
      "It is of 2026-05-04; implemented since: CR-2026-001 (Upgrade to 9.2, 2026-05-05) and CR-2026-002 (Second switch, 2026-05-05).",
    ]);
  });

  test("no day of a record is in the future", () => {
    expect(says1("documents/dated-ahead", approved([anApproval({ date: "2026-06-16" })])).subject).toBe("Grace");
    expect(says("documents/dated-ahead", approved([anApproval({ date: "2026-06-15" })]))).toEqual([]);
  });
});
