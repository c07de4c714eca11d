import { isMarked, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import type { Step } from "../../plan/step.ts";
import type { Kind } from "../kind.ts";
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
  steps: (change, { mark, state }): readonly Step[] => {
    const common = { risk: "none", principal: "token" } as const;
    if (change.kind === "surplus") {
      const { id, properties } = change.observed;
      if (othersIn(id, standingRules(state, mark)) > 0) return [];
      const calls = [
        { method: "DELETE", path: `${path}/{group}`, parameters: { group: id }, answers: "nothing" },
      ] as const;
      const naming = new RegExp(`^\\|?GROUP ${id}( |$)`);
      return [
        {
          ...common,
          verb: "remove",
          title: `Remove the security group ${id}`,
          because: "it bears the mark of the declaration and is declared no more",
          calls,
          from: { kind: "present", properties },
          expects: { kind: "absent" },
          follows: [
            { kind: "firewall rules", id: `group ${id}` },
            ...listsNaming((line) => naming.test(line), rulesSeen(state, mark)),
          ],
        },
      ];
    }
    const { id, properties } = change.declared;
    const comment = textOf(properties.comment);
    if (change.kind === "missing")
      return [
        {
          ...common,
          verb: "create",
          title: `Create the security group ${id}`,
          because: "it is declared and not there",
          calls: [
            {
              method: "POST",
              path,
              parameters: { group: id, comment: markedComment(mark, comment) },
              answers: "nothing",
            },
          ],
          from: { kind: "absent" },
          expects: { kind: "present", properties },
        },
      ];
    const { observed } = change;
    return [
      {
        ...common,
        verb: "rename",
        title: `Change the comment of the security group ${id}`,
        because: "its comment is not as declared",
        calls: [
          {
            method: "POST",
            path,
            parameters: { group: id, rename: id, comment: observed.marked ? markedComment(mark, comment) : comment },
            answers: "nothing",
          },
        ],
        from: { kind: "present", properties: observed.properties },
        expects: { kind: "present", properties },
      },
    ];
  },
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
