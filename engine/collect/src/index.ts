export { Declared } from "./measure/declared.ts";
export { Measure, type Wanted } from "./measure/measure.ts";
export { type Exchange, Monitor, type MonitorOptions } from "./monitor/monitor.ts";
export { type Observation, type ObserveOptions, observe } from "./observe.ts";
export { type ObserveAgainOptions, observeAgain } from "./observe-again.ts";
export { observeMembership } from "./observe-membership.ts";
export { observeSources, readSources, type SourcesRead } from "./observe-sources.ts";
export type { Port, ReaderOptions } from "./reader.ts";
export { essentials, everything, type Scope } from "./scope.ts";
