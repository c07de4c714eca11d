export { Count, Distribution } from "./distribution.ts";
export { type Family, family, type MetricType } from "./family.ts";
export { contentTypes, type Format, formatFor, takesGzip } from "./format.ts";
export { labelText } from "./label-text.ts";
export { type FamilyLines, MetricsPage } from "./metrics-page.ts";
