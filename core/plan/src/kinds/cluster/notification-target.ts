import type { PveVersion } from "@orrery/contract";
import type { NotificationTarget } from "@orrery/model";
import { type ClusterState, type Entry, valueIn } from "@orrery/state";
import { isMarked, type Mark, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import { listOf, type Properties } from "../../compare/value.ts";
import type { CallValue } from "../../plan/call.ts";
import type { Declaring, Kind, Planning } from "../kind.ts";
import { type OptionTable, optionTables, readOptions, seenOptions } from "../option.ts";
import { plainCall, plainSteps, stuckAt } from "../plain-steps.ts";
import { sentChanges, sentOptions } from "../sent-option.ts";
import { textOf } from "../text.ts";
import { seenBody, seenHeaders, seenSecrets, sentWebhook, webhookProperties } from "./webhook.ts";

type Type = NotificationTarget["type"];

const paths = {
  gotify: "/cluster/notifications/endpoints/gotify",
  sendmail: "/cluster/notifications/endpoints/sendmail",
  smtp: "/cluster/notifications/endpoints/smtp",
  webhook: "/cluster/notifications/endpoints/webhook",
} as const;

export const isTargetType = (type: string): type is Type => Object.hasOwn(paths, type);

const without = ["name", "token", "password", "secret", "header", "body"];

const tables = {
  gotify: optionTables(["POST", paths.gotify], { without }),
  sendmail: optionTables(["POST", paths.sendmail], { without }),
  smtp: optionTables(["POST", paths.smtp], { without }),
  webhook: optionTables(["POST", paths.webhook], { without }),
} as const;

export const targetTable = (version: PveVersion, type: Type): OptionTable => tables[type](version);

/** What came with Proxmox, changed since or not. */
export const isBuiltIn = ({ options }: Entry): boolean =>
  options.origin === "builtin" || options.origin === "modified-builtin";

const refusal = (problems: readonly { option: string; why: string }[], id: string): string | undefined => {
  const [first] = problems;
  return first === undefined
    ? undefined
    : `the option ${first.option} ${first.why} (notifications.targets.${id}.${first.option})`;
};

const declaredTarget = (id: string, one: NotificationTarget, { contract, mark }: Declaring): DeclaredObject => {
  const { type, ...said } = one;
  const secrets = ["token", "password", "secret", "header", "body"];
  const options = Object.fromEntries(Object.entries(said).filter(([option]) => !secrets.includes(option)));
  const { properties, problems } = readOptions(targetTable(contract, type), {
    ...options,
    comment: unmarked(mark, one.comment),
  });
  const refused = refusal(problems, id);
  return {
    kind: "notification target",
    id,
    properties: {
      ...properties,
      ...(one.type === "webhook" ? webhookProperties(one.header ?? {}, one.body, Object.keys(one.secret ?? {})) : {}),
      type,
    },
    open: {},
    ...(id === "mail-to-root" ? { rest: "it came with Proxmox" } : {}),
    ...(refused === undefined ? {} : { refused }),
    path: ["notifications", "targets", id],
    needs: [],
  };
};

/** A target's properties as they were seen. */
export const seenTarget = ({ type, options }: Entry, { contract }: ClusterState, mark: Mark): Properties => {
  if (!isTargetType(type)) return { type };
  const comment = typeof options.comment === "string" ? options.comment : undefined;
  return {
    ...seenOptions(targetTable(contract, type), { ...options, comment: unmarked(mark, comment) }),
    ...(type === "webhook"
      ? webhookProperties(seenHeaders(options.header), seenBody(options.body), seenSecrets(options.secret))
      : {}),
    type,
  };
};

const declaredAt = (id: string, { inventory }: Planning): NotificationTarget | undefined =>
  inventory.lab.notifications?.targets[id];

/** What the target is made with and nobody is told again. */
const secretsOf = (target: NotificationTarget | undefined): Record<string, CallValue> => {
  if (target?.type === "gotify") return { token: { secret: target.token.from } };
  if (target?.type === "smtp" && target.password !== undefined) return { password: { secret: target.password.from } };
  return {};
};

const ofWebhook = ["header", "body", "secret"];

/** Where notifications go. */
export const notificationTarget: Kind = {
  noun: "notification target",
  declared: (declaring) =>
    Object.entries(declaring.inventory.lab.notifications?.targets ?? {}).map(([id, one]) =>
      declaredTarget(id, one, declaring),
    ),
  observed: (state, mark) => {
    const { notifications } = state;
    if (notifications.kind !== "observed")
      return { objects: [], blind: [{ kind: "notification target", why: notifications.why }] };
    const objects = notifications.value.endpoints.map(
      (entry): ObservedObject => ({
        kind: "notification target",
        id: entry.id,
        properties: seenTarget(entry, state, mark),
        hidden: {},
        marked: typeof entry.options.comment === "string" && isMarked(mark, entry.options.comment),
        builtIn: isBuiltIn(entry),
        at: notifications.at,
        needs: [],
      }),
    );
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "notifications" }],
  stuck: stuckAt("notification target", ["type"]),
  steps: plainSteps({
    called: (id) => `the notification target ${id}`,
    fixed: ["type"],
    create: (declared, planning) => {
      const target = declaredAt(declared.id, planning);
      if (target === undefined) return [];
      return [
        plainCall("POST", paths[target.type], {
          ...sentOptions(targetTable(planning.contract, target.type), declared.properties),
          ...(target.type === "webhook" ? sentWebhook(target, ofWebhook) : {}),
          name: declared.id,
          comment: markedComment(planning.mark, textOf(declared.properties.comment)),
          ...secretsOf(target),
        }),
      ];
    },
    change: ({ declared, observed, properties }, planning) => {
      const target = declaredAt(declared.id, planning);
      if (target === undefined) return [];
      const { set, gone } = sentChanges(targetTable(planning.contract, target.type), properties);
      const named = properties.map(({ property }) => property);
      const isNamed = named.includes("comment");
      const own = textOf(declared.properties.comment);
      const comment = isNamed ? (observed.marked ? markedComment(planning.mark, own) : own) : "";
      const emptied = properties
        .filter(({ property, declared: wanted }) => ofWebhook.includes(property) && wanted === undefined)
        .map(({ property }) => property);
      const taken = [...gone.filter((option) => option !== "comment" || comment === ""), ...emptied];
      return [
        plainCall("PUT", `${paths[target.type]}/{name}`, {
          name: declared.id,
          ...set,
          ...(target.type === "webhook" ? sentWebhook(target, named, listOf(observed.properties.secret)) : {}),
          ...(comment === "" ? {} : { comment }),
          ...(taken.length === 0 ? {} : { delete: taken }),
        }),
      ];
    },
    remove: ({ id, properties }) => {
      const type = textOf(properties.type);
      return isTargetType(type) ? [plainCall("DELETE", `${paths[type]}/{name}`, { name: id })] : [];
    },
    // Proxmox keeps a target that a matcher names.
    removedAfter: ({ id }, { state }) =>
      (valueIn(state.notifications)?.matchers ?? [])
        .filter(({ options: { target } }) => (Array.isArray(target) ? target : [target]).includes(id))
        .map((matcher) => ({ kind: "notification matcher", id: matcher.id }) as const),
  }),
};
