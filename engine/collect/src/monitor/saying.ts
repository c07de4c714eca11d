import type { PveError, PveErrorKind } from "@orrery/contract";

const suffering: ReadonlySet<PveErrorKind> = new Set<PveErrorKind>([
  "unreachable",
  "deadline",
  "node-unreachable",
  "broken-answer",
  "failed",
]);

/** A cluster says so that it has enough to do, or that something is wrong with it. */
export const isSuffering = ({ kind }: PveError): boolean => suffering.has(kind);

/** What is not there is no failure: a release without the path, a node without ZFS. */
export const isAbsent = ({ kind, reason }: PveError): boolean =>
  kind === "not-implemented" || /\bnot installed\b/.test(reason);
