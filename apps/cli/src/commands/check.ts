import { type Checked, checkLab, type Rule, rules, type Severity, severities } from "@orrery/assurance";
import type { Declaration } from "@orrery/declaration";
import { nearest } from "@orrery/model";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { print, printError } from "../output.ts";
import { displayPath } from "../place.ts";
import { noSuchRule, rulesNamed } from "../rule-names.ts";
import { terminalOf } from "../terminal.ts";
import { checkView } from "../views/check-view.ts";
import { checkJson, refusalJson } from "../views/json.ts";
import { refusalView } from "../views/refusal-view.ts";
import { loadQuietly, parseAt } from "./declaration.ts";

export type CheckArguments = {
  readonly path: string;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly rule?: readonly string[];
  readonly at?: string;
  readonly severity?: string;
  readonly cacheFolder: string;
};

const parseSeverity = (raw: string | undefined): Severity => {
  if (raw === undefined) return "note";
  const severity = severities.find((candidate) => candidate === raw);
  if (severity !== undefined) return severity;
  const meant = nearest(raw, severities);
  throw new CommandError(
    `--severity ${raw} is none of ${severities.join(", ")}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
  );
};

const chosenRules = (names: readonly string[] | undefined): readonly Rule[] =>
  names === undefined ? rules : rules.filter((rule) => new Set(names.flatMap(rulesNamed)).has(rule));

const checkWaivers = ({ lab, locate }: Declaration): void => {
  const known = new Set(rules.map((rule) => rule.id));
  const problems = lab.waivers.flatMap(({ rule }, index) => {
    if (known.has(rule)) return [];
    const place = locate(["waivers", index, "rule"]);
    return [
      `${place === undefined ? "" : `${displayPath(place.file)}:${place.line}: `}a waiver names ${noSuchRule(rule)}`,
    ];
  });
  if (problems.length > 0) throw new CommandError(problems.join("\n"));
};

const atLeast = ({ objectives, findings }: Checked, least: Severity): Checked => ({
  objectives,
  findings: findings.filter(({ severity }) => severities.indexOf(severity) <= severities.indexOf(least)),
});

/** `orrery check`: loads, proves, shows. */
export const check = async (options: CheckArguments): Promise<ExitCode> => {
  if (options.json && options.sarif)
    throw new CommandError("--json and --sarif are two forms of one result. Take one.");
  const least = parseSeverity(options.severity);
  const at = parseAt(options.at);
  const chosen = chosenRules(options.rule);
  const declaration = await loadQuietly(options.path, options.cacheFolder);
  if (declaration.kind === "refused") {
    if (options.json) await print(refusalJson(declaration));
    else printError(refusalView(declaration, terminalOf(process.stderr, process.env)));
    return exitCode.usage;
  }
  checkWaivers(declaration);
  const all = checkLab(declaration.lab, { at, rules: chosen, locate: declaration.locate });
  const checked = atLeast(all, least);
  const about = {
    declaration: declaration.files[0] ?? options.path,
    name: declaration.lab.service.name,
    at,
    rules: chosen,
  };
  if (options.json) {
    await print(checkJson(checked, about));
  } else if (options.sarif) {
    const { sarif } = await import("../views/sarif.ts");
    await print(sarif(checked, about));
  } else {
    await print(checkView(checked, about, terminalOf(process.stdout, process.env)));
  }
  const counts = checked.findings.some(({ severity, waived }) => waived === undefined && severity !== "note");
  return counts ? exitCode.findings : exitCode.done;
};
