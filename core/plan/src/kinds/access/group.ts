import { valueIn } from "@orrery/state";
import { isMarked, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import type { Kind } from "../kind.ts";
import { plainCall, plainSteps, present } from "../plain-steps.ts";
import { textOf } from "../text.ts";

/** A group of users; who is in it is said of the users. */
export const group: Kind = {
  noun: "group",
  declared: ({ inventory, mark }) =>
    Object.entries(inventory.lab.access.groups).map(
      ([id, { purpose }]): DeclaredObject => ({
        kind: "group",
        id,
        properties: present({ comment: unmarked(mark, purpose) }),
        open: {},
        path: ["access", "groups", id],
        needs: [],
      }),
    ),
  observed: ({ groups, at }, mark) => {
    if (groups.kind !== "observed") return { objects: [], blind: [{ kind: "group", why: groups.why }] };
    const objects = groups.value.map(
      ({ id, comment }): ObservedObject => ({
        kind: "group",
        id,
        properties: present({ comment: unmarked(mark, comment) }),
        hidden: {},
        marked: isMarked(mark, comment),
        builtIn: false,
        at: groups.at ?? at,
        needs: [],
      }),
    );
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "groups" }],
  steps: plainSteps({
    called: (id) => `the group ${id}`,
    create: (declared, { mark }) => [
      plainCall("POST", "/access/groups", {
        groupid: declared.id,
        comment: markedComment(mark, textOf(declared.properties.comment)),
      }),
    ],
    change: ({ declared, observed }, { mark }) => {
      const comment = textOf(declared.properties.comment);
      return [
        plainCall("PUT", "/access/groups/{groupid}", {
          groupid: declared.id,
          comment: observed.marked ? markedComment(mark, comment) : comment,
        }),
      ];
    },
    remove: ({ id }) => [plainCall("DELETE", "/access/groups/{groupid}", { groupid: id })],
    // It takes its members out with it, and they would not be as their own steps expect them.
    removedAfter: ({ id }, { state }) =>
      (valueIn(state.groups) ?? [])
        .filter((one) => one.id === id)
        .flatMap(({ members }) => members.map((member) => ({ kind: "user", id: member }) as const)),
  }),
};
