import { anyOf, type Labels, type Matcher, matches } from "./labels.ts";
import type { Alert } from "./watch.ts";

/** Alerts of one kind keep those of another quiet that agree with them on some labels, and on whose they are. */
export type Inhibition = {
  readonly because: string;
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
};

const is = (label: string, ...values: readonly string[]): Matcher =>
  values.length === 1 ? { label, kind: "=", value: values[0] ?? "" } : { label, kind: "=~", value: anyOf(values) };
const isNot = (label: string, value: string): Matcher => ({ label, kind: "!=", value });

/** What tells alerts of one rule apart, whatever they are about. */
const about = ["cluster", "alertname", "id", "node", "storage", "disk", "pool", "filename", "service"] as const;

/** What keeps what quiet, in every lab. */
export const inhibitions: readonly Inhibition[] = [
  {
    because: "What is on a node that is down cannot be well.",
    source: [is("alertname", "NodeDown")],
    target: [is("scope", "node", "storage", "guest"), isNot("alertname", "NodeDown"), isNot("alertname", "NodeFenced")],
    equal: ["cluster", "node"],
  },
  {
    because: "What is drained in a maintenance window is worked on.",
    source: [is("alertname", "NodeInMaintenance")],
    target: [is("scope", "node", "storage", "guest"), isNot("alertname", "NodeInMaintenance")],
    equal: ["cluster", "node"],
  },
  {
    because: "A node that is down or worked on tells nothing of itself.",
    source: [is("alertname", "NodeDown", "NodeInMaintenance")],
    target: [is("alertname", "SectionFailing")],
    equal: ["cluster", "node"],
  },
  {
    because: "Whoever asks a node that is down waits for nothing.",
    source: [is("alertname", "NodeDown")],
    target: [is("alertname", "ApiSlow")],
    equal: ["cluster"],
  },
  {
    because: "Where quorum is lost, nodes are missing.",
    source: [is("alertname", "QuorumLost")],
    target: [is("alertname", "NodeDown", "QuorumMarginGone", "QDeviceDown")],
    equal: ["cluster"],
  },
  {
    because: "Who is told that it is critical need not be warned.",
    source: [is("severity", "critical")],
    target: [is("severity", "warning")],
    equal: about,
  },
  {
    because: "An objective that is missed says more than a run that was.",
    source: [is("alertname", "RecoveryPointTooOld")],
    target: [is("alertname", "BackupMissed")],
    equal: ["cluster", "id"],
  },
  {
    because: "What is full need not be said to fill.",
    source: [is("alertname", "StorageExhausted")],
    target: [is("alertname", "StorageFull", "StorageFillsSoon")],
    equal: ["cluster", "id", "node", "storage"],
  },
  {
    because: "What cannot be read at all is not read in parts.",
    source: [is("alertname", "ScrapeFailing", "NothingCollected")],
    target: [is("alertname", "SectionFailing", "ApiSlow", "ClusterSlow")],
    equal: ["cluster"],
  },
];

const all = (matchers: readonly Matcher[], labels: Labels): boolean =>
  matchers.every((matcher) => matches(matcher, labels));

/**
 * The inhibition that keeps an alert quiet while others fire, as Alertmanager decides it: a label that both lack counts as
 * equal, and what is source and target of a rule at once is not kept quiet by its like.
 *
 * @param firing every alert that fires
 */
export const inhibitedBy = (
  { labels }: Pick<Alert, "labels">,
  firing: readonly Pick<Alert, "labels">[],
  rules: readonly Inhibition[] = inhibitions,
): Inhibition | undefined =>
  rules.find(({ source, target, equal }) => {
    if (!all(target, labels)) return false;
    const both = all(source, labels);
    return firing.some(
      (other) =>
        all(source, other.labels) &&
        !(both && all(target, other.labels)) &&
        equal.every((label) => (other.labels[label] ?? "") === (labels[label] ?? "")),
    );
  });
