import type { ClusterState, Source } from "@orrery/state";
import { kinds } from "../kinds/index.ts";
import { blindTo } from "./comparison.ts";
import type { Mark } from "./mark.ts";
import { type ObjectRef, type Observation, type ObservedObject, refName } from "./object.ts";
import type { ObjectKind } from "./object-kind.ts";

/** An object as a state shows it: there, not there, or nobody can say. */
export type Seen =
  | { readonly kind: "present"; readonly object: ObservedObject }
  | { readonly kind: "absent" }
  | { readonly kind: "blind"; readonly why: string };

type Look = { readonly observation: Observation; readonly byId: ReadonlyMap<string, ObservedObject> };

/** Looks for single objects in one state; what a kind makes of the state is worked out once. */
export const sightOf = (state: ClusterState, mark: Mark): ((ref: ObjectRef, node?: string) => Seen) => {
  const looks = new Map<ObjectKind, Look>();
  const look = (kind: ObjectKind): Look => {
    const known = looks.get(kind);
    if (known !== undefined) return known;
    const observation = kinds[kind].observed(state, mark);
    const made = { observation, byId: new Map(observation.objects.map((object) => [object.id, object])) };
    looks.set(kind, made);
    return made;
  };
  return ({ kind, id }, node) => {
    const { observation, byId } = look(kind);
    const object = byId.get(id);
    if (object !== undefined) return { kind: "present", object };
    const blind = blindTo(observation.blind, { kind, id, node });
    return blind === undefined ? { kind: "absent" } : { kind: "blind", why: blind.why };
  };
};

/** What to read to see the object, or some of its properties, as they are now. */
export const sourcesOf = (ref: ObjectRef, node?: string, about?: readonly string[]): readonly Source[] =>
  kinds[ref.kind].sources(ref, node, about);

/** The name that a plan, a consent and a person use for an object, with what people call it. */
export const fullName = (ref: ObjectRef & { readonly name?: string }): string =>
  ref.name === undefined ? refName(ref) : `${refName(ref)} (${ref.name})`;
