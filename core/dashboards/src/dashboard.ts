import {
  AnnotationQueryBuilder,
  // oxlint-disable-next-line typescript/no-deprecated -- Grafana provisions this form from files in every release since 9.
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  RowBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { type Sized, source } from "./panel.ts";
import { filledIn } from "./query.ts";
import { type Choice, variablesOf } from "./variable.ts";

type Row = { readonly title: string; readonly panels: readonly Sized[]; readonly closed?: true };

/** What a dashboard shows, before it is laid out. */
export type Page = {
  readonly uid: PageId;
  readonly title: string;
  readonly description: string;
  readonly choices: readonly Choice[];
  readonly since: string;
  readonly rows: readonly Row[];
};

export type PageId =
  | "orrery-cluster"
  | "orrery-node"
  | "orrery-guest"
  | "orrery-storage"
  | "orrery-objectives"
  | "orrery-maintenance"
  | "orrery-exporter";

const columns = 24;

/** Left to right, and on the next line what finds no place. */
const placed = (row: readonly Sized[], top: number): { readonly panels: Panel[]; readonly bottom: number } => {
  const panels: Panel[] = [];
  let [x, y, tallest] = [0, top, 0];
  for (const { panel, width, height } of row) {
    if (x + width > columns) [x, y, tallest] = [0, y + tallest, 0];
    panels.push({ ...panel.build(), gridPos: { x, y, w: width, h: height } });
    x += width;
    tallest = Math.max(tallest, height);
  }
  return { panels, bottom: y + tallest };
};

/** Alerts that fire, over every chart. */
const alerts = (): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name("Alerts")
    .datasource(source)
    .enable(true)
    .iconColor("red")
    .expr('ALERTS{cluster=~"$cluster|", alertstate="firing", severity=~"warning|critical"}')
    .titleFormat("{{alertname}} ({{severity}})")
    .textFormat("{{node}} {{name}} {{storage}} {{id}}")
    .tagKeys("severity,scope")
    .step("60s")
    .target(
      new DataqueryBuilder()
        .refId("Alerts")
        .datasource(source)
        .expr('ALERTS{cluster=~"$cluster|", alertstate="firing", severity=~"warning|critical"}'),
    );

/** To every other dashboard of Orrery, with the same choices and the same stretch of time. */
const others = (): DashboardLinkBuilder =>
  new DashboardLinkBuilder("Orrery")
    .type(DashboardLinkType.Dashboards)
    .tags(["orrery"])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true);

/** A dashboard as Grafana stores it. */
// oxlint-disable-next-line typescript/no-deprecated -- Grafana provisions this form from files in every release since 9.
export const dashboardOf = (page: Page): ReturnType<DashboardBuilder["build"]> => {
  // oxlint-disable-next-line typescript/no-deprecated -- Grafana provisions this form from files in every release since 9.
  const dashboard = new DashboardBuilder(page.title)
    .uid(page.uid)
    .description(page.description)
    .tags(["orrery", "proxmox"])
    .time({ from: page.since, to: "now" })
    .refresh("30s")
    .tooltip(DashboardCursorSync.Crosshair)
    .variables(variablesOf(page.choices))
    .annotation(alerts())
    .link(others());
  let [id, top] = [0, 0];
  for (const { title, panels, closed } of page.rows) {
    id += 1;
    const row = new RowBuilder(title).id(id).gridPos({ x: 0, y: top, w: columns, h: 1 });
    const { panels: laid, bottom } = placed(panels, top + 1);
    const built = laid.map((panel) => {
      id += 1;
      return { ...panel, id };
    });
    if (closed) {
      for (const panel of built) row.withPanel({ build: () => panel });
      dashboard.withRow(row.collapsed(true));
      top += 1;
    } else {
      dashboard.withRow(row);
      for (const panel of built) dashboard.withPanel({ build: () => panel });
      top = bottom;
    }
  }
  return dashboard.build();
};

/** Where a cell leads: to a dashboard of Orrery with the same cluster and stretch of time. */
export const linkTo = (page: PageId, variable?: Choice, value = filledIn("__value.raw")): string =>
  `/d/${page}?\${datasource:queryparam}&\${cluster:queryparam}&\${__url_time_range}${variable === undefined ? "" : `&var-${variable}=${value}`}`;
