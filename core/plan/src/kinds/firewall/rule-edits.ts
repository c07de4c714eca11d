/** One change of a list of rules by its positions at that moment. */
export type RuleEdit =
  | { readonly kind: "insert"; readonly at: number; readonly line: string }
  | { readonly kind: "update"; readonly at: number; readonly from: string; readonly line: string }
  /** `to` is the position before which it comes, counted before it is taken out. */
  | { readonly kind: "move"; readonly at: number; readonly to: number; readonly line: string }
  | { readonly kind: "remove"; readonly at: number; readonly line: string };

/** The list after a change. */
export const edited = (lines: readonly string[], edit: RuleEdit): readonly string[] => {
  switch (edit.kind) {
    case "insert":
      return lines.toSpliced(edit.at, 0, edit.line);
    case "update":
      return lines.with(edit.at, edit.line);
    case "move": {
      const others = lines.toSpliced(edit.at, 1);
      return others.toSpliced(edit.to > edit.at ? edit.to - 1 : edit.to, 0, edit.line);
    }
    case "remove":
      return lines.toSpliced(edit.at, 1);
  }
};

/** The longest run of positions that rise: what may stay where it is. */
const rising = (positions: readonly number[]): ReadonlySet<number> => {
  const best: { length: number; before: number }[] = [];
  for (const [index, position] of positions.entries()) {
    let [length, before] = [1, -1];
    for (let earlier = 0; earlier < index; earlier++) {
      const other = best[earlier];
      if (other !== undefined && (positions[earlier] ?? 0) < position && other.length + 1 > length)
        [length, before] = [other.length + 1, earlier];
    }
    best.push({ length, before });
  }
  let at = best.reduce((most, { length }, index) => (length > (best[most]?.length ?? 0) ? index : most), 0);
  const kept = new Set<number>();
  while (at >= 0 && best[at] !== undefined) {
    kept.add(positions[at] ?? 0);
    at = best[at]?.before ?? -1;
  }
  return kept;
};

type Item = { readonly line: string; readonly id: number };

/**
 * The changes that turn one list into another, one after another, as few as they can be: what stays in order stays where
 * it is; a rule that has to go makes room for one that comes in its place; all else is inserted or moved before anything
 * is removed, so that what is let in by an old rule and a new one is let in all the time.
 */
export const ruleEdits = (from: readonly string[], to: readonly string[]): readonly RuleEdit[] => {
  const spare = new Map<string, number[]>();
  for (const [index, line] of from.entries()) spare.set(line, [...(spare.get(line) ?? []), index]);
  const source = to.map((line) => spare.get(line)?.shift());
  const fixed = rising(source.filter((index) => index !== undefined));
  const surplus = new Set([...spare.values()].flat());
  const current: Item[] = from.map((line, id) => ({ line, id }));
  const edits: RuleEdit[] = [];
  let added = from.length;
  let before = -1;
  const place = (id: number): number => current.findIndex((item) => item.id === id);
  for (const [index, line] of to.entries()) {
    const own = source[index];
    if (own !== undefined && fixed.has(own)) {
      before = own;
      continue;
    }
    const at = before < 0 ? 0 : place(before) + 1;
    if (own !== undefined) {
      const now = place(own);
      if (now !== at) edits.push({ kind: "move", at: now, to: at, line });
      const [item] = current.splice(now, 1);
      if (item !== undefined) current.splice(now < at ? at - 1 : at, 0, item);
      before = own;
      continue;
    }
    const there = current[at];
    if (there !== undefined && surplus.has(there.id)) {
      edits.push({ kind: "update", at, from: there.line, line });
      surplus.delete(there.id);
      current[at] = { line, id: there.id };
      before = there.id;
      continue;
    }
    edits.push({ kind: "insert", at, line });
    current.splice(at, 0, { line, id: added });
    before = added;
    added += 1;
  }
  for (const id of surplus) {
    const at = place(id);
    edits.push({ kind: "remove", at, line: current[at]?.line ?? "" });
    current.splice(at, 1);
  }
  return edits;
};
