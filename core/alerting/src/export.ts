import type { Instant, Lab } from "@orrery/model";
import { promSpan } from "./expression/promql.ts";
import { alertmanagerFile } from "./prometheus/alertmanager.ts";
import { ruleFile } from "./prometheus/rule-file.ts";
import { unitTests } from "./prometheus/unit-test.ts";
import { recordingRules } from "./rules/recording.ts";
import { rulesOf } from "./rules/rules-of.ts";

/** A file by its path in the folder that all go to. */
export type ExportedFile = {
  readonly path: string;
  /** What is in it: `7 alert rules`. */
  readonly about: string;
  readonly text: string;
};

export type MonitoringExport = {
  readonly files: readonly ExportedFile[];
  /** What the declaration says and the files cannot, or what was assumed. */
  readonly notes: readonly string[];
};

/** What Prometheus and Alertmanager are to be given to watch a lab. */
export const monitoringOf = (lab: Lab, at: Instant): MonitoringExport => {
  const bySubject = rulesOf(lab, at);
  const all = Object.values(bySubject).flat();
  const alertmanager = alertmanagerFile(lab);
  const ofSubjects = Object.entries(bySubject).flatMap(([subject, rules]): ExportedFile[] => {
    const file = `orrery-${subject}.rules.yml`;
    return [
      {
        path: `rules/${file}`,
        about: `${rules.length} alert rules`,
        text: ruleFile([{ name: `orrery ${subject}`, rules }]),
      },
      ...[...unitTests([`../rules/${file}`], rules)].map(([step, { text, tests }]) => ({
        path: `tests/orrery-${subject}-${promSpan(step)}.test.yml`,
        about: `${tests} unit tests of ${subject}, evaluated every ${promSpan(step)}`,
        text,
      })),
    ];
  });
  const assumed = all.flatMap(({ name, severity, assumed: what }) =>
    what === undefined ? [] : [`${name} (${severity}): assumed ${what}`],
  );
  return {
    files: [
      ...ofSubjects,
      {
        path: "rules/orrery-recording.rules.yml",
        about: `${recordingRules.length} recording rules`,
        text: ruleFile([{ name: "orrery recording", rules: recordingRules }]),
      },
      { path: "alertmanager/alertmanager.yml", about: alertmanager.about, text: alertmanager.text },
    ],
    notes: [...new Set([...assumed, ...alertmanager.notes])],
  };
};
