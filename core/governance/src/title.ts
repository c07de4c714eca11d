import { type CatalogueId, type Control, catalogueOf } from "./catalogue.ts";
import { contentWords } from "./words.ts";

/**
 * The share of the weight of all words that a claimed title and the catalogue's own must have in common.
 * It lies between what a shortened title keeps (`Deploy and maintain anti-malware` keeps 0.76 of 10.1) and what a
 * title that drops its subject keeps (`Configure automatic updates` keeps 0.54 of 10.2).
 */
export const sameTitleFrom = 0.65;

export type TitleMatch =
  | { readonly kind: "same"; readonly score: number }
  | {
      readonly kind: "different";
      readonly score: number;
      /** Words of the catalogue's title that the claimed one leaves out. */
      readonly missing: readonly string[];
      /** Words that the claimed title has and the catalogue's has not. None: it is a title cut too short to tell. */
      readonly added: readonly string[];
      /** A control of the same catalogue that the claimed title fits better, where there is one. */
      readonly better?: Control;
    };

export interface RankedControl {
  readonly control: Control;
  /** 0 to 1: the share of the weight of all words that both titles have. */
  readonly score: number;
}

type Words = ReadonlyMap<string, string>;

interface Vocabulary {
  readonly titles: readonly { readonly control: Control; readonly words: Words }[];
  /** How much a word tells: a word of few titles tells more than one of many. */
  readonly weigh: (word: string) => number;
}

const vocabularies = new Map<CatalogueId, Vocabulary>();

/**
 * Decides whether a claimed title is the catalogue's own title of that control, by its content words.
 * A title that fits another control of the catalogue better is different, whatever its score.
 */
export function titleMatch(claimed: string, control: Control): TitleMatch {
  const { weigh } = vocabularyOf(control.catalogue);
  const said = contentWords(claimed);
  const own = contentWords(control.title);
  const score = similarity(said, own, weigh);
  const [first] = nearestByTitle(control.catalogue, claimed, 1);
  const better = first !== undefined && first.score > score ? first.control : undefined;
  if (score >= sameTitleFrom && better === undefined) return { kind: "same", score };
  const missing = wordsOf(own, said);
  const added = wordsOf(said, own);
  return { kind: "different", score, missing, added, ...(better === undefined ? {} : { better }) };
}

/**
 * The controls whose titles come nearest to a claimed one, best first; none that shares no word with it.
 * Of equal ones, what is withdrawn comes last, and then the catalogue's order decides.
 */
export function nearestByTitle(catalogue: CatalogueId, claimed: string, limit = 3): readonly RankedControl[] {
  const { titles, weigh } = vocabularyOf(catalogue);
  const said = contentWords(claimed);
  return titles
    .map(({ control, words }) => ({ control, score: similarity(said, words, weigh) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || withdrawn(a.control) - withdrawn(b.control))
    .slice(0, limit);
}

/** The words of one title that the other lacks. */
function wordsOf(title: Words, other: Words): readonly string[] {
  return [...title].filter(([stem]) => !other.has(stem)).map(([, word]) => word);
}

function similarity(a: Words, b: Words, weigh: (word: string) => number): number {
  let common = 0;
  let all = 0;
  for (const word of new Set([...a.keys(), ...b.keys()])) {
    const weight = weigh(word);
    all += weight;
    if (a.has(word) && b.has(word)) common += weight;
  }
  return all === 0 ? 0 : common / all;
}

const withdrawn = ({ status }: Control): number => (status.kind === "withdrawn" ? 1 : 0);

function vocabularyOf(catalogue: CatalogueId): Vocabulary {
  let vocabulary = vocabularies.get(catalogue);
  if (vocabulary === undefined) {
    const titles = catalogueOf(catalogue).controls.map((control) => ({ control, words: contentWords(control.title) }));
    const frequency = new Map<string, number>();
    for (const { words } of titles)
      for (const word of words.keys()) frequency.set(word, (frequency.get(word) ?? 0) + 1);
    const weigh = (word: string) => Math.log((titles.length + 1) / ((frequency.get(word) ?? 0) + 0.5));
    vocabulary = { titles, weigh };
    vocabularies.set(catalogue, vocabulary);
  }
  return vocabulary;
}
