import { type AlertReceiver, alertReceiver, type Secret } from "@orrery/model";
import type { NoticeState } from "@orrery/watch";
import { z } from "zod";
import { callerName, maySee } from "../access/caller.ts";
import { named } from "../http/open-api.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { typed } from "../http/typed.ts";

const receiver = named(
  "AlertReceiver",
  typed<AlertReceiver>(
    z
      .looseObject({
        kind: z.enum(["email", "webhook", "teams", "slack", "ntfy", "alertmanager"]),
        severities: z.array(z.enum(["critical", "warning", "info"])),
      })
      .describe("as monitoring.receivers of a declaration; secrets by their places"),
  ),
);

const outcome = z.strictObject({
  cluster: z.string(),
  at: z.number().describe("epoch milliseconds"),
  state: z.enum(["waiting", "sending", "sent", "failed"]),
  tries: z.number(),
  why: z.string().optional(),
});

const listed = z.strictObject({
  name: z.string(),
  from: z.string().describe("settings, or the cluster whose declaration names it"),
  receiver,
  last: z.array(outcome).describe("what came of the last that it was told, the newest first"),
});

const outcomeOf = (cluster: string, at: number, state: NoticeState): z.input<typeof outcome> => ({
  cluster,
  at: state.kind === "sent" || state.kind === "failed" ? state.at : at,
  state: state.kind,
  tries: state.tries,
  ...("why" in state && state.why !== undefined ? { why: state.why } : {}),
});

const mostShown = 5;

const list = jsonRoute({
  id: "listReceivers",
  method: "GET",
  url: "/api/notifications",
  tag: "Notifications",
  summary: "who is told of alerts, and what came of it lately",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  reply: z.strictObject({ receivers: z.array(listed) }),
  handle: async ({ services, caller }) => {
    const { alerting, clusters } = services;
    const seen = [...clusters.values()].filter(({ id }) => maySee(caller, id));
    const notices = await Promise.all(
      seen.map(async ({ id }) => (await alerting.memory.notices(id, 200)).map((notice) => ({ cluster: id, notice }))),
    );
    const declared = seen.flatMap(({ id, declared: given }) =>
      Object.entries(given?.lab.monitoring.receivers ?? {}).map(([name, one]) => ({ name, from: id, receiver: one })),
    );
    const set = Object.entries(await alerting.settings.all()).map(([name, one]) => ({
      name,
      from: "settings",
      receiver: one,
    }));
    const receivers = [...declared, ...set].map((one) => ({
      ...one,
      last: notices
        .flat()
        .filter(
          ({ cluster, notice }) => notice.receiver === one.name && (one.from === "settings" || one.from === cluster),
        )
        .toSorted((a, b) => b.notice.at - a.notice.at)
        .slice(0, mostShown)
        .map(({ cluster, notice }) => outcomeOf(cluster, notice.at, notice.state)),
    }));
    return { receivers };
  },
});

/**
 * Whoever may set receivers could have any secret of this machine sent to himself: what is set here may name those alone
 * that are meant for it. Declarations, which lie on the machine, may name all.
 */
const meant = /^env:(ORRERY_)?NOTIFY_[A-Za-z0-9_]+$/;

const secretsOf = (one: AlertReceiver): readonly Secret[] => {
  switch (one.kind) {
    case "email":
      return one.password === undefined ? [] : [one.password];
    case "teams":
    case "slack":
      return [one.url];
    case "webhook":
      return [one.token, one.signedWith].filter((secret) => secret !== undefined);
    case "ntfy":
    case "alertmanager":
      return one.token === undefined ? [] : [one.token];
  }
};

const admin = { kind: "person of role", role: "admin" } as const;

const put = jsonRoute({
  id: "setReceivers",
  method: "PUT",
  url: "/api/notifications",
  tag: "Notifications",
  summary: "sets who is told of alerts of all clusters, beside those whom declarations name",
  about: "Takes the place of all that were set. A secret is named by `env:NOTIFY_…` or `env:ORRERY_NOTIFY_…`.",
  access: admin,
  ...nothing,
  body: z.strictObject({
    receivers: z
      .record(
        z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/, "expected letters, digits, dots and dashes"),
        receiver,
      )
      .refine((all) => Object.keys(all).length <= 50, "expected fifty at the most"),
  }),
  reply: z.strictObject({ receivers: z.array(z.string()) }),
  handle: async ({ body, services }) => {
    const checked = Object.entries(body.receivers).map(([name, raw]) => {
      const read = alertReceiver.safeParse(raw);
      if (!read.success) {
        const [issue] = read.error.issues;
        const place = ["body", "receivers", name, ...(issue?.path.map(String) ?? [])].join(".");
        throw new Refusal("bad-input", `${place}: ${issue?.message ?? "is none"}.`, { place });
      }
      const wrong = secretsOf(read.data).find(({ from }) => !meant.test(from));
      if (wrong !== undefined)
        throw new Refusal(
          "bad-input",
          `body.receivers.${name}: ${wrong.from} is not meant for notifications. Name a variable NOTIFY_… or ORRERY_NOTIFY_….`,
          { place: `body.receivers.${name}` },
        );
      return [name, read.data] as const;
    });
    await services.alerting.settings.put(Object.fromEntries(checked));
    return { receivers: checked.map(([name]) => name) };
  },
});

const test = jsonRoute({
  id: "testReceiver",
  method: "POST",
  url: "/api/notifications/{receiver}/test",
  tag: "Notifications",
  summary: "sends a receiver a message that says that nothing is wrong, and tells what came of it",
  access: admin,
  ...nothing,
  path: z.strictObject({ receiver: z.string().max(100) }),
  reply: z.strictObject({ sent: z.boolean(), why: z.string().optional() }),
  handle: async ({ path, caller, services }) => {
    const { alerting, clusters } = services;
    const declared = [...clusters.values()].map((one) => one.declared?.lab.monitoring.receivers ?? {});
    const all = Object.assign({}, await alerting.settings.all(), ...declared);
    const delivery = await alerting.test(path.receiver, all, callerName(caller));
    if (delivery === undefined)
      throw new Refusal("not-found", "There is no receiver of that name.", { place: "path.receiver" });
    return delivery.kind === "sent" ? { sent: true } : { sent: false, why: delivery.why };
  },
});

export const notificationRoutes: readonly Route[] = [list, put, test];
