import type { ExportedDashboard } from "./dashboards-of.ts";

/** What a dashboard asks Prometheus, with Grafana's variables in it. */
export type AskedExpression = {
  /** `Cluster: Nodes down (A)`. */
  readonly where: string;
  readonly kind: "panel" | "annotation" | "variable";
  readonly expr: string;
};

const textOf = (value: unknown, key: string): string | undefined => {
  const found: unknown =
    typeof value === "object" && value !== null && key in value ? Reflect.get(value, key) : undefined;
  return typeof found === "string" ? found : undefined;
};

/** `label_values(pve_up{…}, name)` and `query_result(pve_up)`, without what is Grafana's. */
const bare = (query: string): string =>
  /^label_values\((.+), \w+\)$/.exec(query)?.[1] ?? /^query_result\((.+)\)$/.exec(query)?.[1] ?? query;

/** Every expression of a dashboard: of its panels, its annotations, its variables. */
export const expressionsIn = ({ title, dashboard }: ExportedDashboard): readonly AskedExpression[] => {
  const panels = (dashboard.panels ?? []).flatMap((panel) => ("panels" in panel ? panel.panels : [panel]));
  return [
    ...panels.flatMap((panel) =>
      (panel.targets ?? []).map(
        (target): AskedExpression => ({
          where: `${title}: ${panel.title} (${textOf(target, "refId")})`,
          kind: "panel",
          expr: textOf(target, "expr") ?? "",
        }),
      ),
    ),
    ...(dashboard.annotations.list ?? []).map(
      ({ name, expr = "" }): AskedExpression => ({ where: `${title}: ${name}`, kind: "annotation", expr }),
    ),
    ...(dashboard.templating.list ?? []).flatMap(({ type, name, query }): AskedExpression[] =>
      type === "query"
        ? [{ where: `${title}: $${name}`, kind: "variable", expr: bare(textOf(query, "query") ?? "") }]
        : [],
    ),
  ];
};
