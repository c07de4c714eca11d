import type * as bars from "@grafana/grafana-foundation-sdk/bargauge";
import type * as common from "@grafana/grafana-foundation-sdk/common";
import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import type * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import type * as stat from "@grafana/grafana-foundation-sdk/stat";
import type * as timeline from "@grafana/grafana-foundation-sdk/statetimeline";
import type * as table from "@grafana/grafana-foundation-sdk/table";
import type * as trend from "@grafana/grafana-foundation-sdk/timeseries";

/** The types that dashboards are held against, by names of their own: several modules of the SDK have an `Options`. */
// oxlint-disable-next-line typescript/no-deprecated -- the form that Grafana provisions from files.
export type WholeDashboard = dashboard.Dashboard;
export type Query = prometheus.Dataquery;
export type Thresholds = dashboard.ThresholdsConfig;
export type Mapping = dashboard.ValueMapping;
export type CellOptions = common.TableCellOptions;

export type StatOptions = stat.Options;
export type BarsOptions = bars.Options;
export type TableOptions = table.Options;
export type TableCustom = table.FieldConfig;
export type TimelineOptions = timeline.Options;
export type TimelineCustom = timeline.FieldConfig;
export type TrendOptions = trend.Options;
export type TrendCustom = trend.FieldConfig;
