import type { Path } from "@orrery/model";
import type { Checked } from "./check.ts";
import type { Finding, Objective } from "./finding.ts";

/** Something that held and holds no more, or the other way round: of an objective, or of a rule and what it is about. */
export type Turn = {
  /** `objective recovery/guest/rpo`, `rule backup/uncovered (dc01)`: what a person looks it up by. */
  readonly subject: string;
  readonly why: string;
};

export type Turns = { readonly breaks: readonly Turn[]; readonly mends: readonly Turn[] };

const objectiveTurn = ({ id, title, verdict, why }: Objective): Turn => ({
  subject: `objective ${id}`,
  why: verdict === "unproven" ? `${title}: it can be shown no more. ${why}` : `${title}: ${why}`,
});

const subjectOf = ({ rule, subject }: Finding): string => `rule ${rule} (${subject})`;

/** Errors that nobody took upon themselves, by rule and subject: their words change with every number in them. */
const errorsOf = ({ findings }: Checked): ReadonlyMap<string, Finding> =>
  new Map(
    findings
      .filter(({ severity, waived }) => severity === "error" && waived === undefined)
      .map((finding) => [subjectOf(finding), finding]),
  );

const familyOf = ({ rule }: Finding): string => rule.slice(0, rule.indexOf("/"));

/** Two claims of one thing of a list: of a scenario, of a policy. */
const isOfOne = (one: Path, other: Path): boolean =>
  one.length >= 3 && one.slice(0, 3).join("/") === other.slice(0, 3).join("/");

/**
 * Whether an error went because things are well. Where there is no copy left, no copy is too old either: an error is not
 * mended where its objective is still not met, nor where its family of rules has something new to say.
 */
const isMended = (finding: Finding, after: Checked, newErrors: readonly Finding[]): boolean =>
  !after.objectives.some(({ verdict, path }) => verdict !== "met" && isOfOne(path, finding.claim.path)) &&
  !newErrors.some((one) => familyOf(one) === familyOf(finding));

const without = (there: ReadonlyMap<string, Finding>, others: ReadonlyMap<string, Finding>): Finding[] =>
  [...there].flatMap(([subject, finding]) => (others.has(subject) ? [] : [finding]));

const errorTurn = (finding: Finding): Turn => ({
  subject: subjectOf(finding),
  why: `${finding.claim.text}: ${finding.why}`,
});

/**
 * What a change of the lab breaks and mends. An objective that held and can only be shown no more counts as broken: what
 * is unknown is never taken for met. What only one of the two has (the objective of a policy that is made) is neither.
 */
export const turnsBetween = (before: Checked, after: Checked): Turns => {
  const was = new Map(before.objectives.map((objective) => [objective.id, objective]));
  const both = after.objectives.flatMap((now) => {
    const old = was.get(now.id);
    return old === undefined ? [] : [{ old, now }];
  });
  const [errorsBefore, errorsAfter] = [errorsOf(before), errorsOf(after)];
  const newErrors = without(errorsAfter, errorsBefore);
  return {
    breaks: [
      ...both.flatMap(({ old, now }) => (old.verdict === "met" && now.verdict !== "met" ? [objectiveTurn(now)] : [])),
      ...newErrors.map(errorTurn),
    ],
    mends: [
      ...both.flatMap(({ old, now }) => (old.verdict !== "met" && now.verdict === "met" ? [objectiveTurn(now)] : [])),
      ...without(errorsBefore, errorsAfter)
        .filter((finding) => isMended(finding, after, newErrors))
        .map(errorTurn),
    ],
  };
};
