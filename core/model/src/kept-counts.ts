import type { BackupPolicy } from "./backup.ts";
import { refText } from "./inventory.ts";
import { cadenceDays } from "./schedule.ts";

export const keptPeriods = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;
/** How many copies a prune keeps of each period; `all` of them, where nothing is ever pruned. */
export type KeptCounts = { readonly [P in (typeof keptPeriods)[number]]?: number } | "all";

/** A time to keep, counted in the periods in which the policy makes a copy. */
const countedFor = (seconds: number, { schedule }: BackupPolicy): Exclude<KeptCounts, "all"> => {
  const days = seconds / 86_400;
  const cadence = cadenceDays(schedule);
  if (Number.isNaN(cadence) || cadence <= 1 / 12) return { daily: Math.max(1, Math.ceil(days)) };
  if (cadence < 7) return { daily: Math.ceil(days) };
  if (cadence < 28) return { weekly: Math.ceil(days / 7) };
  if (cadence < 300) return { monthly: Math.max(1, Math.round(days / 30.4)) };
  return { yearly: Math.max(1, Math.round(days / 365)) };
};

const keptCounts = (policy: BackupPolicy): KeptCounts => {
  if ("for" in policy.retention) return countedFor(policy.retention.for, policy);
  const counts = Object.entries(policy.retention).filter(([, count]) => count !== undefined);
  return counts.length === 0 ? "all" : Object.fromEntries(counts);
};

/**
 * The policies whose copies a job's prune has to spare, itself among them. A prune looks at all that a guest has on the
 * storage: where a time to keep is declared, what the other policies of that storage keep has to stay too. Counts are
 * Proxmox's own form and are taken as they stand.
 */
export const prunedWith = (policies: readonly BackupPolicy[], policy: BackupPolicy): readonly BackupPolicy[] =>
  "for" in policy.retention
    ? policies.filter(({ target, covers }) => refText(target) === refText(policy.target) && covers !== "configuration")
    : [policy];

/** What the job of a policy has to keep, of each period the most that is asked for; nothing where the storage prunes. */
export const keptByJob = (policies: readonly BackupPolicy[], policy: BackupPolicy): KeptCounts | undefined => {
  if (policy.prunedBy === "storage") return undefined;
  const counts = prunedWith(policies, policy).map(keptCounts);
  const all = counts.filter((one) => one !== "all");
  if (all.length < counts.length) return "all";
  const most = keptPeriods.map((period) => [period, Math.max(0, ...all.map((one) => one[period] ?? 0))] as const);
  return Object.fromEntries(most.filter(([, count]) => count > 0));
};

/** `keep-daily=14`: as Proxmox writes it. */
export const keptText = (kept: KeptCounts): string =>
  kept === "all"
    ? "keep-all=1"
    : keptPeriods.flatMap((period) => (kept[period] ? [`keep-${period}=${kept[period]}`] : [])).join(",");
