import { type ClusterState, valueIn } from "@orrery/state";
import type { Change, PropertyDifference } from "../../compare/comparison.ts";
import { type ObservedObject, refName } from "../../compare/object.ts";
import { type Value, valueText } from "../../compare/value.ts";
import type { CallValue } from "../../plan/call.ts";
import type { Condition, Step } from "../../plan/step.ts";
import type { Planning } from "../kind.ts";
import { sentOption } from "../sent-option.ts";
import { secretsOf } from "./declared-storage.ts";
import { isFixed, storageOptions } from "./properties.ts";

const from = (differences: readonly PropertyDifference[], side: "declared" | "observed"): Condition =>
  Object.fromEntries(differences.map((one) => [one.property, one[side] ?? null]));

const typeOf = ({ properties }: { readonly properties: Readonly<Record<string, Value>> }): string =>
  valueText(properties.type);

/** Guests that are observed to have something on a storage. */
const usersOf = (state: ClusterState, id: string): number[] =>
  Object.values(valueIn(state.guests) ?? {}).flatMap(({ vmid, file }) => {
    const texts = Object.values(valueIn(file)?.config ?? {}).map(String);
    return texts.some((text) => text.split(",").some((part) => part.replace(/^\w+=/, "").startsWith(`${id}:`)))
      ? [vmid]
      : [];
  });

const split = (
  change: Extract<Change, { kind: "changed" }>,
  { contract }: Planning,
): { readonly open: PropertyDifference[]; readonly fixed: PropertyDifference[] } => {
  const type = typeOf(change.observed);
  // Of another type, not one of its options means the same.
  if (change.properties.some(({ property }) => property === "type")) return { open: [], fixed: [...change.properties] };
  const [open, fixed]: [PropertyDifference[], PropertyDifference[]] = [[], []];
  for (const one of change.properties) (isFixed(contract, type, one.property) ? fixed : open).push(one);
  return { open, fixed };
};

const parameter = (planning: Planning, property: string, value: Value): [string, CallValue] => [
  property,
  sentOption(storageOptions(planning.contract), property, value),
];

const create = (change: Extract<Change, { kind: "missing" }>, planning: Planning): Step => {
  const { id, properties } = change.declared;
  const item = planning.inventory.storages.get(id);
  const told = Object.entries(properties).filter(
    ([property, value]) => value !== "all" && !(property === "shared" && value === "0"),
  );
  return {
    verb: "create",
    title: `Create the storage ${id} (${typeOf(change.declared)})`,
    because: "it is declared and not there",
    calls: [
      {
        method: "POST",
        path: "/storage",
        parameters: {
          storage: id,
          ...Object.fromEntries(told.map(([property, value]) => parameter(planning, property, value))),
          ...(item === undefined ? {} : secretsOf(item)),
        },
        answers: "nothing",
      },
    ],
    from: { kind: "absent" },
    expects: { kind: "present", properties },
    risk: "none",
    principal: "token",
  };
};

const alter = (change: Extract<Change, { kind: "changed" }>, planning: Planning): Step[] => {
  const { id } = change.declared;
  const { open } = split(change, planning);
  if (open.length === 0) return [];
  const isGone = ({ property, declared }: PropertyDifference): boolean =>
    declared === undefined || (property === "nodes" && declared === "all");
  const set = open.flatMap((one) =>
    isGone(one) || one.declared === undefined ? [] : [parameter(planning, one.property, one.declared)],
  );
  const gone = open.filter(isGone).map(({ property }) => property);
  const words = open.map(
    ({ property, declared, observed }) =>
      `${property} is ${valueText(observed)} and declared as ${valueText(declared)}`,
  );
  return [
    {
      verb: "change",
      title: `Change ${open.map(({ property }) => property).join(", ")} of the storage ${id}`,
      because: words.join("; "),
      calls: [
        {
          method: "PUT",
          path: "/storage/{storage}",
          parameters: {
            storage: id,
            ...Object.fromEntries(set),
            ...(gone.length === 0 ? {} : { delete: gone.join(",") }),
          },
          answers: "nothing",
        },
      ],
      from: { kind: "present", properties: from(open, "observed") },
      expects: { kind: "present", properties: from(open, "declared") },
      risk: "hot",
      principal: "token",
    },
  ];
};

const remove = (observed: ObservedObject): Step => {
  const { id, properties } = observed;
  return {
    verb: "remove",
    title: `Remove the storage ${id}; what lies on it stays where it is`,
    because: "the declaration owns all storages and has none of this name",
    calls: [{ method: "DELETE", path: "/storage/{storage}", parameters: { storage: id }, answers: "nothing" }],
    from: { kind: "present", properties },
    expects: { kind: "absent" },
    // A key for encrypted backups that Proxmox holds goes with it.
    risk: typeOf(observed) === "pbs" ? "data loss" : "hot",
    principal: "token",
    consent: refName(observed),
  };
};

/** What is done about a storage. Never replaced: what its type fixes is left as it is and told by `whyStuck`. */
export const storageSteps = (change: Change, planning: Planning): readonly Step[] => {
  if (change.kind === "missing") return [create(change, planning)];
  if (change.kind === "changed") return alter(change, planning);
  return usersOf(planning.state, change.observed.id).length > 0 ? [] : [remove(change.observed)];
};

/** Why a difference stays, and what a person may do about it. */
export const whyStuck = (change: Change, planning: Planning): readonly string[] => {
  if (change.kind === "missing") return [];
  if (change.kind === "surplus") {
    const { id } = change.observed;
    const users = usersOf(planning.state, id);
    return users.length === 0
      ? []
      : [`guests still have disks or media on ${id}: ${users.join(", ")}; move or remove those first, and plan again`];
  }
  const { fixed } = split(change, planning);
  if (fixed.length === 0) return [];
  const { id } = change.declared;
  const words = fixed.map(
    ({ property, declared, observed }) => `${property} (${valueText(observed)}, declared ${valueText(declared)})`,
  );
  return [
    `Proxmox fixes ${words.join(", ")} when a storage is made; declare ${id} as it is, or declare another storage with a new name, move what lies on ${id} there, and remove ${id}`,
  ];
};
