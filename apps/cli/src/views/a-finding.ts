import type { Finding, Objective } from "@orrery/assurance";

/** A finding like any other, with what a test cares for. */
export const aFinding = (about: Partial<Finding> = {}): Finding => ({
  rule: "addresses/duplicate",
  severity: "error",
  verdict: "violated",
  chapter: "guests",
  subject: "proj-pg01",
  claim: {
    text: "proj-pg01 has the address 10.25.20.26",
    path: ["guests", "items", 3],
    place: { file: `${process.cwd()}/examples/astronomy-lab/guests.ts`, line: 64, column: 7 },
  },
  why: "proj-pgts01 has it too, and the two share VLAN 20, so that each answers for the other now and then.",
  remedy: "Give one of the two another address.",
  ...about,
});

export const anObjective = (about: Partial<Objective> = {}): Objective => ({
  id: "recovery/host/rpo",
  chapter: "recovery",
  path: ["recovery", "scenarios", 0, "rpo"],
  title: "Host Node Failure: RPO 24 h",
  verdict: "met",
  figure: "24 h",
  why: "daily copies: worst age 24 h",
  ...about,
});
