import { periodsOf } from "./local-time.ts";

/** How many of each kind to keep, as in `prune-backups`. */
export type Retention = {
  all: boolean;
  last: number;
  hourly: number;
  daily: number;
  weekly: number;
  monthly: number;
  yearly: number;
};

export type Mark = "keep" | "remove" | "protected" | "renamed";

/** `keep-last=3,keep-daily=7`; undefined where nothing of it says what to keep. */
export const parseRetention = (text: string): Retention | undefined => {
  const retention: Retention = { all: false, last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
  let said = false;
  for (const part of text.split(",")) {
    const found = /^keep-(all|last|hourly|daily|weekly|monthly|yearly)=(\d+)$/.exec(part.trim());
    if (!found) continue;
    said = true;
    const [, key = "last", amount = "0"] = found;
    if (key === "all") retention.all = amount !== "0";
    else retention[key as Exclude<keyof Retention, "all">] = Number(amount);
  }
  return said ? retention : undefined;
};

const periods = ["hourly", "daily", "weekly", "monthly", "yearly"] as const;

/**
 * What a retention keeps of one group, as `prune_mark_backup_group` of pve-storage: the newest of each period, periods
 * that an earlier rule has a backup of not counted. `at` is epoch milliseconds; the periods are those of the zone.
 */
export const markBackups = <T extends { at: number; protected: boolean }>(
  backups: T[],
  keep: Retention,
  zone: string,
): Map<T, Mark> => {
  const marks = new Map<T, Mark>();
  const newest = backups.toSorted((one, other) => other.at - one.at);
  for (const backup of newest) if (backup.protected) marks.set(backup, "protected");
  const counted = newest.filter((backup) => !backup.protected);
  const none = keep.last + keep.hourly + keep.daily + keep.weekly + keep.monthly + keep.yearly === 0;
  if (keep.all || none) {
    for (const backup of counted) marks.set(backup, "keep");
    return marks;
  }
  for (const backup of counted.slice(0, keep.last)) marks.set(backup, "keep");
  const times = new Map(counted.map((backup) => [backup, periodsOf(backup.at, zone)]));
  for (const key of periods) {
    if (keep[key] === 0) continue;
    const covered = new Set<number | undefined>();
    for (const backup of counted) if (marks.get(backup) === "keep") covered.add(times.get(backup)?.[key]);
    const chosen = new Set<number | undefined>();
    for (const backup of counted) {
      if (marks.has(backup)) continue;
      const period = times.get(backup)?.[key];
      if (covered.has(period)) continue;
      if (chosen.has(period)) marks.set(backup, "remove");
      else {
        if (chosen.size >= keep[key]) break;
        chosen.add(period);
        marks.set(backup, "keep");
      }
    }
  }
  for (const backup of counted) if (!marks.has(backup)) marks.set(backup, "remove");
  return marks;
};
