export { dashboardsOf, type ExportedDashboard } from "./dashboards-of.ts";
export { stackOf } from "./export.ts";
export { type AskedExpression, expressionsIn } from "./expressions.ts";
export { type AskedMetric, asked } from "./metric.ts";
