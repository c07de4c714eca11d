import { formatSeconds, isUnknown, nearest, type Path } from "@orrery/model";
import { agoText, daysFrom } from "../days.ts";
import { hasDocument, linkedDocuments, samePath, stemOf, stepsOf } from "../documents.ts";
import type { Draft } from "../finding.ts";
import type { Context, Rule } from "../rule.ts";
import { are, count, groupBy, list } from "../words.ts";
import { claimsOf } from "./inventory.ts";
import { revisionRules } from "./revisions.ts";

const unverified: Rule = {
  id: "documents/reference-unverified",
  chapter: "references",
  severity: "warning",
  title: "Every external reference was verified within its period",
  why: "A page that moved or changed since is found out in the middle of the trouble that it was to help with.",
  how: "The day of the last verification plus verifyEvery must not be before the day of the check. Where the period is unknown, one finding tells how old each verification is; a reference whose verification is unknown is unproven by itself.",
  remedy: "Open the reference, compare it with the archived copy, and record the day.",
  *check({ lab, today }): Generator<Draft> {
    const { references } = lab;
    if (references === undefined) return;
    const dated: { title: string; verified: string }[] = [];
    for (const [index, { title, url, lastVerified }] of references.external.entries()) {
      const base = {
        subject: title,
        path: ["references", "external", index, "lastVerified"] as Path,
        claim: `${url} says what it said`,
      };
      if (isUnknown(lastVerified)) {
        yield {
          ...base,
          verdict: "unproven",
          why: `When it was last verified is unknown: ${lastVerified.why}.`,
          remedy: "Open it, compare it with the archived copy, and record the day.",
        };
        continue;
      }
      dated.push({ title, verified: lastVerified });
      if (isUnknown(references.verifyEvery)) continue;
      const age = daysFrom(lastVerified, today);
      if (age <= references.verifyEvery / 86_400) continue;
      yield {
        ...base,
        why: `${agoText(lastVerified, today)}; ${age} d > ${formatSeconds(references.verifyEvery)}.`,
        remedy: "Open it, compare it with the archived copy, and record the day.",
      };
    }
    if (!isUnknown(references.verifyEvery) || dated.length === 0) return;
    const ages = groupBy(dated, ({ verified }) => verified);
    yield {
      subject: "references",
      path: ["references", "verifyEvery"],
      claim: `${count(dated.length, "external reference")} ${are(dated.length)} verified`,
      verdict: "unproven",
      why: `${[...ages].map(([verified, those]) => `${agoText(verified, today)} (${list(those.map(({ title }) => title))})`).join("; ")}. How long a verification holds is unknown: ${references.verifyEvery.why}.`,
      remedy: "Declare verifyEvery, and verify what is older.",
    };
  },
};

const unarchived: Rule = {
  id: "documents/reference-unarchived",
  chapter: "references",
  severity: "note",
  title: "Every external reference has an archived copy",
  why: "When the lab is cut off, the copy is the only page that opens.",
  how: "A reference whose archived copy is unknown stays unproven.",
  remedy: "Keep a copy where it can be read without the lab.",
  *check({ lab }): Generator<Draft> {
    for (const [index, { title, url, archived }] of (lab.references?.external ?? []).entries()) {
      if (!isUnknown(archived)) continue;
      yield {
        subject: title,
        path: ["references", "external", index, "archived"],
        claim: `a copy of ${url} is kept`,
        verdict: "unproven",
        why: `Where it is kept is unknown: ${archived.why}.`,
        remedy: "Keep a copy where it can be read without the lab, and name it.",
      };
    }
  },
};

type Link = {
  readonly subject: string;
  readonly label: string;
  readonly target: string;
  readonly path: Path;
  readonly where: string;
};

const linksOf = ({ lab }: Context): readonly Link[] => [
  ...(lab.references?.internal ?? []).map(({ label, target, title }, index) => ({
    subject: title,
    label,
    target,
    path: ["references", "internal", index, "label"],
    where: "references",
  })),
  ...(lab.changes?.items ?? []).flatMap(({ id, register }, index) =>
    register === undefined
      ? []
      : [
          {
            subject: id,
            label: register.label,
            target: register.url,
            path: ["changes", "items", index, "register", "label"],
            where: register.system,
          },
        ],
  ),
  ...claimsOf(lab).flatMap(({ claim, path }) =>
    claim.kind === "link"
      ? [
          {
            subject: claim.label,
            label: claim.label,
            target: claim.target,
            path: [...path, "label"],
            where: claim.source,
          },
        ]
      : [],
  ),
];

/** A file (`docs/Guide.md`) and an id (`CR-PROX-2025-001`) name something; other words (`Local Copy`) only describe it. */
const isFile = (label: string): boolean => /^\S+\.[A-Za-z0-9]{1,5}$/.test(label) || /^[^\s/]+(\/[^\s/]+)+$/.test(label);
const isId = (text: string): boolean => /^[A-Za-z0-9]+(-[A-Za-z0-9]+)+$/.test(text) && /\d/.test(text);

const mislabelled = ({ label, target }: Link): string | undefined => {
  if (isFile(label)) {
    if (samePath(label, target) && stepsOf(label).length <= stepsOf(target).length) return undefined;
    return `The label names ${stepsOf(label).join("/")}, the target is ${stepsOf(target).join("/")}.`;
  }
  const stem = stemOf(target);
  if (!isId(label) || !isId(stem) || label === stem) return undefined;
  return `The label names ${label}, the target is ${stem}.`;
};

const linkLabel: Rule = {
  id: "documents/link-label",
  chapter: "references",
  severity: "warning",
  title: "Every link's label names what the link leads to",
  why: "Who prints the page, or copies the name, goes looking for a file or a ticket that is not there.",
  how: "A label that is a path is compared with the end of its target, step by step without ./ and ../; a label that is an id (CR-PROX-2025-001) with the last step. Other words only describe, and are not compared. Links are those of the references, of the change register, and claims of kind link.",
  remedy: "Write the target's name as the label, or correct the target.",
  *check(context): Generator<Draft> {
    for (const link of linksOf(context)) {
      const why = mislabelled(link);
      if (why === undefined) continue;
      yield {
        subject: link.subject,
        path: link.path,
        claim: `${link.label} is at ${link.target} (${link.where})`,
        why,
        remedy: `Write ${isFile(link.label) ? stepsOf(link.target).join("/") : stemOf(link.target)} as the label, or correct the target.`,
      };
    }
  },
};

type Use = { readonly id: string; readonly by: string; readonly path: Path };

/** Where a procedure is linked, but for the chapter that declares them. */
const procedureUses = ({ lab }: Context): readonly Use[] => [
  ...lab.recovery.scenarios.map(({ procedure, title, rto }, index) => ({
    id: procedure,
    by: `the recovery from ${title} within ${formatSeconds(rto)}`,
    path: ["recovery", "scenarios", index, "procedure"],
  })),
  ...lab.monitoring.thresholds.map(({ response, subject }, index) => ({
    id: response,
    by: `the response to ${subject}`,
    path: ["monitoring", "thresholds", index, "response"],
  })),
  ...(lab.knownErrors?.items ?? []).flatMap(({ id, issue, procedure }, index) =>
    procedure === undefined
      ? []
      : [{ id: procedure, by: `${id} (${issue})`, path: ["knownErrors", "items", index, "procedure"] }],
  ),
];

const undeclaredProcedure: Rule = {
  id: "documents/procedure-undeclared",
  chapter: "maintenance",
  severity: "warning",
  title: "Every procedure that is linked is declared",
  why: "A recovery or a response that leads to a procedure which nobody wrote is found out by whoever is on duty, at the worst time.",
  how: "The procedures of recovery scenarios, thresholds and known errors are looked up among maintenance.procedures, one finding for each id.",
  remedy: "Declare the procedure with what it does, who does it and how long it takes.",
  *check(context): Generator<Draft> {
    const declared = new Set<string>(context.lab.maintenance.procedures.map(({ id }) => id));
    for (const [id, uses] of groupBy(procedureUses(context), (use) => use.id)) {
      const [first] = uses;
      if (first === undefined || declared.has(id)) continue;
      const near = nearest(id, declared);
      yield {
        subject: id,
        path: first.path,
        claim: `${list(uses.map(({ by }) => by))} ${uses.length === 1 ? "is" : "are"} by ${id}`,
        why: `None of the ${count(declared.size, "declared procedure")} is ${id}${near === undefined ? "" : `; the nearest id is ${near}`}.`,
        remedy: `Declare ${id} in the maintenance chapter: what it does, who does it, how long it takes.`,
      };
    }
  },
};

const undocumented: Rule = {
  id: "documents/existence-unknown",
  chapter: "references",
  severity: "note",
  title: "Every document that is linked is known to exist",
  why: "A link is a promise that the document was written.",
  how: "The documents that chapters link or name are looked up among references.existing, by path or id. What is not there stays unproven; one finding tells all of them.",
  remedy: "Open each, and add it to references.existing.",
  *check({ lab }): Generator<Draft> {
    const linked = linkedDocuments(lab);
    const missing = linked.filter(({ document }) => !hasDocument(lab, document));
    const [first] = missing;
    if (first === undefined) return;
    const names = [...new Set(missing.map(({ document }) => stepsOf(document).join("/")))];
    const all = new Set(linked.map(({ document }) => stepsOf(document).join("/"))).size;
    yield {
      subject: "documents",
      path: first.path,
      claim: `${count(all, "linked document")} ${are(all)} there to be read`,
      verdict: "unproven",
      why: `${names.length} of ${all} ${are(names.length)} not among references.existing: ${list(names, 4)}.`,
      remedy: "Open each of them, and add it to references.existing.",
    };
  },
};

export const documents: readonly Rule[] = [
  unverified,
  unarchived,
  linkLabel,
  undeclaredProcedure,
  undocumented,
  ...revisionRules,
];
