import type { Blind, DeclaredObject, ObjectRef, ObservedObject } from "./object.ts";
import { sameValue, type Value } from "./value.ts";

export type PropertyDifference = {
  readonly property: string;
  readonly declared: Value | undefined;
  readonly observed: Value | undefined;
};

/** What has to be done about one object. */
export type Change =
  | { readonly kind: "missing"; readonly declared: DeclaredObject }
  /** Owned and declared no more. */
  | { readonly kind: "surplus"; readonly observed: ObservedObject }
  | {
      readonly kind: "changed";
      readonly declared: DeclaredObject;
      readonly observed: ObservedObject;
      readonly properties: readonly PropertyDifference[];
    };

/** Something of which nobody can say whether it is as declared. */
export type Undecided = { readonly object: ObjectRef; readonly property?: string; readonly why: string };

export type Comparison = {
  readonly changes: readonly Change[];
  /** There, and neither declared nor owned: left alone. */
  readonly unmanaged: readonly ObservedObject[];
  readonly undecided: readonly Undecided[];
};

const keyOf = ({ kind, id }: ObjectRef): string => `${kind}\n${id}`;

/** What differs between an object as declared and as observed, property by property. */
export const differencesOf = (
  declared: Pick<DeclaredObject, "properties" | "open" | "rest">,
  observed: Pick<ObservedObject, "properties" | "hidden" | "unsettled">,
): PropertyDifference[] => {
  const isLeftAlone = (property: string): boolean =>
    Object.hasOwn(declared.open, property) ||
    Object.hasOwn(observed.hidden, property) ||
    Object.hasOwn(observed.unsettled ?? {}, property) ||
    (declared.rest !== undefined && !Object.hasOwn(declared.properties, property));
  const names = new Set([...Object.keys(declared.properties), ...Object.keys(observed.properties)]);
  return [...names].toSorted().flatMap((property) => {
    const [wanted, seen] = [declared.properties[property], observed.properties[property]];
    return isLeftAlone(property) || sameValue(wanted, seen) ? [] : [{ property, declared: wanted, observed: seen }];
  });
};

/** What is not as declared, and is left to what is at work on it. */
const unsettledIn = (declared: DeclaredObject, { unsettled, ...observed }: ObservedObject): Undecided[] => {
  if (unsettled === undefined) return [];
  const { kind, id } = declared;
  return differencesOf(declared, observed).flatMap(({ property }) => {
    const why = unsettled[property];
    return why === undefined ? [] : [{ object: { kind, id }, property, why }];
  });
};

/** What hides an object, where something does. */
export const blindTo = (
  blind: readonly Blind[],
  { kind, id, node }: ObjectRef & { readonly node?: string | undefined },
): Blind | undefined =>
  blind.find(
    (one) =>
      one.kind === kind &&
      (one.id === undefined || one.id === id) &&
      (one.node === undefined || one.node === node || id.startsWith(`${one.node}/`)),
  );

/**
 * Sets the declared objects beside the observed ones.
 *
 * @param owns whether an object that nobody declares belongs to the declaration all the same
 */
export const compare = (
  declared: readonly DeclaredObject[],
  seen: { readonly objects: readonly ObservedObject[]; readonly blind: readonly Blind[] },
  owns: (object: ObservedObject) => boolean,
): Comparison => {
  const observed = new Map(seen.objects.map((object) => [keyOf(object), object]));
  const changes: Change[] = [];
  const undecided: Undecided[] = [];
  const wanted = new Set(declared.map(keyOf));
  for (const object of declared) {
    const { kind, id } = object;
    if (object.refused !== undefined) {
      undecided.push({ object: { kind, id }, why: object.refused });
      continue;
    }
    const found = observed.get(keyOf(object));
    if (found === undefined) {
      const blind = blindTo(seen.blind, object);
      if (blind !== undefined) undecided.push({ object: { kind, id }, why: blind.why });
      else if (object.incomplete !== undefined) undecided.push({ object: { kind, id }, why: object.incomplete });
      else changes.push({ kind: "missing", declared: object });
      continue;
    }
    undecided.push(...unsettledIn(object, found));
    const properties = differencesOf(object, found);
    if (properties.length > 0) changes.push({ kind: "changed", declared: object, observed: found, properties });
  }
  const unmanaged: ObservedObject[] = [];
  for (const object of seen.objects) {
    if (wanted.has(keyOf(object)) || object.builtIn) continue;
    if (owns(object)) changes.push({ kind: "surplus", observed: object });
    else unmanaged.push(object);
  }
  return { changes, unmanaged, undecided };
};
