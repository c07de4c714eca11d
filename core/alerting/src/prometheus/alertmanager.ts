import { type AlertReceiver, type Lab, type Secret, weekdays } from "@orrery/model";
import { promSpan } from "../expression/promql.ts";
import { inhibitions } from "../inhibition.ts";
import type { Matcher } from "../labels.ts";
import { pace } from "../notification/pace.ts";
import { type TimeInterval, timeIntervalsOf } from "./time-interval.ts";
import { type Yaml, yaml } from "./yaml.ts";

const matcher = ({ label, kind, value }: Matcher): string => `${label}${kind}${JSON.stringify(value)}`;

const two = (value: number): string => String(value).padStart(2, "0");
const clock = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;

/** Days in the order of the week, each by itself: Alertmanager's ranges do not go over its end. */
const interval = (of: TimeInterval): Yaml => ({
  times: [{ start_time: clock(of.from), end_time: clock(of.to) }],
  weekdays:
    of.weekdays === undefined
      ? undefined
      : weekdays.filter((day) => of.weekdays?.includes(day)).map((day) => day.toLowerCase()),
  days_of_month: of.daysOfMonth === undefined ? undefined : [`${of.daysOfMonth[0]}:${of.daysOfMonth[1]}`],
  months: of.months?.map(String),
  location: of.zone,
});

/** Where the secret is to lie as a file, beside the configuration. */
const fileOf = ({ from }: Secret): string =>
  from.startsWith("file:") ? from.slice("file:".length) : `secrets/${from.slice("env:".length)}`;

const bearer = (token: Secret | undefined): { readonly [key: string]: Yaml } =>
  token === undefined ? {} : { http_config: { authorization: { credentials_file: fileOf(token) } } };

const secretsOf = (receiver: AlertReceiver): readonly Secret[] => {
  switch (receiver.kind) {
    case "email":
      return receiver.password === undefined ? [] : [receiver.password];
    case "teams":
    case "slack":
      return [receiver.url];
    case "webhook":
    case "ntfy":
    case "alertmanager":
      return receiver.token === undefined ? [] : [receiver.token];
  }
};

/** What Alertmanager itself is told of a receiver; undefined of one that it cannot serve. */
const integration = (receiver: AlertReceiver): { readonly [key: string]: Yaml } | undefined => {
  switch (receiver.kind) {
    case "email":
      return {
        email_configs: [
          {
            to: receiver.to.join(", "),
            from: receiver.from,
            smarthost: receiver.server,
            auth_username: receiver.username,
            auth_password_file: receiver.password === undefined ? undefined : fileOf(receiver.password),
            send_resolved: true,
          },
        ],
      };
    case "webhook":
      return { webhook_configs: [{ url: receiver.url, send_resolved: true, ...bearer(receiver.token) }] };
    case "slack":
      return {
        slack_configs: [
          {
            api_url_file: fileOf(receiver.url),
            channel: receiver.channel,
            send_resolved: true,
            title: "{{ .Status | toUpper }}: {{ .CommonLabels.alertname }}",
            text: "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n{{ end }}",
          },
        ],
      };
    case "ntfy":
      // ntfy knows what Alertmanager sends, and words it itself.
      return {
        webhook_configs: [
          {
            url: `${receiver.server.replace(/\/+$/, "")}/${receiver.topic}?template=alertmanager`,
            send_resolved: true,
            ...bearer(receiver.token),
          },
        ],
      };
    case "teams":
    case "alertmanager":
      return undefined;
  }
};

const whyNot: Record<AlertReceiver["kind"], string | undefined> = {
  email: undefined,
  webhook: undefined,
  slack: undefined,
  ntfy: undefined,
  teams: "Alertmanager 0.25 sends no Teams cards; Orrery's own notifications do",
  alertmanager: undefined,
};

const nobody = "nobody";

/** A configuration of Alertmanager 0.25 or newer, and what it cannot say of the declaration. */
export const alertmanagerFile = ({
  monitoring,
  service,
}: Lab): { readonly text: string; readonly about: string; readonly notes: readonly string[] } => {
  const windows = service.hours.maintenance.map((window) => ({ id: window.id, ...timeIntervalsOf(window) }));
  const timed = windows.filter(({ intervals }) => intervals.length > 0);
  const receivers = Object.entries(monitoring.receivers).map(([name, receiver]) => ({
    name,
    receiver,
    how: integration(receiver),
  }));
  const served = receivers.filter(({ how }) => how !== undefined);
  const secrets = served.flatMap(({ receiver }) => secretsOf(receiver)).filter(({ from }) => from.startsWith("env:"));
  const notes = [
    ...windows.flatMap(({ note }) => note ?? []),
    ...receivers.flatMap(({ name, receiver: { kind } }) => {
      const why = whyNot[kind];
      return why === undefined ? [] : [`Receiver ${name} is left out: ${why}.`];
    }),
    ...receivers.flatMap(({ name, receiver }) =>
      receiver.kind === "webhook" && receiver.signedWith !== undefined
        ? [`Receiver ${name}: Alertmanager signs nothing; Orrery's own notifications are signed.`]
        : [],
    ),
    ...(served.length === 0 ? ["Alertmanager tells nobody: monitoring.receivers names none that it can serve."] : []),
    ...secrets.map((secret) => `Write ${secret.from.slice("env:".length)} to alertmanager/${fileOf(secret)}.`),
  ];
  const text = yaml({
    route: {
      receiver: nobody,
      group_by: ["cluster", ...pace.groupBy],
      group_wait: promSpan(pace.groupWait),
      group_interval: promSpan(pace.groupInterval),
      repeat_interval: promSpan(pace.repeat),
      routes: [
        // A sign of life is for a dead man's switch, and the rest of these for inhibition alone.
        { receiver: nobody, matchers: [matcher({ label: "severity", kind: "=", value: "none" })] },
        ...served.map(
          ({ name, receiver }): Yaml => ({
            receiver: name,
            matchers: [matcher({ label: "severity", kind: "=~", value: receiver.severities.join("|") })],
            continue: true,
            routes:
              timed.length === 0
                ? undefined
                : [
                    {
                      matchers: [matcher({ label: "window", kind: "=", value: "expected" })],
                      mute_time_intervals: timed.map(({ id }) => id),
                    },
                  ],
          }),
        ),
      ],
    },
    receivers: [{ name: nobody }, ...served.map(({ name, how }): Yaml => ({ name, ...how }))],
    inhibit_rules: inhibitions.map(
      ({ source, target, equal }): Yaml => ({
        source_matchers: source.map(matcher),
        target_matchers: target.map(matcher),
        equal: [...equal],
      }),
    ),
    time_intervals:
      timed.length === 0
        ? undefined
        : timed.map(({ id, intervals }): Yaml => ({ name: id, time_intervals: intervals.map(interval) })),
  });
  const about = `${served.length} receivers, ${inhibitions.length} inhibitions, ${timed.length} time intervals`;
  return { text, about, notes };
};
