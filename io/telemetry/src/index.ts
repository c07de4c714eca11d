export { Count, Distribution } from "./distribution.ts";
export { type Family, family, type MetricType } from "./family.ts";
export { contentTypes, type Format, formatFor, takesBrotli, takesGzip } from "./format.ts";
export { LabelSet, noLabels } from "./label-set.ts";
export { labelled } from "./labelled.ts";
export type { MetricSamples, Metrics } from "./metrics.ts";
export { MetricsPage } from "./metrics-page.ts";
export { type Sample, SampleList } from "./sample-list.ts";
export { StateSet } from "./state-set.ts";
