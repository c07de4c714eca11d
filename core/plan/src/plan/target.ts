import { type ObjectRef, refName } from "../compare/object.ts";
import { type ObjectKind, objectKinds } from "../compare/object-kind.ts";
import type { Action, Plan } from "./plan.ts";

/** A part of a plan, as a person names it: `guest/101`, `guest/dc01`, `pool lab`; a kind alone is all of its objects. */
export type Target = { readonly kind: ObjectKind; readonly name?: string };

/** Undefined where no kind of object is named so. */
export const parseTarget = (text: string): Target | undefined => {
  const found = objectKinds
    .filter((kind) => text === kind || text.startsWith(`${kind}/`) || text.startsWith(`${kind} `))
    // Of "sdn zone" and "sdn" the longer is meant.
    .toSorted((one, other) => other.length - one.length)[0];
  if (found === undefined) return undefined;
  const name = text.slice(found.length + 1);
  return name === "" ? { kind: found } : { kind: found, name };
};

const isMeant = (targets: readonly Target[], object: ObjectRef, name: string | undefined): boolean =>
  targets.some((one) => one.kind === object.kind && (one.name === undefined || [object.id, name].includes(one.name)));

/** The actions that are meant, and all that have to be done before them. */
const actionsFor = (actions: readonly Action[], targets: readonly Target[]): Action[] => {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const kept = new Set<string>();
  const keep = (action: Action | undefined): void => {
    if (action === undefined || kept.has(action.id)) return;
    kept.add(action.id);
    for (const before of action.after) keep(byId.get(before));
  };
  for (const action of actions) if (isMeant(targets, action.object, action.name)) keep(action);
  return actions.filter(({ id }) => kept.has(id));
};

/** The part of a plan that is about some objects, with all that has to be done before. */
export const targeted = (plan: Plan, targets: readonly Target[]): Plan => {
  const actions = actionsFor(plan.actions, targets);
  const objects = new Set(actions.map(({ object }) => refName(object)));
  const touched = new Set(plan.actions.map(({ object }) => refName(object)));
  const isIn = (object: ObjectRef, name?: string): boolean =>
    objects.has(refName(object)) || isMeant(targets, object, name);
  return {
    ...plan,
    actions,
    // Of what has no actions somebody may stand in need; what has some, and none of them here, is none of our concern.
    base: {
      ...plan.base,
      objects: plan.base.objects.filter(({ object }) => objects.has(refName(object)) || !touched.has(refName(object))),
    },
    drift: plan.drift.filter(({ object, name }) => isIn(object, name)),
    undecided: plan.undecided.filter(({ object }) => isIn(object)),
    stuck: plan.stuck.filter(({ object }) => isIn(object)),
    unmanaged: plan.unmanaged.filter((object) => isIn(object)),
  };
};
