import { measuredFamilies } from "@orrery/collect";
import { asked, dashboardsOf, expressionsIn } from "@orrery/dashboards";
import { expect, test } from "vitest";
import { tidyLab } from "./labs.ts";

const labelsOf = new Map(measuredFamilies.map(({ name, labels }) => [name, new Set(labels)]));

test("what dashboards ask of a cluster is what is told of one", () => {
  expect(asked.cluster.filter((name) => !labelsOf.has(name))).toEqual([]);
});

test("a condition of a dashboard is on a label that the metric has", () => {
  const wrong: string[] = [];
  let conditions = 0;
  for (const { where, expr } of dashboardsOf(tidyLab).flatMap(expressionsIn))
    for (const [, metric = "", inner = ""] of expr.matchAll(/([a-z_]\w*)\{([^}]*)\}/g)) {
      const labels = labelsOf.get(metric);
      if (labels === undefined) continue;
      for (const [, label = ""] of inner.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)) {
        conditions += 1;
        if (label !== "cluster" && !labels.has(label)) wrong.push(`${where}: ${metric} has no ${label}`);
      }
    }
  expect(wrong).toEqual([]);
  expect(conditions).toBeGreaterThan(200);
});
