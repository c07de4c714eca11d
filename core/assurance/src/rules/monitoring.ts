import { formatRatio, formatSeconds, isUnknown, type Path, type Threshold } from "@orrery/model";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { list } from "../words.ts";

const levels = ["warning", "critical"] as const;

const unsustained: Rule = {
  id: "monitoring/sustained",
  chapter: "monitoring",
  severity: "warning",
  title: "Every threshold says for how long it must be crossed",
  why: "Without a time every backup and every boot is an alert, and alerts that mean nothing are switched off.",
  how: "Both levels of a threshold must have a time above zero. An unknown time leaves the threshold unproven. Quorum is an event and needs none.",
  remedy: 'Declare sustained, such as "10 min".',
  *check({ lab }): Generator<Draft> {
    for (const [index, threshold] of lab.monitoring.thresholds.entries()) {
      if (threshold.subject === "quorum") continue;
      const said = levels.map((level) => ({ level, ...threshold[level] }));
      const base = {
        subject: threshold.subject,
        claim: said.map(({ level, above }) => `${level} above ${formatRatio(above)}`).join(", "),
        remedy: 'Declare sustained for both levels, such as "10 min".',
      };
      const at = (level: string): Path => ["monitoring", "thresholds", index, level, "sustained"];
      const momentary = said.filter(({ sustained }) => sustained === 0);
      const unknowns = said.flatMap(({ level, sustained }) =>
        isUnknown(sustained) ? [{ level, why: sustained.why }] : [],
      );
      const [firstMomentary] = momentary;
      const [firstUnknown] = unknowns;
      if (firstMomentary !== undefined) {
        yield {
          ...base,
          path: at(firstMomentary.level),
          why: `${list(momentary.map(({ level }) => level))} after ${formatSeconds(0)}: at the first sample.`,
        };
      } else if (firstUnknown !== undefined) {
        yield {
          ...base,
          path: at(firstUnknown.level),
          verdict: "unproven",
          why: `For how long is unknown of ${list(unknowns.map(({ level }) => level))}: ${list([...new Set(unknowns.map(({ why }) => why))])}.`,
        };
      }
    }
  },
};

const levelOrder: Rule = {
  id: "monitoring/level-order",
  chapter: "monitoring",
  severity: "error",
  title: "Critical is above warning",
  why: "A warning that comes with or after the critical alert warns nobody.",
  how: "The two levels of each threshold are compared.",
  remedy: "Raise the critical level, or lower the warning.",
  *check({ lab }): Generator<Draft> {
    for (const [index, threshold] of lab.monitoring.thresholds.entries()) {
      if (threshold.subject === "quorum" || threshold.critical.above > threshold.warning.above) continue;
      const [warning, critical] = [formatRatio(threshold.warning.above), formatRatio(threshold.critical.above)];
      yield {
        subject: threshold.subject,
        path: ["monitoring", "thresholds", index, "critical", "above"],
        claim: `warning above ${warning}, critical above ${critical}`,
        why: `${critical} ${critical === warning ? "=" : "<"} ${warning}.`,
        remedy: `Set critical above ${warning}, or the warning below ${critical}.`,
      };
    }
  },
};

/** What goes wrong unseen without a threshold. */
const watched: Record<Threshold["subject"], string> = {
  "node cpu": "guests slow down together before anybody is told",
  "node memory": "the kernel ends a guest before anybody is told",
  storage: "a full storage stops its guests before anybody is told",
  quorum: "a cluster without quorum refuses every write before anybody is told",
};

const isSubject = (subject: string): subject is Threshold["subject"] => Object.hasOwn(watched, subject);

const unwatched: Rule = {
  id: "monitoring/unwatched",
  chapter: "monitoring",
  severity: "warning",
  title: "CPU, memory, storage and quorum have a threshold",
  why: "What has no threshold is noticed by its users first.",
  how: "Each of the four subjects must have a declared threshold.",
  remedy: "Declare a threshold and who answers it.",
  *check({ lab }): Generator<Draft> {
    const declared = new Set<string>(lab.monitoring.thresholds.map(({ subject }) => subject));
    for (const subject of Object.keys(watched)) {
      if (declared.has(subject) || !isSubject(subject)) continue;
      yield {
        subject,
        path: ["monitoring", "thresholds"],
        claim: `${subject} is watched`,
        why: `Thresholds are declared for ${list([...declared])}; without one for ${subject}, ${watched[subject]}.`,
        remedy: `Declare a threshold for ${subject} and the procedure that answers it.`,
      };
    }
  },
};

export const monitoring: readonly Rule[] = [unsustained, levelOrder, unwatched];
