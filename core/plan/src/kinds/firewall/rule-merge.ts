/** A rule as it stands in a list: its line without the mark, and whether it bears that. */
export type Standing = { readonly line: string; readonly marked: boolean };

type Matching = {
  /** Of each rule that stands, which declared one it is. */
  readonly declared: readonly (number | undefined)[];
};

/** Sets declared rules beside those that stand, equal ones in their order, marked ones first. */
const matched = (wanted: readonly string[], standing: readonly Standing[]): Matching => {
  const declared: (number | undefined)[] = standing.map(() => undefined);
  const left = new Map<string, number[]>();
  for (const [index, line] of wanted.entries()) left.set(line, [...(left.get(line) ?? []), index]);
  for (const mark of [true, false]) {
    for (const [index, { line, marked }] of standing.entries()) {
      if (marked === mark) declared[index] = left.get(line)?.shift();
    }
  }
  return { declared };
};

/**
 * The list as it is to be: the declared rules in their order, and those of others (neither declared nor marked) where
 * they stand: behind the last of the declared rules that they follow now; at the top, where they follow none; behind all, where no
 * declared rule stands yet, as a rule that is made anew comes first with Proxmox too.
 */
export const mergedRules = (wanted: readonly string[], standing: readonly Standing[]): readonly string[] => {
  const { declared } = matched(wanted, standing);
  const behind = new Map<number, string[]>();
  const isAnchored = declared.some((index) => index !== undefined);
  let anchor = isAnchored ? -1 : wanted.length - 1;
  for (const [index, { line, marked }] of standing.entries()) {
    const own = declared[index];
    if (own !== undefined) anchor = Math.max(anchor, own);
    else if (!marked) behind.set(anchor, [...(behind.get(anchor) ?? []), line]);
  }
  return [...(behind.get(-1) ?? []), ...wanted.flatMap((line, index) => [line, ...(behind.get(index) ?? [])])];
};
