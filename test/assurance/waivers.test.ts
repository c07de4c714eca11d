import { checkLab } from "@orrery/assurance";
import tidy from "@orrery/example-tidy-lab";
import { type LabInput, parseLab } from "@orrery/model";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** The tidy lab with one guest on an address of another VLAN, and a waiver for it. */
const check = (waiver: NonNullable<LabInput["waivers"]>[number], day: string) => {
  const lab: LabInput = JSON.parse(JSON.stringify(tidy));
  for (const guest of lab.guests.items) {
    const [nic] = guest.nics ?? [];
    if (guest.name === "app1" && nic) nic.address = "10.0.10.22";
  }
  lab.waivers = [waiver];
  const parsed = parseLab(lab);
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  return checkLab(parsed.lab, { at: at(day) }).findings.filter(
    ({ rule }) => rule.startsWith("addresses/") || rule.startsWith("waivers/"),
  );
};
const waiver = {
  rule: "addresses/outside-vlan",
  owner: "Platform Team",
  reason: "moves next month",
  expires: "2026-12-10",
};

describe("a waiver", () => {
  it("takes a finding through the day that it expires on, and says who did", () => {
    expect(check(waiver, "2026-12-10").map(({ rule, waived }) => [rule, waived])).toEqual([
      ["addresses/outside-vlan", { owner: "Platform Team", reason: "moves next month", expires: "2026-12-10" }],
    ]);
  });

  it("that has expired takes nothing, and is a finding itself", () => {
    expect(check(waiver, "2026-12-11").map(({ rule, waived }) => [rule, waived])).toEqual([
      ["addresses/outside-vlan", undefined],
      ["waivers/expired", undefined],
    ]);
  });

  it("for another subject or another rule takes nothing", () => {
    const other = fc.constantFrom(
      { ...waiver, subject: "db1" },
      { ...waiver, rule: "addresses/invalid" },
      { ...waiver, rule: "addresses" },
    );
    fc.assert(
      fc.property(other, (one) => check(one, "2026-12-01").every(({ waived }) => waived === undefined)),
      { numRuns: 6 },
    );
  });

  it("that names the subject takes the finding of that subject", () => {
    expect(check({ ...waiver, subject: "app1" }, "2026-12-01").map(({ waived }) => waived?.owner)).toEqual([
      "Platform Team",
    ]);
  });
});
