import { valueIn } from "@orrery/state";
import type { Kind } from "../../kind.ts";
import { isMarked, markedComment, unmarked } from "../../mark.ts";
import type { DeclaredObject, ObservedObject } from "../../object.ts";
import type { Condition, Step } from "../../step.ts";

/** Only what is there is said. */
const commented = (comment: string): { comment?: string } => (comment === "" ? {} : { comment });

const condition = (properties: DeclaredObject["properties"]): Condition => ({
  comment: null,
  ...properties,
});

/** A pool; which guests are in it is said of the guests. */
export const pool: Kind = {
  noun: "pool",
  declared: ({ inventory }) =>
    Object.entries(inventory.lab.pools?.items ?? {}).map(
      ([id, { purpose }]): DeclaredObject => ({
        kind: "pool",
        id,
        properties: commented(purpose ?? ""),
        open: {},
        path: ["pools", "items", id],
        // A pool in a pool stands after the one around it.
        needs: id.includes("/") ? [{ kind: "pool", id: id.slice(0, id.lastIndexOf("/")) }] : [],
      }),
    ),
  observed: ({ pools, at }, mark) => {
    if (pools.kind !== "observed") return { objects: [], blind: [{ kind: "pool", why: pools.why }] };
    const objects = (valueIn(pools) ?? []).map(
      ({ id, comment }): ObservedObject => ({
        kind: "pool",
        id,
        properties: commented(unmarked(mark, comment)),
        hidden: {},
        marked: isMarked(mark, comment),
        builtIn: false,
        at: pools.at ?? at,
        needs: id.includes("/") ? [{ kind: "pool", id: id.slice(0, id.lastIndexOf("/")) }] : [],
      }),
    );
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "pools" }],
  steps: (change, { mark }): readonly Step[] => {
    const common = { risk: "none", principal: "token" } as const;
    if (change.kind === "missing") {
      const { id, properties } = change.declared;
      const comment = typeof properties.comment === "string" ? properties.comment : "";
      return [
        {
          ...common,
          verb: "create",
          title: `Create the pool ${id}`,
          because: "it is declared and not there",
          calls: [
            {
              method: "POST",
              path: "/pools",
              parameters: { poolid: id, comment: markedComment(mark, comment) },
              answers: "nothing",
            },
          ],
          from: { kind: "absent" },
          expects: { kind: "present", properties: condition(properties) },
        },
      ];
    }
    if (change.kind === "surplus") {
      const { id, properties } = change.observed;
      return [
        {
          ...common,
          verb: "remove",
          title: `Remove the pool ${id}`,
          because: "it bears the mark of the declaration and is declared no more",
          calls: [{ method: "DELETE", path: "/pools", parameters: { poolid: id }, answers: "nothing" }],
          from: { kind: "present", properties: condition(properties) },
          expects: { kind: "absent" },
        },
      ];
    }
    const { declared, observed } = change;
    const comment = typeof declared.properties.comment === "string" ? declared.properties.comment : "";
    return [
      {
        ...common,
        verb: "change",
        title: `Change the comment of the pool ${declared.id}`,
        because: "its comment is not as declared",
        calls: [
          {
            method: "PUT",
            path: "/pools",
            parameters: {
              poolid: declared.id,
              comment: observed.marked ? markedComment(mark, comment) : comment,
            },
            answers: "nothing",
          },
        ],
        from: { kind: "present", properties: condition(observed.properties) },
        expects: { kind: "present", properties: condition(declared.properties) },
      },
    ];
  },
};
