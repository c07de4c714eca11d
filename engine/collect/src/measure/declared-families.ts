import { family } from "@orrery/telemetry";

const gauge = (name: string, labels: readonly string[], help: string) => family(name, "gauge", labels, help);

/** What is known because somebody declared what the lab is and must meet. */
export const findings = gauge(
  "orrery_findings",
  ["rule", "severity", "verdict"],
  "Claims of the declaration that do not hold (violated), or cannot be shown to (unproven); waived ones are not counted",
);
export const waived = gauge("orrery_findings_waived", ["rule"], "Findings that somebody took upon themselves");
export const objective = gauge(
  "orrery_objective_state",
  ["objective", "state"],
  "Verdict on an objective of the declaration: 1 of the one that it has, met, missed or unproven",
);
export const pointObjective = gauge(
  "orrery_recovery_point_objective_seconds",
  ["scenario"],
  "How old data may be after a recovery (RPO), as declared",
);
export const pointMargin = gauge(
  "orrery_recovery_point_margin_seconds",
  ["scenario"],
  "RPO less the age that data can have at the worst, by the declared schedules; negative is missed; absent where it is not proven either way",
);
export const timeObjective = gauge(
  "orrery_recovery_time_objective_seconds",
  ["scenario"],
  "How long a recovery may take (RTO), as declared",
);
export const timeMargin = gauge(
  "orrery_recovery_time_margin_seconds",
  ["scenario"],
  "RTO less the time that a recovery takes at the worst, by the declared capacities; negative is missed; absent where it is not proven either way",
);
export const backupHeld = gauge(
  "orrery_backup_held",
  ["id", "policy", "storage"],
  "Whether a guest has any backup where its policy puts them; absent while the storage does not answer",
);
export const backupDue = gauge(
  "orrery_backup_due_timestamp_seconds",
  ["id", "policy", "storage"],
  "When the policy runs next after the newest backup of a guest was begun",
);
export const backupMargin = gauge(
  "orrery_backup_margin_seconds",
  ["id", "policy", "storage"],
  "Seconds until the next backup of a guest is late: due, and the declared time of a run over; negative is late; absent where nobody declared how long a run takes",
);
export const driftChanges = gauge(
  "orrery_drift_changes",
  ["change"],
  "Objects that are not as declared: missing, changed or surplus",
);
export const driftObjects = gauge(
  "orrery_drift_objects",
  ["kind", "change"],
  "Objects that are not as declared: missing, changed or surplus",
);
export const driftUndecided = gauge(
  "orrery_drift_undecided",
  [],
  "Properties and objects of which nobody can say whether they are as declared",
);
export const driftAt = gauge(
  "orrery_drift_timestamp_seconds",
  [],
  "When the cluster was last compared with the declaration",
);
