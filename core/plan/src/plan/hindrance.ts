import type { Change, Undecided } from "../compare/comparison.ts";
import { refName } from "../compare/object.ts";
import type { Stuck } from "./plan.ts";

/**
 * What cannot be made because something that it needs is not there and cannot be made either, and so on: for each, what
 * it lacks. Objects of which something else is wrong are not among them.
 */
export const hinderedBy = (changes: readonly Change[], undecided: readonly Undecided[]): ReadonlyMap<string, Stuck> => {
  const lacking = new Map(
    undecided.filter(({ property }) => property === undefined).map(({ object, why }) => [refName(object), why]),
  );
  const hindered = new Map<string, Stuck>();
  const missing = changes.flatMap((change) => (change.kind === "missing" ? [change.declared] : []));
  for (let before = -1; before < hindered.size; ) {
    before = hindered.size;
    for (const { kind, id, needs } of missing) {
      const name = refName({ kind, id });
      const need = hindered.has(name) ? undefined : needs.find((one) => lacking.has(refName(one)));
      if (need === undefined) continue;
      const why = hindered.has(refName(need))
        ? "which cannot be made"
        : `of which nobody can say that it is there: ${lacking.get(refName(need))}`;
      hindered.set(name, { object: { kind, id }, why: `it needs ${refName(need)}, ${why}` });
      lacking.set(name, why);
    }
  }
  return hindered;
};
