import type { Instant, ProcedureId } from "@orrery/model";
import { type Labels, labelKey } from "./labels.ts";
import type { Transition } from "./watch.ts";

/** A finding as an incident keeps it. */
export type FindingAround = { readonly rule: string; readonly subject: string; readonly why: string };

export type IncidentEntry =
  | { readonly at: Instant; readonly kind: "fired"; readonly alert: string; readonly summary: string }
  | { readonly at: Instant; readonly kind: "resolved"; readonly alert: string; readonly summary: string }
  | { readonly at: Instant; readonly kind: "graver"; readonly severity: IncidentSeverity }
  /** Somebody began the response. */
  | {
      readonly at: Instant;
      readonly kind: "response";
      readonly procedure: ProcedureId;
      readonly run: string;
      readonly by: string;
    }
  | { readonly at: Instant; readonly kind: "note"; readonly by: string; readonly text: string }
  | { readonly at: Instant; readonly kind: "closed"; readonly by: string; readonly text: string };

export type IncidentSeverity = "critical" | "warning";

export type IncidentState =
  | { readonly kind: "open" }
  /** Nothing of it fires any more; it opens again when something does. */
  | { readonly kind: "calm"; readonly since: Instant }
  | { readonly kind: "closed"; readonly at: Instant; readonly by: string };

/** Something that went wrong, with all that belongs to it: what answers it, what was found around it, what happened when. */
export type Incident = {
  readonly id: string;
  readonly opened: Instant;
  /** `node node02`, `storage nfs`, `cluster`. */
  readonly subject: string;
  readonly severity: IncidentSeverity;
  /** The procedure that answers it, as its first alert names it. */
  readonly procedure?: ProcedureId;
  readonly document?: string;
  readonly state: IncidentState;
  /** Alerts that fire now, by their labels. */
  readonly firing: readonly string[];
  readonly findings: readonly FindingAround[];
  readonly timeline: readonly IncidentEntry[];
};

/** What an alert's incident is about: the node before what is on it, since one response answers all of that. */
const subjectOf = ({ scope, node, storage, name, subject }: Labels): string => {
  if (node !== undefined) return `node ${node}`;
  if (storage !== undefined) return `storage ${storage}`;
  if (name !== undefined) return `guest ${name}`;
  return subject === undefined ? (scope ?? "cluster") : `${scope} ${subject}`;
};

const severityOf = ({ severity }: Labels): IncidentSeverity | undefined =>
  severity === "critical" || severity === "warning" ? severity : undefined;

const namesIn = (labels: Labels): ReadonlySet<string> =>
  new Set(["node", "storage", "name"].flatMap((label) => labels[label] ?? []));

const aroundOf = (labels: Labels, findings: readonly FindingAround[]): readonly FindingAround[] => {
  const names = namesIn(labels);
  return findings.filter(({ subject }) => subject.split(/[\s/:]+/).some((word) => names.has(word)));
};

const opens = ({ at, alert }: Transition, severity: IncidentSeverity, findings: readonly FindingAround[]): Incident => {
  const { labels, annotations } = alert;
  const subject = subjectOf(labels);
  return {
    id: `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z ${subject}${annotations.procedure === undefined ? "" : ` ${annotations.procedure}`}`,
    opened: at,
    subject,
    severity,
    ...(annotations.procedure === undefined ? {} : { procedure: annotations.procedure }),
    ...(annotations.runbook_url === undefined ? {} : { document: annotations.runbook_url }),
    state: { kind: "open" },
    firing: [],
    findings: aroundOf(labels, findings),
    timeline: [],
  };
};

const fired = (incident: Incident, { at, alert }: Transition, severity: IncidentSeverity): Incident => {
  const graver = severity === "critical" && incident.severity === "warning";
  const summary = alert.annotations.summary ?? alert.name;
  return {
    ...incident,
    severity: graver ? severity : incident.severity,
    state: { kind: "open" },
    firing: [...incident.firing, labelKey(alert.labels)],
    timeline: [
      ...incident.timeline,
      { at, kind: "fired", alert: alert.name, summary },
      ...(graver ? [{ at, kind: "graver", severity } as const] : []),
    ],
  };
};

const ended = (incident: Incident, { at, alert }: Transition): Incident => {
  const firing = incident.firing.filter((key) => key !== labelKey(alert.labels));
  const summary = alert.annotations.summary ?? alert.name;
  return {
    ...incident,
    state: firing.length === 0 ? { kind: "calm", since: at } : incident.state,
    firing,
    timeline: [...incident.timeline, { at, kind: "resolved", alert: alert.name, summary }],
  };
};

/**
 * Incidents after what happened to alerts. An alert that somebody is told of opens one, or joins one that is not closed, is
 * about the same and is answered by the same procedure; a quiet one only joins. Closing is up to a person.
 *
 * @param quiet whether nobody is told of an alert
 * @param findings what is known to be wrong at that time
 */
export const incidentsAfter = (
  before: readonly Incident[],
  transitions: readonly Transition[],
  quiet: (transition: Transition) => boolean,
  findings: readonly FindingAround[],
): readonly Incident[] => {
  const incidents = [...before];
  for (const transition of transitions) {
    const { alert, to } = transition;
    const severity = severityOf(alert.labels);
    if (severity === undefined) continue;
    if (to === "resolved") {
      const place = incidents.findIndex(({ firing }) => firing.includes(labelKey(alert.labels)));
      const incident = incidents[place];
      if (incident !== undefined) incidents[place] = ended(incident, transition);
    }
    if (to !== "firing") continue;
    const subject = subjectOf(alert.labels);
    const place = incidents.findIndex(
      (one) => one.state.kind !== "closed" && one.subject === subject && one.procedure === alert.annotations.procedure,
    );
    const known = incidents[place];
    if (known !== undefined) incidents[place] = fired(known, transition, severity);
    else if (!quiet(transition)) incidents.push(fired(opens(transition, severity, findings), transition, severity));
  }
  return incidents;
};

/** What a person adds. A closed incident stays as it is. */
export const withEntry = (
  incident: Incident,
  entry: Extract<IncidentEntry, { kind: "note" | "response" | "closed" }>,
): Incident =>
  incident.state.kind === "closed"
    ? incident
    : {
        ...incident,
        state: entry.kind === "closed" ? { kind: "closed", at: entry.at, by: entry.by } : incident.state,
        timeline: [...incident.timeline, entry],
      };
