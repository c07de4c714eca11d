import { asked } from "@orrery/dashboards";
import { expect, test } from "vitest";
import { OwnMetrics } from "./own-metrics.ts";

test("what dashboards ask of the exporter itself is on its page, before anybody asked and after", () => {
  const own = new OwnMetrics(["default"]);
  const told = (): string[] =>
    [
      ...own
        .page()
        .text("prometheus")
        .matchAll(/^([a-z_]+)(?:\{| )/gm),
    ].map(([, name = ""]) => name);
  const first = told();
  expect(first).toContain("process_resident_memory_bytes");
  own.told({ method: "GET", path: "/version", milliseconds: 12, failed: true });
  own.collections.observe(["default"], 0.01);
  const after = told();
  expect(asked.exporter.filter((name) => !after.includes(name))).toEqual([]);
});
