import {
  type CatalogueId,
  type Control,
  catalogueOf,
  crosswalk,
  findControl,
  type Named,
  nearestByTitle,
  parseControlRef,
  supersededBy,
  titleMatch,
} from "@orrery/governance";
import { isUnknown, type Lab, type Path } from "@orrery/model";
import { hasDocument, isUrl } from "../documents.ts";
import type { Draft } from "../finding.ts";
import type { Context, Rule } from "../rule.ts";
import { are, count, groupBy, list } from "../words.ts";
import { reviewOverdue } from "./reviews.ts";

type Item = Lab["controls"]["items"][number];

/** A control of the declaration, read against its catalogue. */
type Read = {
  readonly item: Item;
  readonly path: Path;
  readonly is:
    | { readonly kind: "control"; readonly control: Control; readonly title: string | undefined }
    | { readonly kind: "problem"; readonly message: string; readonly nearest: readonly Named[] };
};

const readControls = ({ lab }: Context): readonly Read[] =>
  lab.controls.items.map((item, index): Read => {
    const path: Path = ["controls", "items", index];
    const ref = parseControlRef(item.id, item.catalogue);
    if (ref.kind !== "control")
      return { item, path, is: { kind: "problem", message: ref.message, nearest: ref.nearest } };
    const control = findControl(ref.catalogue, ref.id);
    if (control === undefined)
      return { item, path, is: { kind: "problem", message: `${ref.catalogue} has no ${ref.id}.`, nearest: [] } };
    return { item, path, is: { kind: "control", control, title: item.title ?? ref.title } };
  });

const editionOf = (id: CatalogueId): string => `${catalogueOf(id).name} ${catalogueOf(id).edition}`;

/** From this score on words say which control they are about. */
const tellingScore = 0.4;

/** The control that some words are about, where they tell. */
const toldBy = (words: string, catalogue: CatalogueId): Control | undefined => {
  const [best] = nearestByTitle(catalogue, words, 1);
  return best === undefined || best.score < tellingScore ? undefined : best.control;
};

const named = (control: Control): string => `${control.id} "${control.title}"`;
const nameOf = ({ catalogue, id }: Named): string => {
  const control = findControl(catalogue, id);
  return control === undefined ? id : named(control);
};

const unknownControl: Rule = {
  id: "controls/unknown-control",
  chapter: "controls",
  severity: "error",
  title: "Every control is one of its catalogue",
  why: "An auditor looks the id up first. What is not there cannot be met.",
  how: "Each id is read and looked up among the ids of its catalogue. An id that names its own edition (ISO 27001:2022 8.13) is looked up in that one.",
  remedy: "Write the id of the control that is meant.",
  *check(context): Generator<Draft> {
    for (const { item, path, is } of context.once(readControls)) {
      if (is.kind !== "problem") continue;
      const byTitle = item.title === undefined ? undefined : toldBy(item.title, item.catalogue);
      yield {
        subject: item.id,
        path: [...path, "id"],
        claim: `${item.id}${item.title === undefined ? "" : ` (${item.title})`} is a control of ${editionOf(item.catalogue)}`,
        why: [
          is.message,
          ...(is.nearest.length === 0 ? [] : [`Near it: ${list(is.nearest.map(nameOf), 4)}.`]),
          ...(byTitle === undefined ? [] : [`"${item.title}" is nearest to ${named(byTitle)}.`]),
        ].join(" "),
        remedy: "Write the id of the control that is meant.",
      };
    }
  },
};

/** What else the claimed title could be the title of. */
const meant = (claimed: string, control: Control, better: Control | undefined): string => {
  if (better !== undefined) return `"${claimed}" is nearest to ${named(better)}`;
  const other = nearestByTitle(control.catalogue, claimed, 2).find((near) => near.control.id !== control.id)?.control;
  return other === undefined
    ? `no title of the catalogue shares a word with "${claimed}"`
    : `"${claimed}" is no title of the catalogue; after this one ${named(other)} is nearest`;
};

const wrongTitle: Rule = {
  id: "controls/title",
  chapter: "controls",
  severity: "error",
  title: "Every control bears its catalogue's own title",
  why: "A status under another control's number answers a question that nobody asked, and leaves the one that was asked open.",
  how: "The claimed title is compared with the catalogue's by its telling words; a shortened or reordered title passes, one that drops its subject or fits another control better does not.",
  remedy: "Decide which control is meant: correct the id, or the title and what is said of it.",
  *check(context): Generator<Draft> {
    for (const { item, path, is } of context.once(readControls)) {
      if (is.kind !== "control" || is.title === undefined) continue;
      const match = titleMatch(is.title, is.control);
      if (match.kind === "same") continue;
      const { better, missing } = match;
      const about = item.implementation === undefined ? undefined : toldBy(item.implementation, is.control.catalogue);
      const other = about?.id === is.control.id ? undefined : about;
      const cut = better === undefined && match.added.length === 0 && missing.length > 0;
      yield {
        subject: item.id,
        path: [...path, item.title === undefined ? "id" : "title"],
        claim: `${item.id} is "${is.title}"`,
        why: [
          `${editionOf(is.control.catalogue)}: ${named(is.control)}`,
          cut ? `"${is.title}" leaves out ${list(missing)}` : meant(is.title, is.control, better),
          ...(other === undefined
            ? []
            : [`what is implemented ("${item.implementation}") is nearest to ${named(other)}`]),
          ...(item.status === "not claimed" ? [] : [`"${item.status}" is said of a control that the row is not about`]),
        ]
          .join("; ")
          .concat("."),
        remedy:
          better === undefined
            ? `Write "${is.control.title}" and say what meets it, or name the control that is meant.`
            : `Write ${better.id} if "${better.title}" is meant; else write "${is.control.title}" and say what meets it.`,
      };
    }
  },
};

const withdrawn: Rule = {
  id: "controls/withdrawn",
  chapter: "controls",
  severity: "warning",
  title: "No control has been withdrawn from its catalogue",
  why: "A withdrawn control is asked for by nobody; what took it over is.",
  how: "The catalogue's own status of each control.",
  remedy: "Claim the controls that it went into.",
  *check(context): Generator<Draft> {
    for (const { item, path, is } of context.once(readControls)) {
      if (is.kind !== "control" || is.control.status.kind !== "withdrawn") continue;
      const { catalogue, status } = is.control;
      const into = status.into.map((id) => nameOf({ catalogue, id }));
      yield {
        subject: item.id,
        path: [...path, "id"],
        claim: `${item.id} is a control of ${editionOf(catalogue)}`,
        why: `${named(is.control)} is withdrawn${into.length === 0 ? " and nothing took its place" : `: it went into ${list(into)}`}.`,
        remedy: into.length === 0 ? `Leave ${item.id} out.` : `Claim ${list(into)} instead.`,
      };
    }
  },
};

const superseded: Rule = {
  id: "controls/superseded-catalogue",
  chapter: "controls",
  severity: "warning",
  title: "Controls are those of the catalogue's newest edition",
  why: "Once the transition is over, nobody certifies against the old edition.",
  how: "The day of the check is compared with the newer edition's publication. ISO controls are told with those of 2022 that took them over (ISO/IEC 27002:2022, Annex B). Until the transition ends it is a note.",
  remedy: "Map the controls to the newer edition.",
  *check(context): Generator<Draft> {
    const controls = context
      .once(readControls)
      .flatMap(({ item, path, is }) => (is.kind === "control" ? [{ item, path, control: is.control }] : []));
    for (const [catalogue, uses] of groupBy(controls, ({ control }) => control.catalogue)) {
      const by = supersededBy(catalogue);
      const [first] = uses;
      if (by === undefined || first === undefined || by.published > context.today) continue;
      const over = by.transitionEnds === undefined || by.transitionEnds < context.today;
      const ids = [...new Map(uses.map(({ item, control }) => [control.id, item.id]))];
      const mapped = ids.map(([id, said]) => {
        const into = catalogue === "iso-27001-2013" ? crosswalk(id) : [];
        return into.length === 0
          ? said
          : `${said} → ${into.map((to) => nameOf({ catalogue: by.by, id: to })).join(" + ")}`;
      });
      const until =
        by.transitionEnds === undefined
          ? ""
          : over
            ? `, and the transition ended on ${by.transitionEnds}`
            : `, and the transition ends on ${by.transitionEnds}`;
      yield {
        subject: editionOf(catalogue),
        path: [...first.path, "catalogue"],
        claim: `${list(ids.map(([, said]) => said))} of ${editionOf(catalogue)}`,
        ...(over ? {} : { severity: "note" as const }),
        why: `${editionOf(by.by)} took its place (${by.published})${until}. There: ${list(mapped, 12)}.`,
        remedy: `Claim the controls of ${editionOf(by.by)}.`,
      };
    }
  },
};

const duplicated: Rule = {
  id: "controls/duplicate",
  chapter: "controls",
  severity: "warning",
  title: "No control is listed twice",
  why: "Two rows for one control end up with two answers.",
  how: "Ids are compared as the catalogue writes them: CP-9 and CP-09 are one.",
  remedy: "Merge the rows.",
  *check(context): Generator<Draft> {
    const controls = context
      .once(readControls)
      .flatMap(({ item, path, is }) => (is.kind === "control" ? [{ item, path, control: is.control }] : []));
    for (const [control, uses] of groupBy(controls, (use) => use.control)) {
      const [, second] = uses;
      if (second === undefined) continue;
      yield {
        subject: second.item.id,
        path: [...second.path, "id"],
        claim: `${second.item.id} is a row of its own`,
        why: `${named(control)} is listed ${uses.length} times, as ${list(uses.map(({ item }) => `${item.id} (${item.status})`))}.`,
        remedy: "Merge the rows into one.",
      };
    }
  },
};

const withoutEvidence: Rule = {
  id: "controls/status-without-evidence",
  chapter: "controls",
  severity: "warning",
  title: "A claimed status names its evidence",
  why: "A status without evidence is an opinion.",
  how: "A control that is claimed as compliant or partial and whose evidence is unknown stays unproven.",
  remedy: "Say where the evidence is, or claim nothing.",
  *check({ lab }): Generator<Draft> {
    for (const [index, item] of lab.controls.items.entries()) {
      if ((item.status !== "compliant" && item.status !== "partial") || !isUnknown(item.evidence)) continue;
      yield {
        subject: item.id,
        path: ["controls", "items", index, "evidence"],
        claim: `${item.id} is ${item.status}`,
        verdict: "unproven",
        why: `Its evidence is unknown: ${item.evidence.why}.`,
        remedy: 'Say where the evidence is, or write status: "not claimed".',
      };
    }
  },
};

const evidenceInWords: Rule = {
  id: "controls/evidence-not-linked",
  chapter: "controls",
  severity: "note",
  title: "Evidence can be followed to where it is",
  why: "The name of a dashboard is not the record of a day: who reviews it must find the same thing that the claim was made on.",
  how: "Evidence of a claimed status counts as linked where it is a URL, or a document among references.existing. What is named in words only stays unproven; one finding tells all of them.",
  remedy: "Link the record, or the document that holds it.",
  *check({ lab }): Generator<Draft> {
    const items = lab.controls.items.flatMap((item, index) =>
      (item.status === "compliant" || item.status === "partial") &&
      !isUnknown(item.evidence) &&
      !isUrl(item.evidence) &&
      !hasDocument(lab, item.evidence)
        ? [{ id: item.id, evidence: item.evidence, index }]
        : [],
    );
    const [first] = items;
    if (first === undefined) return;
    yield {
      subject: "controls",
      path: ["controls", "items", first.index, "evidence"],
      claim: `${count(items.length, "control")} ${are(items.length)} met, on evidence that is named`,
      verdict: "unproven",
      why: `Neither a link nor a known document stands behind ${list(items.map(({ id, evidence }) => `"${evidence}" (${id})`))}; nobody could say what was seen, or when.`,
      remedy: "Give the URL of the record, or add the document to references.existing.",
    };
  },
};

const unclaimed: Rule = {
  id: "controls/nothing-claimed",
  chapter: "controls",
  severity: "note",
  title: "A control that is listed says something",
  why: "A list of numbers at the head of a document looks like compliance, and claims none.",
  how: "Controls with no claimed status and no known evidence stay unproven; one finding tells all of them.",
  remedy: "Claim a status and name its evidence, or take the control off the list.",
  *check({ lab }): Generator<Draft> {
    const items = lab.controls.items.flatMap((item, index) =>
      item.status === "not claimed" && isUnknown(item.evidence) ? [{ id: item.id, why: item.evidence.why, index }] : [],
    );
    const [first] = items;
    if (first === undefined) return;
    yield {
      subject: "controls",
      path: ["controls", "items", first.index],
      claim: `the service implements ${list(
        items.map(({ id }) => id),
        12,
      )}`,
      verdict: "unproven",
      why: `${count(items.length, "control")} ${are(items.length)} listed with no status and no evidence: ${list([...new Set(items.map(({ why }) => why))], 3)}.`,
      remedy: "Claim a status and name its evidence for each, or take it off the list.",
    };
  },
};

export const controls: readonly Rule[] = [
  unknownControl,
  wrongTitle,
  withdrawn,
  superseded,
  duplicated,
  withoutEvidence,
  evidenceInWords,
  unclaimed,
  reviewOverdue,
];
