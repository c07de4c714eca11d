import { aggregate, where } from "../expression/expression.ts";
import { example, generally, hour, longExample, minute, type RuleMaker, select, series } from "./making.ts";

/** What the declaration promises, held against what it proves of itself and against the cluster. */
export const declarationRules: RuleMaker = (making) => {
  const response = generally(making);
  const objective = "Host Node Failure: RTO 4 h";
  const missed = (value: number) => [
    series("orrery_objective_state", { objective, state: "missed" }, [value, 20]),
    series("orrery_objective_state", { objective, state: "met" }, [1 - value, 20]),
  ];
  const finding = (value: number, severity = "error") => [
    series("orrery_findings", { rule: "quorum", severity, verdict: "violated" }, [value, 20]),
    series("orrery_findings", { rule: "capacity", severity, verdict: "violated" }, [0, 20]),
  ];
  const drift = (value: number) => [
    series("orrery_drift_changes", { change: "changed" }, [value, 20]),
    series("orrery_drift_changes", { change: "missing" }, [0, 20]),
  ];
  return [
    {
      name: "ObjectiveMissed",
      severity: "warning",
      scope: "cluster",
      expression: where(select("orrery_objective_state", "state=missed"), "==", 1),
      for: 10 * minute,
      summary: "An objective is not met: {objective}",
      description: "By what is declared and seen it cannot be kept. The objectives say with which arithmetic.",
      response,
      because: "It is an objective of the declaration.",
      examples: [
        example("one that is missed", 11 * minute, missed(1), [{ objective, state: "missed" }]),
        example("one that is met", 11 * minute, missed(0)),
      ],
    },
    {
      name: "FindingsOpen",
      severity: "info",
      scope: "cluster",
      expression: where(
        aggregate("sum", ["severity"], select("orrery_findings", "severity=error", "verdict=violated")),
        ">",
        0,
      ),
      for: 10 * minute,
      summary: "{value:number} claims of the declaration do not hold",
      description: "Each says why, and what mends it. Findings that somebody took upon themselves do not count.",
      response,
      because: "The declaration is meant to be true.",
      examples: [
        example("claims that do not hold", 11 * minute, finding(2), [{ severity: "error" }]),
        example("warnings alone", 11 * minute, finding(2, "warning")),
        example("none", 11 * minute, finding(0)),
      ],
    },
    {
      name: "DriftSeen",
      severity: "info",
      scope: "cluster",
      expression: where(aggregate("sum", [], select("orrery_drift_changes")), ">", 0),
      for: hour,
      expectedInWindow: true,
      summary: "{value:number} objects of the cluster are not as declared",
      description: "They have not been for 1h: somebody changed the cluster by hand, or a plan was not carried out.",
      response,
      because: "The cluster is meant to be as declared.",
      examples: [
        longExample("a change by hand", 70 * minute, drift(3), [{}]),
        longExample("one that is just being carried out", 50 * minute, drift(3)),
        longExample("none", 70 * minute, drift(0)),
      ],
    },
  ];
};
