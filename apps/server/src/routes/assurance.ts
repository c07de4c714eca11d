import {
  type Checked,
  checkLab,
  type FailureDomain,
  type Finding,
  failureDomains,
  type Objective,
  rules,
  severities,
} from "@orrery/assurance";
import { z } from "zod";
import type { DeclaredLab } from "../clusters/cluster.ts";
import { named } from "../http/open-api.ts";
import { flag, isOneOf, paged, pageOf, paging, several } from "../http/paging.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { typed } from "../http/typed.ts";
import { clusterPath, declaredOf } from "./of-cluster.ts";

const path = z.array(z.union([z.string(), z.number()]));
const place = z.strictObject({ file: z.string(), line: z.number(), column: z.number() });

const finding = named(
  "Finding",
  typed<Finding>(
    z.strictObject({
      rule: z.string(),
      severity: z.enum(severities),
      verdict: z.enum(["violated", "unproven"]),
      chapter: z.string(),
      subject: z.string(),
      claim: z.strictObject({ text: z.string(), path, place: place.optional() }),
      why: z.string(),
      remedy: z.string(),
      waived: z.strictObject({ owner: z.string(), reason: z.string(), expires: z.string() }).optional(),
    }),
  ),
);

const objective = named(
  "Objective",
  typed<Objective>(
    z.strictObject({
      id: z.string(),
      chapter: z.string(),
      path,
      title: z.string(),
      verdict: z.enum(["met", "missed", "unproven"]),
      figure: z.string().optional(),
      why: z.string(),
    }),
  ),
);

const names = z.array(z.string());
const failure = named(
  "FailureDomain",
  typed<FailureDomain>(
    z.strictObject({
      component: z.string(),
      path,
      place: place.optional(),
      quorum: z.strictObject({ survives: z.boolean(), votes: z.number(), needed: z.number() }),
      isolated: names,
      guests: z.strictObject({ lost: names, down: names, cutOff: names }),
      storages: z.array(z.strictObject({ storage: z.string(), nodes: names })),
      services: names,
      copies: z.strictObject({ gone: names, left: names, none: names }),
      objectives: z.array(
        z.strictObject({
          title: z.string(),
          verdict: z.enum(["met", "missed", "unproven"]),
          figure: z.string().optional(),
        }),
      ),
    }),
  ),
);

/** A check is made anew so often at most: it takes a tenth of a second, in which nobody else is answered. */
const freshMs = 60_000;

type Judged = { readonly at: number; readonly checked?: Checked; readonly failures?: readonly FailureDomain[] };
const judged = new WeakMap<DeclaredLab, Judged>();

const judgedAt = (declared: DeclaredLab, now: number): Judged => {
  const kept = judged.get(declared);
  return kept !== undefined && now - kept.at < freshMs && now >= kept.at ? kept : { at: now };
};

/** What the check of a declaration says, made anew once a minute. */
export const checkedOf = (declared: DeclaredLab, now: number): { readonly at: number; readonly checked: Checked } => {
  const kept = judgedAt(declared, now);
  const checked = kept.checked ?? checkLab(declared.lab, { at: kept.at, locate: declared.locate });
  judged.set(declared, { ...kept, checked });
  return { at: kept.at, checked };
};

const failuresOf = (declared: DeclaredLab, now: number) => {
  const kept = judgedAt(declared, now);
  const failures = kept.failures ?? failureDomains(declared.lab, { at: kept.at, locate: declared.locate });
  judged.set(declared, { ...kept, failures });
  return { at: kept.at, failures };
};

const viewer = { kind: "role", role: "viewer" } as const;
const at = z.number().describe("epoch milliseconds: the moment that the check is made for");
const text = z.string().max(200);

const findings = jsonRoute({
  id: "listFindings",
  method: "GET",
  url: "/api/clusters/{cluster}/findings",
  tag: "Assurance",
  summary: "claims of the declaration that do not hold, or cannot be shown to",
  access: viewer,
  ...nothing,
  path: clusterPath,
  query: z.strictObject({
    severity: several(z.enum(severities)),
    rule: several(text).describe("a rule, or a family of rules"),
    chapter: several(text),
    subject: several(text),
    waived: flag.optional(),
    ...paging,
  }),
  reply: z.strictObject({ at, findings: z.array(finding), ...paged }),
  handle: (asked) => {
    const { at: moment, checked } = checkedOf(declaredOf(asked), asked.services.clock.now());
    const { severity, rule, chapter, subject, waived } = asked.query;
    const found = checked.findings.filter(
      (one) =>
        isOneOf(severity, one.severity) &&
        isOneOf(chapter, one.chapter) &&
        isOneOf(subject, one.subject) &&
        (rule === undefined || rule.some((name) => one.rule === name || one.rule.startsWith(`${name}/`))) &&
        (waived === undefined || (one.waived !== undefined) === waived),
    );
    const { items, ...page } = pageOf(found, asked.query);
    return { at: moment, findings: items, ...page };
  },
});

const objectives = jsonRoute({
  id: "listObjectives",
  method: "GET",
  url: "/api/clusters/{cluster}/objectives",
  tag: "Assurance",
  summary: "the numbers that the lab must meet, each with its verdict and arithmetic",
  access: viewer,
  ...nothing,
  path: clusterPath,
  reply: z.strictObject({ at, objectives: z.array(objective) }),
  handle: (asked) => {
    const { at: moment, checked } = checkedOf(declaredOf(asked), asked.services.clock.now());
    return { at: moment, objectives: [...checked.objectives] };
  },
});

const failures = jsonRoute({
  id: "listFailures",
  method: "GET",
  url: "/api/clusters/{cluster}/failures",
  tag: "Assurance",
  summary: "what each single failure takes with it: quorum, guests, storages, copies, objectives",
  access: viewer,
  ...nothing,
  path: clusterPath,
  query: z.strictObject({ component: text.optional().describe('"node node05", or node05') }),
  reply: z.strictObject({ at, failures: z.array(failure) }),
  handle: (asked) => {
    const { at: moment, failures: all } = failuresOf(declaredOf(asked), asked.services.clock.now());
    const { component } = asked.query;
    if (component === undefined) return { at: moment, failures: [...all] };
    const found = all.filter((one) => one.component === component || one.component.endsWith(` ${component}`));
    if (found.length === 0)
      throw new Refusal("not-found", "No component has that name. The list without it has them all.", {
        place: "query.component",
      });
    return { at: moment, failures: found };
  },
});

const ruleList = jsonRoute({
  id: "listRules",
  method: "GET",
  url: "/api/rules",
  tag: "Assurance",
  summary: "every rule: what it holds, why, how it is shown, and what mends it",
  access: viewer,
  ...nothing,
  reply: z.strictObject({
    rules: z.array(
      named(
        "Rule",
        z.strictObject({
          id: z.string(),
          chapter: z.string(),
          severity: z.enum(severities),
          title: z.string(),
          why: z.string(),
          how: z.string(),
          remedy: z.string(),
        }),
      ),
    ),
  }),
  handle: () => ({
    rules: rules.map(({ id, chapter, severity, title, why, how, remedy }) => ({
      id,
      chapter,
      severity,
      title,
      why,
      how,
      remedy,
    })),
  }),
});

export const assuranceRoutes: readonly Route[] = [findings, objectives, failures, ruleList];
