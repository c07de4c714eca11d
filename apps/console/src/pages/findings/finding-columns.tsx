import type { Field } from "../../filter/field.ts";
import { Mark } from "../../marks/mark.tsx";
import { type Said, severityWords } from "../../marks/words.ts";
import type { Column } from "../../table/column.ts";
import type { FindingRow } from "./finding-row.ts";

const gravity: Readonly<Record<FindingRow["severity"], number>> = { error: 0, warning: 1, note: 2 };

/** How a finding is said to stand: what is waived weighs on nobody until that ends. */
export const findingSaid = ({ severity, waived }: FindingRow): Said =>
  waived === undefined ? severityWords[severity] : { tone: "plain", word: `waived ${severityWords[severity].word}` };

export const verdictText: Readonly<Record<FindingRow["verdict"], string>> = {
  violated: "does not hold",
  unproven: "cannot be shown",
};

export const findingColumns = (hrefOf: (key: string) => string): readonly Column<FindingRow>[] => [
  {
    id: "severity",
    title: "Severity",
    width: 6.4,
    fixed: true,
    sort: ({ severity, waived }) => gravity[severity] + (waived === undefined ? 0 : 10),
    cell: (finding) => {
      const { tone, word } = findingSaid(finding);
      return <Mark tone={tone}>{word}</Mark>;
    },
  },
  {
    id: "rule",
    title: "Rule",
    width: 12,
    grow: 0.6,
    fixed: true,
    sort: ({ rule }) => rule,
    cell: ({ rule, key }) => (
      <a href={hrefOf(key)} tabIndex={-1}>
        {rule}
      </a>
    ),
  },
  {
    id: "subject",
    title: "About",
    width: 7,
    grow: 0.5,
    sort: ({ subject }) => subject,
    cell: ({ subject }) => subject,
  },
  {
    id: "why",
    title: "Why",
    width: 12,
    grow: 3,
    wide: true,
    cell: ({ why }) => <span title={why}>{why}</span>,
  },
  {
    id: "verdict",
    title: "Claim",
    about: "whether it is known not to hold, or cannot be shown to",
    width: 8,
    chosen: true,
    sort: ({ verdict }) => verdict,
    cell: ({ verdict }) => verdictText[verdict],
  },
  {
    id: "chapter",
    title: "Chapter",
    width: 7,
    chosen: true,
    sort: ({ chapter }) => chapter,
    cell: ({ chapter }) => chapter,
  },
  {
    id: "at",
    title: "Declared at",
    width: 8.6,
    wide: true,
    sort: ({ claim: { place }, at }) => at?.replace(/:\d+$/, `:${String(place?.line ?? 0).padStart(6, "0")}`),
    cell: ({ at }) => at ?? "–",
  },
];

/** By what findings are filtered. A rule is found by its family too. */
export const findingFields: readonly Field<FindingRow>[] = [
  {
    kind: "word",
    key: "severity",
    about: "how much it weighs",
    of: ({ severity }) => severity,
    values: ["error", "warning", "note"],
  },
  {
    kind: "word",
    key: "rule",
    about: "the rule, or the family of rules",
    of: ({ rule }) => [rule, rule.split("/", 1)[0] ?? rule],
    searched: true,
  },
  { kind: "word", key: "about", about: "what it is about", of: ({ subject }) => subject, searched: true },
  { kind: "word", key: "why", about: "its arithmetic", of: ({ why }) => why, searched: true },
  { kind: "word", key: "claim", about: "the claim, as it is declared", of: ({ claim }) => claim.text, searched: true },
  {
    kind: "word",
    key: "verdict",
    about: "whether it does not hold, or cannot be shown to",
    of: ({ verdict }) => verdict,
    values: ["violated", "unproven"],
  },
  { kind: "word", key: "chapter", about: "the chapter of the declaration", of: ({ chapter }) => chapter },
  { kind: "word", key: "at", about: "the file that declares it", of: ({ at }) => at ?? [] },
  { kind: "flag", key: "waived", about: "somebody answers for it", of: ({ waived }) => waived !== undefined },
];

export const findingExamples: readonly (readonly [filter: string, about: string])[] = [
  ["severity:error", "what weighs most"],
  ["verdict:unproven", "what cannot be shown"],
  ["rule:capacity", "a family of rules"],
  ["waived", "what somebody answers for"],
];
