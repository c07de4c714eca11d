import { type LabInput, unknown } from "@orrery/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { aLab } from "../testing/a-lab.ts";
import { monitoring } from "../testing/paperwork.ts";
import { says, says1 } from "../testing/says.ts";

type Level = Exclude<LabInput["monitoring"]["thresholds"][number], { subject: "quorum" }>["warning"];

const cpu = (warning: Partial<Level>, critical: Partial<Level> = {}) =>
  aLab({
    monitoring: {
      ...monitoring,
      thresholds: monitoring.thresholds.map((threshold) =>
        threshold.subject === "node cpu"
          ? {
              ...threshold,
              warning: { ...threshold.warning, ...warning },
              critical: { ...threshold.critical, ...critical },
            }
          : threshold,
      ),
    },
  });

test("a threshold of unknown duration is told once, with both levels", () => {
  const sustained = unknown("the document says sustained, and not for how long");
  const finding = says1("monitoring/sustained", cpu({ sustained }, { sustained }));
  expect(finding).toMatchObject({ subject: "node cpu", verdict: "unproven" });
  expect(finding.why).toBe(
    "For how long is unknown of warning and critical: the document says sustained, and not for how long.",
  );
});

test("a threshold that speaks at the first sample is violated", () => {
  const finding = says1("monitoring/sustained", cpu({}, { sustained: "0 s" }));
  expect(finding).toMatchObject({
    verdict: "violated",
    path: ["monitoring", "thresholds", 0, "critical", "sustained"],
  });
});

test("critical is told exactly where it is not above warning", () => {
  const percent = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(percent, percent, (warning, critical) => {
      const lab = cpu({ above: `${warning} %` }, { above: `${critical} %` });
      expect(says("monitoring/level-order", lab)).toHaveLength(critical > warning ? 0 : 1);
    }),
    { numRuns: 100 },
  );
});

test("each subject without a threshold is told", () => {
  const lab = aLab({ monitoring: { ...monitoring, thresholds: monitoring.thresholds.slice(0, 1) } });
  expect(says("monitoring/unwatched", lab).map(({ subject }) => subject)).toEqual(["node memory", "quorum", "storage"]);
});
