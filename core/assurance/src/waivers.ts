import type { Waiver } from "@orrery/model";
import type { Draft, Finding } from "./finding.ts";
import type { Context, Rule } from "./rule.ts";

const covers = (waiver: Waiver, finding: Finding): boolean =>
  waiver.rule === finding.rule && (waiver.subject === undefined || waiver.subject === finding.subject);

const inForce = (waiver: Waiver, today: string): boolean => waiver.expires >= today;

/** Marks the findings that a waiver in force takes. A waiver holds through the day that it expires on. */
export const applyWaivers = (findings: readonly Finding[], { lab, today }: Context): Finding[] =>
  findings.map((finding) => {
    const waiver = lab.waivers.find((candidate) => inForce(candidate, today) && covers(candidate, finding));
    if (waiver === undefined) return finding;
    return { ...finding, waived: { owner: waiver.owner, reason: waiver.reason, expires: waiver.expires } };
  });

export const waiverExpired: Rule = {
  id: "waivers/expired",
  chapter: "waivers",
  severity: "warning",
  title: "No waiver has expired",
  why: "A waiver is a promise to look again by a day. Past that day nobody has looked.",
  how: "Each waiver's last day is compared with the day of the check. An expired waiver no longer hides its finding.",
  remedy: "Mend what was waived, or decide again and give the waiver a new last day.",
  *check({ lab, today }): Generator<Draft> {
    for (const [index, waiver] of lab.waivers.entries()) {
      if (inForce(waiver, today)) continue;
      yield {
        subject: waiver.subject ?? waiver.rule,
        path: ["waivers", index, "expires"],
        claim: `${waiver.owner} waived ${waiver.rule} until ${waiver.expires}: ${waiver.reason}`,
        why: `${waiver.expires} is before ${today}.`,
        remedy: "Mend what was waived, or decide again and give the waiver a new last day.",
      };
    }
  },
};
