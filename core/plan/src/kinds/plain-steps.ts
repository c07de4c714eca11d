import { contractOf, type PveVersion } from "@orrery/contract";
import type { Change, PropertyDifference } from "../compare/comparison.ts";
import type { DeclaredObject, ObjectRef, ObservedObject } from "../compare/object.ts";
import { valueText } from "../compare/value.ts";
import type { Call } from "../plan/call.ts";
import { type Principal, principals, type Risk, type Step } from "../plan/step.ts";
import type { Planning } from "./kind.ts";
import { conditionOf } from "./section.ts";

/** How objects of a kind are made, changed and removed, where each is one step. */
export type Plain = {
  /** `the user ann@pve`; with the name where the object has one: `the HA resource dc01 (vm:101)`. */
  readonly called: (id: string, name?: string) => string;
  /** Why it is changed, where that is more than that it differs. */
  readonly because?: (differences: readonly PropertyDifference[]) => string;
  readonly risk?: Risk;
  readonly create: (declared: DeclaredObject, planning: Planning) => readonly Call[];
  /** Nothing where it cannot be changed. */
  readonly change: (changed: Changed, planning: Planning) => readonly Call[];
  readonly remove: (observed: ObservedObject, planning: Planning) => readonly Call[];
  /** Properties that stay as an object was made with them; of another type nothing of it is right. */
  readonly fixed?: readonly string[];
  /** What goes with an object that is removed, beyond itself: `, and its token ci with it`. */
  readonly removedWith?: (observed: ObservedObject, planning: Planning) => string;
  /** Objects whose own steps come before it is made or changed, beyond those that it needs. */
  readonly madeAfter?: (declared: DeclaredObject, planning: Planning) => readonly ObjectRef[];
  /** Objects whose own steps come before the removal. */
  readonly removedAfter?: (observed: ObservedObject, planning: Planning) => readonly ObjectRef[];
};

type Changed = Extract<Change, { readonly kind: "changed" }>;

/** A request that is over when it is answered. */
export const plainCall = (method: Call["method"], path: string, parameters: Call["parameters"]): Call => ({
  method,
  path,
  parameters,
  answers: "nothing",
});

/** Who may make all of the calls, as the contract has it. */
const principalOf = (calls: readonly Call[], version: PveVersion): Principal => {
  const needed = calls.map(({ method, path }): Principal => {
    const route = contractOf(version).route(method, path);
    if (route?.permissions === null) return "root@pam";
    return route?.allowtoken === false ? "ticket" : "token";
  });
  return needed.toSorted((one, other) => principals.indexOf(other) - principals.indexOf(one))[0] ?? "token";
};

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** Says of properties that never change why they stay. */
export const stuckAt =
  (noun: string, fixed: readonly string[]) =>
  (difference: Change): readonly string[] =>
    difference.kind !== "changed"
      ? []
      : difference.properties
          .filter(({ property }) => fixed.includes(property))
          .map(
            ({ property, declared, observed }) =>
              `Proxmox never changes the ${property} of a ${noun}: it is ${valueText(observed)}, and to be ${valueText(declared)} it has to be removed by hand and made again`,
          );

/** Why something that is declared no more is removed. */
export const surplusReason = ({ kind, marked }: Pick<ObservedObject, "kind" | "marked">): string =>
  marked
    ? "it bears the mark of the declaration and is declared no more"
    : `the declaration owns every ${kind}, and declares this one no more`;

/** The steps of an object that is made, changed and removed by a request or two each. */
export const plainSteps =
  ({
    called,
    because,
    risk = "none",
    create,
    change,
    remove,
    fixed = [],
    madeAfter,
    removedWith,
    removedAfter,
  }: Plain) =>
  (difference: Change, planning: Planning): readonly Step[] => {
    const version = planning.contract;
    const following = (refs: readonly ObjectRef[] = []): { follows?: readonly ObjectRef[] } =>
      refs.length === 0 ? {} : { follows: refs };
    if (difference.kind === "missing") {
      const { declared } = difference;
      const calls = create(declared, planning);
      if (calls.length === 0) return [];
      return [
        {
          verb: "create",
          title: `Create ${called(declared.id, declared.name)}`,
          because: "it is declared and not there",
          calls,
          from: { kind: "absent" },
          expects: { kind: "present", properties: declared.properties },
          risk,
          principal: principalOf(calls, version),
          ...following(madeAfter?.(declared, planning)),
        },
      ];
    }
    if (difference.kind === "surplus") {
      const { observed } = difference;
      const calls = remove(observed, planning);
      if (calls.length === 0) return [];
      return [
        {
          verb: "remove",
          title: `Remove ${called(observed.id, observed.name)}`,
          because: `${surplusReason(observed)}${removedWith?.(observed, planning) ?? ""}`,
          calls,
          from: { kind: "present", properties: observed.properties },
          expects: { kind: "absent" },
          risk,
          principal: principalOf(calls, version),
          ...following(removedAfter?.(observed, planning)),
        },
      ];
    }
    const { declared } = difference;
    const isOther = difference.properties.some(({ property }) => property === "type" && fixed.includes(property));
    const properties = isOther ? [] : difference.properties.filter(({ property }) => !fixed.includes(property));
    const calls = properties.length === 0 ? [] : change({ ...difference, properties }, planning);
    const names = properties.map(({ property }) => property);
    if (calls.length === 0) return [];
    return [
      {
        verb: "change",
        title: `Change ${listed(names)} of ${called(declared.id, declared.name)}`,
        because: because?.(properties) ?? (names.length === 1 ? "it is not as declared" : "they are not as declared"),
        calls,
        from: { kind: "present", properties: conditionOf(properties, "observed") },
        expects: { kind: "present", properties: conditionOf(properties, "declared") },
        risk,
        principal: principalOf(calls, version),
        ...following(madeAfter?.(declared, planning)),
      },
    ];
  };

/** Properties with those left out that are empty. */
export const present = (
  properties: Readonly<Record<string, string | readonly string[] | undefined>>,
): Readonly<Record<string, string | readonly string[]>> =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) =>
      value === undefined || value.length === 0 ? [] : [[key, value]],
    ),
  );
