import { createHash } from "node:crypto";
import { isAbsolute, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Checked, Finding, Rule, Severity } from "@orrery/assurance";
import manifest from "../../package.json" with { type: "json" };
import { displayPath } from "../place.ts";
import { familyOf } from "../rule-names.ts";
import type { About } from "./check-view.ts";

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const levelOf: Record<Severity, "error" | "warning" | "note"> = { error: "error", warning: "warning", note: "note" };

const ruleSarif = (rule: Rule) => ({
  id: rule.id,
  shortDescription: { text: rule.title },
  fullDescription: { text: rule.why },
  help: {
    text: `${rule.why}\n\nHow it is shown: ${rule.how}\n\nWhat mends it: ${rule.remedy}`,
    markdown: `${rule.why}\n\n**How it is shown.** ${rule.how}\n\n**What mends it.** ${rule.remedy}`,
  },
  defaultConfiguration: { level: levelOf[rule.severity] },
  properties: { tags: [...new Set([familyOf(rule), rule.chapter])] },
});

/** Relative to the folder that the check ran in, which code scanning takes for the repository's root. */
const artifactOf = (file: string) => {
  const path = displayPath(file);
  if (isAbsolute(path)) return { uri: pathToFileURL(path).href };
  return { uri: path.split(sep).map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
};

const locationOf = ({ claim }: Finding) => {
  const logical =
    claim.path.length === 0 ? {} : { logicalLocations: [{ fullyQualifiedName: claim.path.join("."), kind: "member" }] };
  if (claim.place === undefined) return logical;
  const { file, line, column } = claim.place;
  return {
    physicalLocation: { artifactLocation: artifactOf(file), region: { startLine: line, startColumn: column } },
    ...logical,
  };
};

/** The same finding keeps its fingerprint when lines move; several of one rule, subject and claim are numbered. */
const fingerprints = (findings: readonly Finding[]): string[] => {
  const seen = new Map<string, number>();
  return findings.map(({ rule, subject, claim }) => {
    const same = JSON.stringify([rule, subject, claim.text]);
    const ordinal = seen.get(same) ?? 0;
    seen.set(same, ordinal + 1);
    return createHash("sha256").update(`${same}#${ordinal}`).digest("hex");
  });
};

const resultOf = (finding: Finding, fingerprint: string, ruleIndex: number) => {
  const { rule, severity, verdict, subject, claim, why, remedy, waived } = finding;
  const unproven = verdict === "unproven" ? "Unproven: " : "";
  const suppression = {
    kind: "inSource",
    status: "accepted",
    justification: `${waived?.owner} until ${waived?.expires}: ${waived?.reason}`,
  };
  return {
    ruleId: rule,
    ruleIndex,
    level: levelOf[severity],
    message: { text: `${unproven}${subject}: ${claim.text}\n${why}\n${remedy}` },
    locations: [locationOf(finding)],
    partialFingerprints: { "orreryFinding/v1": fingerprint },
    ...(waived === undefined ? {} : { suppressions: [suppression] }),
    properties: { verdict, subject },
  };
};

/** The findings as SARIF 2.1.0, for code scanning. */
export const sarif = ({ findings }: Checked, about: About): string => {
  const marks = fingerprints(findings);
  const indexOf = new Map(about.rules.map((rule, index) => [rule.id, index]));
  const run = {
    tool: { driver: { name: "Orrery", version: manifest.version, rules: about.rules.map(ruleSarif) } },
    columnKind: "utf16CodeUnits",
    results: findings.map((finding, index) => resultOf(finding, marks[index] ?? "", indexOf.get(finding.rule) ?? -1)),
  };
  return JSON.stringify({ $schema: schema, version: "2.1.0", runs: [run] }, null, 2);
};
