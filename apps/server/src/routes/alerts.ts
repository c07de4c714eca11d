import { createHash } from "node:crypto";
import {
  type Alert,
  alertsOf,
  labelKey,
  quietOf,
  type Surroundings,
  silencedBy,
  type Transition,
} from "@orrery/alerting";
import { openIn, windowsAt } from "@orrery/watch";
import { z } from "zod";
import { named } from "../http/open-api.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { clusterOf, clusterPath } from "./of-cluster.ts";

const labels = z.record(z.string(), z.string());
const severity = z.enum(["critical", "warning", "info", "none"]);
const time = z.number().describe("epoch milliseconds");

const alert = named(
  "Alert",
  z.strictObject({
    id: z.string().describe("the same for as long as it is about the same"),
    rule: z.string(),
    severity,
    summary: z.string(),
    description: z.string().optional(),
    because: z.string().optional().describe("why it is told of, in the declaration's words"),
    subject: z.string().describe("what it is about: node pve1, guest web1, storage nfs"),
    labels,
    state: z.enum(["pending", "firing", "resolved"]),
    since: time.describe("since when what it is about has been so"),
    fired: time.optional(),
    until: time.optional().describe("of one that is resolved"),
    value: z.number().optional(),
    quiet: z
      .strictObject({ kind: z.enum(["inhibited", "silenced", "expected", "statement"]), why: z.string() })
      .optional()
      .describe("why nobody is told of it"),
    silencedBy: z.string().optional().describe("the silence"),
    inhibitedBy: z.string().optional().describe("why another keeps it quiet"),
    procedure: z.string().optional(),
    runbook: z.string().optional(),
  }),
);

/** `node pve1`: what an alert is about. */
const subjectOf = ({ node, storage, name, id, scope, section, url }: Alert["labels"]): string => {
  if (scope === "guest" && name !== undefined) return `guest ${name}`;
  if (scope === "storage" && storage !== undefined)
    return node === undefined ? `storage ${storage}` : `storage ${storage} of ${node}`;
  if (node !== undefined) return `node ${node}`;
  return id ?? section ?? url ?? scope ?? "cluster";
};

const severityOf = (of: Alert): z.input<typeof severity> => severity.catch("info").parse(of.labels.severity);

/** Short, and the same in every process. */
const idOf = (of: Alert): string => createHash("sha256").update(labelKey(of.labels)).digest("hex").slice(0, 16);

const stateOf = ({ state }: Alert): Pick<z.input<typeof alert>, "state" | "since" | "fired" | "until"> => {
  switch (state.kind) {
    case "pending":
      return { state: "pending", since: state.since };
    case "firing":
      return { state: "firing", since: state.since, fired: state.fired };
    case "resolved":
      return { state: "resolved", since: state.since, fired: state.fired, until: state.resolved };
  }
};

const shown = (of: Alert, around: Surroundings | undefined, at: number): z.input<typeof alert> => {
  const { annotations, value } = of;
  const quiet = around === undefined ? undefined : quietOf(of, around, at);
  const silence = around === undefined ? undefined : silencedBy(of.labels, around.silences, at);
  return {
    id: idOf(of),
    rule: of.name,
    severity: severityOf(of),
    summary: annotations.summary ?? of.name,
    ...(annotations.description === undefined ? {} : { description: annotations.description }),
    ...(annotations.because === undefined ? {} : { because: annotations.because }),
    subject: subjectOf(of.labels),
    labels: { ...of.labels },
    ...stateOf(of),
    ...(Number.isFinite(value) ? { value } : {}),
    ...(quiet === undefined ? {} : { quiet: { kind: quiet.kind, why: whyOf(quiet) } }),
    ...(silence === undefined ? {} : { silencedBy: silence.id }),
    ...(quiet?.kind === "inhibited" ? { inhibitedBy: quiet.because } : {}),
    ...(annotations.procedure === undefined ? {} : { procedure: annotations.procedure }),
    ...(annotations.runbook_url === undefined ? {} : { runbook: annotations.runbook_url }),
  };
};

const whyOf = (quiet: NonNullable<ReturnType<typeof quietOf>>): string => {
  switch (quiet.kind) {
    case "inhibited":
      return quiet.because;
    case "silenced":
      return `${quiet.by}: ${quiet.why}`;
    case "expected":
      return `The maintenance window ${quiet.window} is open.`;
    case "statement":
      return "It is no alert but what others depend on.";
  }
};

const order = { firing: 0, pending: 1, resolved: 2 } as const;
const grave = { critical: 0, warning: 1, info: 2, none: 3 } as const;

const list = jsonRoute({
  id: "listAlerts",
  method: "GET",
  url: "/api/clusters/{cluster}/alerts",
  tag: "Alerts",
  summary: "what fires now, what is about to, and what was resolved a short while ago",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  reply: z.strictObject({
    at: time.optional().describe("the look that this is the outcome of; left out while there was none"),
    openWindows: z.array(z.string()).describe("maintenance windows that are open"),
    alerts: z.array(alert),
  }),
  handle: async (given) => {
    const { services } = given;
    const { id, declared } = clusterOf(given);
    const going = await services.alerting.memory.going(id);
    const at = going?.at ?? services.clock.now();
    const all = alertsOf(going?.watch ?? {});
    const openWindows = openIn(windowsAt(declared?.lab, at));
    const silences = await services.alerting.memory.silences(id, at);
    const around = { firing: all.filter(({ state }) => state.kind === "firing"), silences, openWindows };
    const alerts = all
      .map((one) => shown(one, around, at))
      .toSorted(
        (one, other) =>
          order[one.state] - order[other.state] ||
          grave[one.severity] - grave[other.severity] ||
          one.since - other.since ||
          (one.id < other.id ? -1 : 1),
      );
    return { ...(going === undefined ? {} : { at: going.at }), openWindows: [...openWindows], alerts };
  },
});

/** A stretch of time, of the last day unless told. */
export const spanQuery = z.strictObject({
  from: z.coerce.number().optional().describe("epoch milliseconds; a day before `to` unless told"),
  to: z.coerce.number().optional().describe("epoch milliseconds; now unless told"),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});

export const spanOf = (
  { from, to, limit }: z.output<typeof spanQuery>,
  now: number,
): { readonly from: number; readonly to: number; readonly limit: number } => {
  const end = to ?? now;
  return { from: from ?? end - 86_400_000, to: end, limit };
};

const state = z.enum(["inactive", "pending", "firing", "resolved"]);
const move = named("AlertMove", z.strictObject({ at: time, from: state, to: state, alert }));

const moveOf = ({ at, from, to, alert: one }: Transition): z.input<typeof move> => ({
  at,
  from,
  to,
  alert: shown(one, undefined, at),
});

const history = jsonRoute({
  id: "listAlertHistory",
  method: "GET",
  url: "/api/clusters/{cluster}/alerts/history",
  tag: "Alerts",
  summary: "what alerts did, the newest first",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  query: spanQuery,
  reply: z.strictObject({ from: time, to: time, moves: z.array(move) }),
  handle: async (given) => {
    const span = spanOf(given.query, given.services.clock.now());
    const moves = await given.services.alerting.memory.transitions(clusterOf(given).id, span);
    return { from: span.from, to: span.to, moves: moves.map(moveOf) };
  },
});

export const alertRoutes: readonly Route[] = [list, history];
