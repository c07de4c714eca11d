import { type Checked, type Finding, type Severity, severities } from "@orrery/assurance";
import type { Refusal } from "@orrery/declaration";
import { displayPath } from "../place.ts";
import type { About } from "./check-view.ts";

const toText = (value: unknown): string => JSON.stringify(value, null, 2);

/** The finding with its file named from the working folder: the same on every machine. */
const findingJson = (finding: Finding): Finding => {
  const { place, ...claim } = finding.claim;
  if (place === undefined) return finding;
  return { ...finding, claim: { ...claim, place: { ...place, file: displayPath(place.file) } } };
};

const countOf = (findings: readonly Finding[], severity: Severity): number =>
  findings.filter((finding) => finding.severity === severity).length;

/** What `orrery check --json` prints. */
export const checkJson = ({ objectives, findings }: Checked, about: About): string => {
  const open = findings.filter(({ waived }) => waived === undefined);
  return toText({
    declaration: displayPath(about.declaration),
    at: new Date(about.at).toISOString(),
    counts: {
      ...Object.fromEntries(severities.map((severity) => [severity, countOf(open, severity)])),
      unproven: open.filter(({ verdict }) => verdict === "unproven").length,
      waived: findings.length - open.length,
    },
    objectives,
    findings: findings.map(findingJson),
  });
};

/** What `--json` prints of a declaration that could not be loaded. */
export const refusalJson = ({ problems }: Refusal): string =>
  toText({
    problems: problems.map(({ place, path, message }) => ({
      ...(place === undefined ? {} : { place: { ...place, file: displayPath(place.file) } }),
      ...(path === undefined ? {} : { path }),
      message,
    })),
  });
