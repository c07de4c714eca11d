export {
  type AlertRule,
  type AlertScope,
  type AlertSeverity,
  type Example,
  type ExampleSeries,
  ownLabels,
  type RecordingRule,
  type Response,
  type Run,
  ruleKey,
} from "./alert-rule.ts";
export { seriesOf } from "./example.ts";
export { type ExpectedGuest, expectedGuests } from "./expected.ts";
export { type ExportedFile, type MonitoringExport, monitoringOf } from "./export.ts";
export { type Element, evaluate, lookBack } from "./expression/evaluate.ts";
export * from "./expression/expression.ts";
export { promql } from "./expression/promql.ts";
export {
  type FindingAround,
  type Incident,
  type IncidentEntry,
  type IncidentSeverity,
  type IncidentState,
  incidentsAfter,
  withEntry,
} from "./incident.ts";
export { type Inhibition, inhibitedBy, inhibitions } from "./inhibition.ts";
export { type Labels, labelKey, type Matcher, type MatchKind, matches } from "./labels.ts";
export { type Metric, metrics, type Offered } from "./metrics.ts";
export { type Dispatching, dispatch, type Notification, nothingTold, type Told } from "./notification/dispatch.ts";
export type { Delivery, Notifier } from "./notification/notifier.ts";
export { type Pace, pace } from "./notification/pace.ts";
export { alertmanagerPush, type Json, type Message, rendered } from "./notification/render.ts";
export { type Quiet, quietOf, type Silence, type Surroundings, silencedBy } from "./notification/silence.ts";
export { type RuleGroup, ruleFile } from "./prometheus/rule-file.ts";
export { inputSeries } from "./prometheus/unit-test.ts";
export { type Yaml, yaml } from "./prometheus/yaml.ts";
export { recordingRules } from "./rules/recording.ts";
export { reachOf, rulesOf, type Subject } from "./rules/rules-of.ts";
export { undeclaredRules } from "./rules/undeclared.ts";
export {
  type Point,
  type Reach,
  type Sample,
  type Series,
  type SeriesSource,
  SeriesWindow,
  seriesIn,
} from "./series.ts";
export {
  type Alert,
  type AlertState,
  alertsOf,
  nothingYet,
  type RuleFailure,
  type Transition,
  type Watch,
  type Watched,
  watch,
} from "./watch.ts";
