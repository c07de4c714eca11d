import { type BackupPolicy, formatSeconds, keptByJob, keptPeriods, keptText, prunedWith } from "@orrery/model";
import { isParts, type Value } from "../../compare/value.ts";
import { type OptionTable, readOption } from "../option.ts";
import { retentionFormat } from "../retention-format.ts";

const table: OptionTable = { "prune-backups": { schema: { type: "string" }, hint: { format: retentionFormat } } };

/** `prune-backups`, taken apart; what keeps none of a period does not name it. */
export const pruneValue = (raw: unknown): Value | undefined => {
  const { value } = readOption(table, "prune-backups", raw);
  if (!isParts(value)) return undefined;
  const kept = Object.entries(value).filter(([, count]) => count !== "0");
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
};

/** `prune-backups` of a policy's job. */
export const keptValue = (policies: readonly BackupPolicy[], policy: BackupPolicy): Value | undefined => {
  const kept = keptByJob(policies, policy);
  return kept === undefined ? undefined : pruneValue(keptText(kept));
};

/** How the declared retention became these counts, to be said beside them. */
export const keptBecause = (policies: readonly BackupPolicy[], policy: BackupPolicy): string => {
  const kept = keptByJob(policies, policy);
  if (kept === undefined) return `what is kept is said of the storage`;
  if (!("for" in policy.retention)) return `its retention is ${keptText(kept)}`;
  const said = `its retention of ${formatSeconds(policy.retention.for)} is ${keptText(kept)}`;
  const others = prunedWith(policies, policy).flatMap(({ id }) => (id === policy.id ? [] : [id]));
  if (others.length === 0) return said;
  return `${said}, with what ${others.join(" and ")} keep${others.length === 1 ? "s" : ""}: a job prunes all copies that a guest has on its storage`;
};

const counted = (of: Value | undefined, period: string): number => {
  if (!isParts(of) || Object.keys(of).length === 0 || of["keep-all"] === "1") return Number.POSITIVE_INFINITY;
  return Number(of[`keep-${period}`] ?? 0);
};

/** Whether a job that keeps the one and no longer the other removes copies at its next run. */
export const keepsLess = (wanted: Value | undefined, seen: Value | undefined): boolean =>
  keptPeriods.some((period) => counted(wanted, period) < counted(seen, period));
