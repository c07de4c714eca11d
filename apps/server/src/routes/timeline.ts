import type { Incident, Transition } from "@orrery/alerting";
import { labelKey } from "@orrery/alerting";
import type { TaskState } from "@orrery/state";
import { z } from "zod";
import { named } from "../http/open-api.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { spanOf, spanQuery } from "./alerts.ts";
import { clusterOf, clusterPath } from "./of-cluster.ts";

const entry = named(
  "TimelineEntry",
  z.strictObject({
    at: z.number().describe("epoch milliseconds"),
    until: z.number().optional().describe("left out of what lasts, and of what was over at once"),
    kind: z.enum(["task", "alert", "incident", "state"]),
    severity: z.enum(["critical", "warning", "info"]).optional(),
    subject: z.string(),
    title: z.string(),
  }),
);
type Entry = z.input<typeof entry>;

const severity = z.enum(["critical", "warning", "info"]).optional().catch(undefined);

const taskEntry = ({ started, end, type, id, node }: TaskState): Entry => ({
  at: started * 1000,
  ...(end === undefined ? {} : { until: end.at * 1000 }),
  kind: "task",
  ...(end === undefined || end.status === "OK" ? {} : { severity: "info" as const }),
  subject: id === "" ? `node ${node}` : `${id} on ${node}`,
  title: end === undefined ? `${type} runs` : `${type}: ${end.status}`,
});

/** From firing to resolved; moves are the newest first. */
const alertEntries = (moves: readonly Transition[], from: number): Entry[] => {
  const over = new Map<string, number>();
  const entries: Entry[] = [];
  const entryOf = ({ alert }: Transition, at: number, until: number | undefined): void => {
    const grade = severity.parse(alert.labels.severity);
    if (grade === undefined) return;
    const { node, storage, name, scope } = alert.labels;
    entries.push({
      at,
      ...(until === undefined ? {} : { until }),
      kind: "alert",
      severity: grade,
      subject: name ?? storage ?? node ?? scope ?? "cluster",
      title: `${alert.name}: ${alert.annotations.summary ?? ""}`,
    });
  };
  const ends = new Map<string, Transition>();
  for (const move of moves) {
    const key = labelKey(move.alert.labels);
    if (move.to === "resolved") {
      over.set(key, move.at);
      ends.set(key, move);
    } else if (move.to === "firing") {
      entryOf(move, move.at, over.get(key));
      over.delete(key);
      ends.delete(key);
    }
  }
  // What began before the stretch and ended in it.
  for (const [key, move] of ends) {
    const { state } = move.alert;
    entryOf(move, state.kind === "resolved" ? state.fired : from, over.get(key));
  }
  return entries;
};

const incidentEntry = ({ opened, state, severity: grade, subject }: Incident): Entry => ({
  at: opened,
  ...(state.kind === "closed" ? { until: state.at } : state.kind === "calm" ? { until: state.since } : {}),
  kind: "incident",
  severity: grade,
  subject,
  title: `Incident: ${subject}`,
});

const list = jsonRoute({
  id: "getTimeline",
  method: "GET",
  url: "/api/clusters/{cluster}/timeline",
  tag: "Alerts",
  summary: "what happened when: tasks, alerts, incidents, what nodes and guests did; by time",
  about:
    "Of tasks only those that the cluster still lists, the last 25 of each node. Where there is more than the limit, the newest of each kind.",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  query: spanQuery,
  reply: z.strictObject({ from: z.number(), to: z.number(), entries: z.array(entry) }),
  handle: async (given) => {
    const { id, feed } = clusterOf(given);
    const { memory } = given.services.alerting;
    const span = spanOf(given.query, given.services.clock.now());
    const [moves, changes, incidents] = await Promise.all([
      memory.transitions(id, span),
      memory.changes(id, span),
      memory.incidents(id, span.limit),
    ]);
    const reading = feed.now();
    const tasks = reading.kind === "read" && reading.state.tasks.kind === "observed" ? reading.state.tasks.value : [];
    const entries = [
      ...tasks.map(taskEntry),
      ...alertEntries(moves, span.from),
      ...incidents.map(incidentEntry),
      ...changes.map(({ at, subject, title }): Entry => ({ at, kind: "state", subject, title })),
    ]
      .filter(({ at, until }) => at <= span.to && (until ?? at) >= span.from)
      .toSorted((one, other) => one.at - other.at || (one.title < other.title ? -1 : 1));
    return { from: span.from, to: span.to, entries: entries.slice(-span.limit) };
  },
});

export const timelineRoutes: readonly Route[] = [list];
