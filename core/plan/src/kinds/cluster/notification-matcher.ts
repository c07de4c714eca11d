import type { NotificationMatcher } from "@orrery/model";
import type { ClusterState, Entry } from "@orrery/state";
import { isMarked, type Mark, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObjectRef, ObservedObject } from "../../compare/object.ts";
import { listOf, type Properties } from "../../compare/value.ts";
import type { Declaring, Kind } from "../kind.ts";
import { optionTables, readOptions, seenOptions } from "../option.ts";
import { plainCall, plainSteps } from "../plain-steps.ts";
import { sentChanges, sentOptions } from "../sent-option.ts";
import { textOf } from "../text.ts";
import { isBuiltIn } from "./notification-target.ts";

const path = "/cluster/notifications/matchers";

export const matcherTable = optionTables(["POST", path], { without: ["name"] });

/** Severities of one line are one condition, in no order. */
const inOrder = (severities: unknown): unknown =>
  Array.isArray(severities)
    ? severities.map((line) =>
        String(line)
          .split(/[\s,]+/)
          .filter(Boolean)
          .toSorted()
          .join(","),
      )
    : severities;

const canonical = (options: Readonly<Record<string, unknown>>, comment: string) => ({
  ...options,
  "match-severity": inOrder(options["match-severity"]),
  comment,
});

const needsOf = (properties: Properties): ObjectRef[] =>
  listOf(properties.target).map((id) => ({ kind: "notification target", id }));

const declaredMatcher = (id: string, one: NotificationMatcher, { contract, mark }: Declaring): DeclaredObject => {
  const said = canonical(one, unmarked(mark, one.comment));
  const { properties, problems } = readOptions(matcherTable(contract), said);
  const [first] = problems;
  return {
    kind: "notification matcher",
    id,
    properties,
    open: {},
    ...(id === "default-matcher" ? { rest: "it came with Proxmox" } : {}),
    ...(first === undefined
      ? {}
      : { refused: `the option ${first.option} ${first.why} (notifications.matchers.${id}.${first.option})` }),
    path: ["notifications", "matchers", id],
    needs: needsOf(properties),
  };
};

/** A matcher's properties as they were seen. */
export const seenMatcher = ({ options }: Entry, { contract }: ClusterState, mark: Mark): Properties => {
  const { origin: _, ...rest } = options;
  const comment = typeof rest.comment === "string" ? rest.comment : undefined;
  return seenOptions(matcherTable(contract), canonical(rest, unmarked(mark, comment)));
};

/** Which notifications go where. */
export const notificationMatcher: Kind = {
  noun: "notification matcher",
  declared: (declaring) =>
    Object.entries(declaring.inventory.lab.notifications?.matchers ?? {}).map(([id, one]) =>
      declaredMatcher(id, one, declaring),
    ),
  observed: (state, mark) => {
    const { notifications } = state;
    if (notifications.kind !== "observed")
      return { objects: [], blind: [{ kind: "notification matcher", why: notifications.why }] };
    const objects = notifications.value.matchers.map((entry): ObservedObject => {
      const properties = seenMatcher(entry, state, mark);
      return {
        kind: "notification matcher",
        id: entry.id,
        properties,
        hidden: {},
        marked: typeof entry.options.comment === "string" && isMarked(mark, entry.options.comment),
        builtIn: isBuiltIn(entry),
        at: notifications.at,
        needs: needsOf(properties),
      };
    });
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "notifications" }],
  steps: plainSteps({
    called: (id) => `the notification matcher ${id}`,
    create: (declared, { contract, mark }) => [
      plainCall("POST", path, {
        ...sentOptions(matcherTable(contract), declared.properties),
        name: declared.id,
        comment: markedComment(mark, textOf(declared.properties.comment)),
      }),
    ],
    change: ({ declared, observed, properties }, { contract, mark }) => {
      const { set, gone } = sentChanges(matcherTable(contract), properties);
      const isNamed = properties.some(({ property }) => property === "comment");
      const own = textOf(declared.properties.comment);
      const comment = isNamed ? (observed.marked ? markedComment(mark, own) : own) : "";
      const taken = gone.filter((option) => option !== "comment" || comment === "");
      return [
        plainCall("PUT", `${path}/{name}`, {
          name: declared.id,
          ...set,
          ...(comment === "" ? {} : { comment }),
          ...(taken.length === 0 ? {} : { delete: taken }),
        }),
      ];
    },
    remove: ({ id }) => [plainCall("DELETE", `${path}/{name}`, { name: id })],
  }),
};
