import type { AlertReceiver, Instant, Secret } from "@orrery/model";
import { type Labels, labelKey } from "../labels.ts";
import type { Alert } from "../watch.ts";
import type { Notification } from "./dispatch.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A notification as it goes out. Secrets are named, and read by whoever sends. */
export type Message =
  | {
      readonly kind: "email";
      readonly from: string;
      readonly to: readonly string[];
      readonly subject: string;
      readonly text: string;
      readonly html: string;
    }
  | {
      readonly kind: "post";
      readonly url: string | Secret;
      /** Sent as `Authorization: Bearer …`. */
      readonly token?: Secret;
      /** What the body is signed with. */
      readonly signedWith?: Secret;
      readonly body: Json;
    };

const iso = (at: Instant): string => new Date(at).toISOString();

const stateWord = ({ firing }: Notification): "FIRING" | "RESOLVED" => (firing.length > 0 ? "FIRING" : "RESOLVED");

/** `FIRING (2): NodeDown, warning`. */
const titleOf = (notification: Notification): string => {
  const { firing, resolved, group, kind } = notification;
  const count = firing.length > 0 ? firing.length : resolved.length;
  const name = group.alertname ?? "alerts";
  const severity = group.severity === undefined ? "" : `, ${group.severity}`;
  return `${stateWord(notification)} (${count}): ${name}${severity}${kind === "reminder" ? ", still" : ""}`;
};

/** What is said of one alert, sentence by sentence. */
const saidOf = ({ annotations, labels, state }: Alert): readonly (readonly [string, string])[] => [
  ["", annotations.summary ?? labels.alertname ?? ""],
  ...(annotations.description === undefined ? [] : [["", annotations.description] as const]),
  ...(annotations.because === undefined ? [] : [["Why", annotations.because] as const]),
  ...(annotations.procedure === undefined && annotations.runbook_url === undefined
    ? []
    : [
        [
          "Response",
          [annotations.procedure, annotations.runbook_url].filter((part) => part !== undefined).join(", "),
        ] as const,
      ]),
  ["Since", iso(state.since)],
  ...(state.kind === "resolved" ? [["Resolved", iso(state.resolved)] as const] : []),
];

const lines = (alert: Alert): readonly string[] =>
  saidOf(alert).map(([what, text]) => (what === "" ? text : `${what}: ${text}`));

const allOf = ({ firing, resolved }: Notification): readonly (readonly ["Firing" | "Resolved", readonly Alert[]])[] =>
  (
    [
      ["Firing", firing],
      ["Resolved", resolved],
    ] as const
  ).filter(([, alerts]) => alerts.length > 0);

/** Cards and pushes have room for so many alerts. */
const mostShown = 20;

const shortened = (of: Notification): { readonly some: Notification; readonly others: number } => {
  const firing = of.firing.slice(0, mostShown);
  const resolved = of.resolved.slice(0, mostShown - firing.length);
  const others = of.firing.length + of.resolved.length - firing.length - resolved.length;
  return { some: { ...of, firing, resolved }, others };
};

const othersText = (others: number): string => `And ${others} more.`;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const plain = (notification: Notification): string =>
  allOf(notification)
    .flatMap(([heading, alerts]) => [heading, "", ...alerts.flatMap((alert) => [...lines(alert), ""])])
    .join("\n");

const html = (notification: Notification): string => {
  const parts = allOf(notification).map(([heading, alerts]) => {
    const items = alerts.map((alert) => {
      const [first = "", ...rest] = lines(alert);
      return `<li><strong>${escaped(first)}</strong><br>${rest.map(escaped).join("<br>")}</li>`;
    });
    return `<h2>${heading}</h2><ul>${items.join("")}</ul>`;
  });
  return `<!doctype html><html><head><meta charset="utf-8"><title>${escaped(titleOf(notification))}</title></head><body>${parts.join("")}</body></html>`;
};

const common = (all: readonly Labels[]): Labels => {
  const [first = {}, ...rest] = all;
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => rest.every((one) => one[name] === value)));
};

/** FNV-1a: the same for the same labels, and short. */
const fingerprint = (labels: Labels): string => {
  let hash = 0xcbf29ce484222325n;
  for (const letter of labelKey(labels)) {
    hash ^= BigInt(letter.codePointAt(0) ?? 0);
    hash = (hash * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash.toString(16).padStart(16, "0");
};

const never = "0001-01-01T00:00:00Z";

/** As Alertmanager's webhooks do it, version 4. */
const webhook = (notification: Notification, externalUrl: string): Json => {
  const all = [...notification.firing, ...notification.resolved];
  return {
    version: "4",
    groupKey: `{}:${labelKey(notification.group)}`,
    truncatedAlerts: 0,
    status: stateWord(notification).toLowerCase(),
    receiver: notification.receiver,
    groupLabels: notification.group,
    commonLabels: common(all.map(({ labels }) => labels)),
    commonAnnotations: common(all.map(({ annotations }) => annotations)),
    externalURL: externalUrl,
    alerts: all.map(({ labels, annotations, state }) => ({
      status: state.kind === "resolved" ? "resolved" : "firing",
      labels,
      annotations,
      startsAt: iso(state.since),
      endsAt: state.kind === "resolved" ? iso(state.resolved) : never,
      generatorURL: externalUrl,
      fingerprint: fingerprint(labels),
    })),
  };
};

type Look = { readonly teams: string; readonly slack: string; readonly priority: number; readonly tag: string };
const looks: Readonly<Record<"critical" | "warning" | "info" | "resolved", Look>> = {
  critical: { teams: "attention", slack: "#c62828", priority: 5, tag: "rotating_light" },
  warning: { teams: "warning", slack: "#ef9c00", priority: 4, tag: "warning" },
  info: { teams: "accent", slack: "#1e6fd9", priority: 3, tag: "information_source" },
  resolved: { teams: "good", slack: "#2e7d32", priority: 3, tag: "white_check_mark" },
};

const lookOf = ({ firing }: Notification): Look => {
  for (const severity of ["critical", "warning", "info"] as const)
    if (firing.some(({ labels }) => labels.severity === severity)) return looks[severity];
  return looks.resolved;
};

/** An Adaptive Card, as workflows of Teams take it. */
const teams = (notification: Notification): Json => {
  const { some, others } = shortened(notification);
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [
            {
              type: "TextBlock",
              size: "Large",
              weight: "Bolder",
              wrap: true,
              color: lookOf(notification).teams,
              text: titleOf(notification),
            },
            ...allOf(some).flatMap(([, alerts]) =>
              alerts.map((alert): Json => {
                const said = saidOf(alert);
                return {
                  type: "Container",
                  separator: true,
                  items: [
                    ...said
                      .filter(([what]) => what === "")
                      .map(
                        ([, text], place): Json => ({
                          type: "TextBlock",
                          wrap: true,
                          weight: place === 0 ? "Bolder" : "Default",
                          text,
                        }),
                      ),
                    {
                      type: "FactSet",
                      facts: said.filter(([what]) => what !== "").map(([title, value]) => ({ title, value })),
                    },
                  ],
                };
              }),
            ),
            ...(others === 0 ? [] : [{ type: "TextBlock", wrap: true, text: othersText(others) }]),
          ],
        },
      },
    ],
  };
};

/** Slack's own marks in a text. */
const slackText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Slack refuses a text that is longer. */
const mostSlackText = 2_900;

const section = (text: string): Json => ({
  type: "section",
  text: { type: "mrkdwn", text: text.length > mostSlackText ? `${text.slice(0, mostSlackText)}…` : text },
});

/** Blocks, in attachments for their colour. */
const slack = (notification: Notification, channel: string | undefined): Json => {
  const { some, others } = shortened(notification);
  return {
    ...(channel === undefined ? {} : { channel }),
    text: slackText(titleOf(notification)),
    attachments: [
      ...allOf(some).flatMap(([heading, alerts]) =>
        alerts.map((alert): Json => {
          const [first = "", ...rest] = lines(alert).map(slackText);
          return {
            color: heading === "Resolved" ? looks.resolved.slack : lookOf({ ...notification, firing: [alert] }).slack,
            fallback: first,
            blocks: [section([`*${first}*`, ...rest].join("\n"))],
          };
        }),
      ),
      ...(others === 0 ? [] : [{ blocks: [section(othersText(others))] }]),
    ],
  };
};

const ntfy = (notification: Notification, topic: string): Json => {
  const { priority, tag } = lookOf(notification);
  const { some, others } = shortened(notification);
  const message = `${plain(some).trim()}${others === 0 ? "" : `\n\n${othersText(others)}`}`;
  return { topic, title: titleOf(notification), message, priority, tags: [tag] };
};

/**
 * Alerts as an Alertmanager takes them, `POST /api/v2/alerts`.
 *
 * @param until what fires is to be forgotten then, unless it is told again; after its own five minutes, where left out
 */
export const alertmanagerPush = (alerts: readonly Alert[], externalUrl: string, until?: Instant): Json =>
  alerts.flatMap(({ labels, annotations, state }): Json[] => {
    if (state.kind === "pending") return [];
    return [
      {
        labels,
        annotations,
        startsAt: iso(state.since),
        ...(state.kind === "resolved"
          ? { endsAt: iso(state.resolved) }
          : until === undefined
            ? {}
            : { endsAt: iso(until) }),
        generatorURL: externalUrl,
      },
    ];
  });

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");
const bearing = (token: Secret | undefined) => (token === undefined ? {} : { token });

/**
 * What a receiver gets.
 *
 * @param externalUrl where a person finds Orrery, for links
 */
export const rendered = (notification: Notification, receiver: AlertReceiver, externalUrl: string): Message => {
  switch (receiver.kind) {
    case "email":
      return {
        kind: "email",
        from: receiver.from,
        to: receiver.to,
        subject: `[Orrery] ${titleOf(notification)}`,
        text: plain(notification),
        html: html(notification),
      };
    case "webhook":
      return {
        kind: "post",
        url: receiver.url,
        ...bearing(receiver.token),
        ...(receiver.signedWith === undefined ? {} : { signedWith: receiver.signedWith }),
        body: webhook(notification, externalUrl),
      };
    case "teams":
      return { kind: "post", url: receiver.url, body: teams(notification) };
    case "slack":
      return { kind: "post", url: receiver.url, body: slack(notification, receiver.channel) };
    case "ntfy":
      return {
        kind: "post",
        url: withoutSlash(receiver.server),
        ...bearing(receiver.token),
        body: ntfy(notification, receiver.topic),
      };
    case "alertmanager":
      return {
        kind: "post",
        url: `${withoutSlash(receiver.url)}/api/v2/alerts`,
        ...bearing(receiver.token),
        body: alertmanagerPush([...notification.firing, ...notification.resolved], externalUrl),
      };
  }
};
