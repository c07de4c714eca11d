import { type ObjectRef, refName } from "../compare/object.ts";
import type { Action } from "./plan.ts";

/** The steps of one object, and what it stands on: as declared where it is made or changed, as observed where it goes. */
export type Strand = {
  readonly object: ObjectRef;
  readonly isRemoved: boolean;
  readonly needs: readonly ObjectRef[];
  /** What it needs, and has to be there before that starts. */
  readonly guards?: ObjectRef;
  readonly actions: readonly Action[];
};

const isSame = (one: ObjectRef, other: ObjectRef | undefined): boolean =>
  other !== undefined && refName(one) === refName(other);

/** Where a strand ends: what waits for the object waits for its last action. */
const endsOf = (strands: readonly Strand[]): Map<string, Strand> =>
  new Map(strands.map((strand) => [refName(strand.object), strand]));

/**
 * Puts the actions in order: those of one object one after another; what is made or changed after what it needs; what
 * is removed after what needed it was changed or removed.
 */
export const ordered = (strands: readonly Strand[]): Action[] => {
  const byName = endsOf(strands);
  const extra = new Map<string, Set<string>>();
  const wait = (action: Action | undefined, before: Action | undefined): void => {
    if (action === undefined || before === undefined || action === before) return;
    const known = extra.get(action.id) ?? new Set<string>();
    known.add(before.id);
    extra.set(action.id, known);
  };
  for (const { isRemoved, needs, guards, actions, object } of strands) {
    for (const [index, action] of actions.entries()) if (index > 0) wait(action, actions[index - 1]);
    for (const action of actions)
      for (const ref of action.follows ?? []) wait(action, byName.get(refName(ref))?.actions.at(-1));
    for (const need of needs) {
      const other = byName.get(refName(need));
      if (other === undefined || refName(need) === refName(object)) continue;
      // A guest goes before its storage does; a guest whose storage is being removed changes first as well.
      if (other.isRemoved) wait(other.actions[0], actions.at(-1));
      else if (!isRemoved) {
        const start = isSame(need, guards) ? other.actions.findIndex(({ verb }) => verb === "start") : -1;
        if (start > 0) wait(other.actions[start], actions.at(-1));
        wait(actions[0], start > 0 ? other.actions[start - 1] : other.actions.at(-1));
      }
    }
  }
  return strands.flatMap(({ actions }) =>
    actions.map((action) => ({
      ...action,
      after: [...new Set([...action.after, ...(extra.get(action.id) ?? [])])].toSorted(),
    })),
  );
};

/** The actions in an order in which each comes after all that it waits for; or the ids of a circle. */
export const sorted = (
  actions: readonly Action[],
):
  | { readonly kind: "order"; readonly actions: readonly Action[] }
  | { readonly kind: "circle"; readonly ids: readonly string[] } => {
  const left = new Map(actions.map((action) => [action.id, action]));
  const waiting = new Map(actions.map(({ id, after }) => [id, new Set(after.filter((before) => left.has(before)))]));
  const followers = new Map<string, string[]>();
  for (const [id, befores] of waiting)
    for (const before of befores) followers.set(before, [...(followers.get(before) ?? []), id]);
  const ready = actions.filter(({ id }) => waiting.get(id)?.size === 0);
  const order: Action[] = [];
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    order.push(next);
    left.delete(next.id);
    for (const follower of followers.get(next.id) ?? []) {
      const befores = waiting.get(follower);
      befores?.delete(next.id);
      const action = left.get(follower);
      if (befores?.size === 0 && action !== undefined) ready.push(action);
    }
  }
  return left.size === 0 ? { kind: "order", actions: order } : { kind: "circle", ids: [...left.keys()] };
};
