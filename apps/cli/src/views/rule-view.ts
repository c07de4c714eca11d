import type { Rule, Severity } from "@orrery/assurance";
import { familyOf } from "../rule-names.ts";
import type { Terminal } from "../terminal.ts";
import { clean, cut, hang, wrap } from "../wrap.ts";
import { colourOf } from "./look.ts";

export const ruleJson = ({ id, chapter, severity, title, why, how, remedy }: Rule) => ({
  id,
  chapter,
  severity,
  title,
  why,
  how,
  remedy,
});

/** One rule, whole. */
export const ruleView = (rule: Rule, { width, paint }: Terminal): string => {
  const part = (name: string, text: string): string[] => [paint("bold", name), ...hang("  ", clean(text), width), ""];
  return [
    `${paint("bold", rule.id)}  ${paint(colourOf[rule.severity], rule.severity)}  ${paint("dim", `chapter ${rule.chapter}`)}`,
    ...wrap(clean(rule.title), width),
    "",
    ...part("Why it matters", rule.why),
    ...part("How it is shown", rule.how),
    ...part("What mends it", rule.remedy),
  ].join("\n");
};

const severityWidth = Math.max(...(["error", "warning", "note"] satisfies Severity[]).map((name) => name.length));

/** A line a rule, by family. */
export const ruleListView = (rules: readonly Rule[], { width, paint }: Terminal): string => {
  const nameWidth = Math.max(...rules.map((rule) => rule.id.length - familyOf(rule).length - 1));
  const lines: string[] = [];
  for (const [family, members] of Map.groupBy(rules, familyOf)) {
    lines.push(paint("bold", family));
    for (const { id, severity, title } of members) {
      const name = id.slice(family.length + 1).padEnd(nameWidth);
      const left = width - nameWidth - severityWidth - 6;
      const mark = paint(colourOf[severity], severity.padEnd(severityWidth));
      lines.push(`  ${name}  ${mark}  ${cut(clean(title), left)}`);
    }
    lines.push("");
  }
  lines.push(
    paint(
      "dim",
      `${rules.length === 1 ? "1 rule" : `${rules.length} rules`}. \`orrery explain FAMILY/RULE\` tells one in full.`,
    ),
  );
  return lines.join("\n");
};
