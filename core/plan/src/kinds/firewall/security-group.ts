import { isMarked, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import type { Kind } from "../kind.ts";
import { plainCall, plainSteps } from "../plain-steps.ts";
import { textOf } from "../text.ts";
import { listsNaming, sourcesOf } from "./calls.ts";
import { rulesSeen, standingRules } from "./rules-seen.ts";

const path = "/cluster/firewall/groups";

/** Rules under a name, for other lists to take in; the rules themselves are a list of their own. */
export const securityGroup: Kind = {
  noun: "security group",
  declared: ({ inventory, mark }) =>
    Object.entries(inventory.lab.firewall?.cluster.groups ?? {}).map(
      ([id, { comment }]): DeclaredObject => ({
        kind: "security group",
        id,
        properties: { comment: unmarked(mark, comment) },
        open: {},
        path: ["firewall", "cluster", "groups", id],
        needs: [],
      }),
    ),
  observed: ({ firewall }, mark) => {
    if (firewall.kind !== "observed") return { objects: [], blind: [{ kind: "security group", why: firewall.why }] };
    const objects = firewall.value.groups.map(
      ({ name, comment }): ObservedObject => ({
        kind: "security group",
        id: name,
        properties: { comment: unmarked(mark, comment) },
        hidden: {},
        marked: isMarked(mark, comment),
        builtIn: false,
        at: firewall.at,
        needs: [],
      }),
    );
    return { objects, blind: [] };
  },
  sources: () => sourcesOf({ kind: "security group", id: "cluster" }),
  steps: plainSteps({
    called: (id) => `the security group ${id}`,
    create: ({ id, properties }, { mark }) => [
      plainCall("POST", path, { group: id, comment: markedComment(mark, textOf(properties.comment)) }),
    ],
    change: ({ declared: { id, properties }, observed }, { mark }) => {
      const comment = textOf(properties.comment);
      const note = observed.marked ? markedComment(mark, comment) : comment;
      return [plainCall("POST", path, { group: id, rename: id, comment: note })];
    },
    remove: ({ id }, { mark, state }) =>
      othersIn(id, standingRules(state, mark)) > 0 ? [] : [plainCall("DELETE", `${path}/{group}`, { group: id })],
    removedAfter: ({ id }, { mark, state }) => {
      const naming = new RegExp(`^\\|?GROUP ${id}( |$)`);
      return [
        { kind: "firewall rules", id: `group ${id}` },
        ...listsNaming((line) => naming.test(line), rulesSeen(state, mark)),
      ];
    },
  }),
  stuck: (change, { mark, state }) => {
    if (change.kind !== "surplus") return [];
    const others = othersIn(change.observed.id, standingRules(state, mark));
    return others === 0
      ? []
      : [
          `${others} rule${others === 1 ? "" : "s"} in it ${others === 1 ? "is" : "are"} not the declaration's: move them, and plan once more`,
        ];
  },
};

/** How many rules of a group are others'. */
const othersIn = (group: string, standing: ReturnType<typeof standingRules>): number =>
  (standing.get(`group ${group}`) ?? []).filter(({ marked }) => !marked).length;
