import { valueIn } from "@orrery/state";
import { isMarked, markedComment, unmarked } from "../../compare/mark.ts";
import { type DeclaredObject, type ObjectRef, type ObservedObject, refName } from "../../compare/object.ts";
import type { Kind, Planning } from "../kind.ts";
import { plainCall, plainSteps, present } from "../plain-steps.ts";
import { textOf } from "../text.ts";

const around = (id: string): ObjectRef[] =>
  id.includes("/") ? [{ kind: "pool", id: id.slice(0, id.lastIndexOf("/")) }] : [];

const poolOf = (id: string, { state }: Planning) => (valueIn(state.pools) ?? []).find((pool) => pool.id === id);

/** The guests in a pool, under the kind that they are planned by. */
const guestsIn = (id: string, planning: Planning): ObjectRef[] =>
  (poolOf(id, planning)?.vmids ?? []).map((vmid) => {
    const template: ObjectRef = { kind: "template", id: String(vmid) };
    return planning.observed(template) === undefined ? { kind: "guest", id: String(vmid) } : template;
  });

/** What stays in a pool once all else that is planned is done: Proxmox keeps a pool that is not empty. */
const left = (id: string, planning: Planning): ObjectRef[] => {
  const { all } = planning.inventory.lab.cluster.ownership;
  const goes = (ref: ObjectRef): boolean => {
    const declared = planning.declared(ref);
    if (declared !== undefined) return ref.kind !== "pool" && declared.properties.pool !== id;
    return planning.observed(ref)?.marked === true || all.includes(ref.kind);
  };
  const inner = (valueIn(planning.state.pools) ?? [])
    .filter((pool) => pool.id.startsWith(`${id}/`))
    .map((pool) => ({ kind: "pool", id: pool.id }) as const);
  return [...guestsIn(id, planning), ...inner].filter((ref) => !goes(ref));
};

/** A pool; which guests are in it is said of the guests. */
export const pool: Kind = {
  noun: "pool",
  declared: ({ inventory, mark }) =>
    Object.entries(inventory.lab.pools?.items ?? {}).map(
      ([id, { purpose }]): DeclaredObject => ({
        kind: "pool",
        id,
        properties: present({ comment: unmarked(mark, purpose) }),
        open: {},
        path: ["pools", "items", id],
        needs: around(id),
      }),
    ),
  observed: ({ pools, at }, mark) => {
    if (pools.kind !== "observed") return { objects: [], blind: [{ kind: "pool", why: pools.why }] };
    const objects = (valueIn(pools) ?? []).map(
      ({ id, comment }): ObservedObject => ({
        kind: "pool",
        id,
        properties: present({ comment: unmarked(mark, comment) }),
        hidden: {},
        marked: isMarked(mark, comment),
        builtIn: false,
        at: pools.at ?? at,
        needs: around(id),
      }),
    );
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "pools" }],
  stuck: (change, planning) => {
    if (change.kind !== "surplus") return [];
    const names = left(change.observed.id, planning).map(refName);
    return names.length === 0
      ? []
      : [`Proxmox keeps a pool that holds something, and the declaration owns none of ${names.join(", ")}`];
  },
  steps: plainSteps({
    called: (id) => `the pool ${id}`,
    create: (declared, { mark }) => [
      plainCall("POST", "/pools", {
        poolid: declared.id,
        comment: markedComment(mark, textOf(declared.properties.comment)),
      }),
    ],
    change: ({ declared, observed }, { mark }) => {
      const comment = textOf(declared.properties.comment);
      return [
        plainCall("PUT", "/pools", {
          poolid: declared.id,
          comment: observed.marked ? markedComment(mark, comment) : comment,
        }),
      ];
    },
    remove: ({ id }, planning) => {
      if (left(id, planning).length > 0) return [];
      const storages = poolOf(id, planning)?.storages ?? [];
      return [
        ...(storages.length === 0
          ? []
          : [plainCall("PUT", "/pools", { poolid: id, storage: storages.join(","), delete: "1" })]),
        plainCall("DELETE", "/pools", { poolid: id }),
      ];
    },
    removedAfter: ({ id }, planning) => guestsIn(id, planning),
  }),
};
