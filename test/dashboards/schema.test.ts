import { dashboardsOf, type ExportedDashboard } from "@orrery/dashboards";
import { Ajv, type ValidateFunction } from "ajv";
import { createGenerator, type SchemaGenerator } from "ts-json-schema-generator";
import { beforeAll, expect, test } from "vitest";
import { labs } from "./labs.ts";
import type { WholeDashboard } from "./sdk-types.ts";

const names = [
  "WholeDashboard",
  "Query",
  "Thresholds",
  "Mapping",
  "CellOptions",
  "StatOptions",
  "BarsOptions",
  "TableOptions",
  "TableCustom",
  "TimelineOptions",
  "TimelineCustom",
  "TrendOptions",
  "TrendCustom",
] as const;
type Name = (typeof names)[number];

/** What the SDK's types say, as JSON Schema: nothing beyond them is let through. */
let checks: ReadonlyMap<Name, ValidateFunction>;

/** What a kind of panel has beside what all have. */
const ofPanel: Readonly<Record<string, { options: Name; custom?: Name }>> = {
  stat: { options: "StatOptions" },
  bargauge: { options: "BarsOptions" },
  table: { options: "TableOptions", custom: "TableCustom" },
  "state-timeline": { options: "TimelineOptions", custom: "TimelineCustom" },
  timeseries: { options: "TrendOptions", custom: "TrendCustom" },
};

const checkOf = (generator: SchemaGenerator, name: Name): ValidateFunction => {
  const schema = generator.createSchema(name);
  // A query is whatever its source understands: those of Prometheus are held against a schema of their own.
  if (name === "WholeDashboard" && schema.definitions !== undefined) schema.definitions.Dataquery = {};
  return new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(JSON.stringify(schema)));
};

beforeAll(() => {
  const path = new URL("./sdk-types.ts", import.meta.url).pathname;
  const generator = createGenerator({
    path,
    tsconfig: new URL("./sdk-types.tsconfig.json", import.meta.url).pathname,
    skipTypeCheck: true,
    additionalProperties: false,
    functions: "hide",
  });
  checks = new Map(names.map((name) => [name, checkOf(generator, name)]));
});

const wrong = (name: Name, value: unknown, place: string): string[] => {
  const check = checks.get(name);
  if (check === undefined) throw new Error(`no schema of ${name}`);
  if (check(value)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${place}${instancePath} ${message} ${JSON.stringify(params)}`,
  );
};

/** As Grafana reads it. */
const written = ({ dashboard }: ExportedDashboard): WholeDashboard => JSON.parse(JSON.stringify(dashboard));

const panelsOf = ({ panels = [] }: WholeDashboard) =>
  panels.flatMap((panel) => ("panels" in panel ? panel.panels : [panel]));

const overrideChecks: Readonly<Record<string, Name>> = {
  thresholds: "Thresholds",
  "custom.cellOptions": "CellOptions",
};

test.each(Object.entries(labs))(
  "dashboards of the %s lab are what the SDK's types say, to the last panel",
  (_, lab) => {
    const found: string[] = [];
    const kinds = new Set<string>();
    for (const exported of dashboardsOf(lab)) {
      const dashboard = written(exported);
      found.push(...wrong("WholeDashboard", dashboard, exported.uid));
      for (const panel of panelsOf(dashboard)) {
        const place = `${exported.uid} "${panel.title}"`;
        const of = ofPanel[panel.type];
        if (of === undefined) {
          found.push(`${place} is a ${panel.type}, which nothing holds it against`);
          continue;
        }
        kinds.add(panel.type);
        found.push(...wrong(of.options, panel.options ?? {}, `${place} options`));
        const custom: unknown = panel.fieldConfig?.defaults.custom ?? {};
        if (of.custom !== undefined) found.push(...wrong(of.custom, custom, `${place} custom`));
        for (const target of panel.targets ?? []) found.push(...wrong("Query", target, `${place} query`));
        for (const { properties } of panel.fieldConfig?.overrides ?? [])
          for (const { id, value } of properties) {
            const name = overrideChecks[id];
            if (name !== undefined) found.push(...wrong(name, value, `${place} ${id}`));
            if (id === "mappings")
              for (const one of value as readonly unknown[]) found.push(...wrong("Mapping", one, `${place} mapping`));
          }
      }
    }
    expect(found).toEqual([]);
    expect([...kinds].toSorted()).toEqual(Object.keys(ofPanel).toSorted());
  },
);

test("a dashboard that the types do not know is not let through", () => {
  const [first] = dashboardsOf(Object.values(labs)[0] ?? expect.fail("no lab"));
  const dashboard = written(first ?? expect.fail("no dashboard"));
  expect(wrong("WholeDashboard", { ...dashboard, refrehs: "30s" }, "it")).toHaveLength(1);
  expect(wrong("WholeDashboard", { ...dashboard, graphTooltip: "both" }, "it").length).toBeGreaterThan(0);
  expect(wrong("Query", { expr: 1 }, "it").length).toBeGreaterThan(0);
});
