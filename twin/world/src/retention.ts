import { localMs } from "./local-time.ts";

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

const dayMs = 86_400_000;

/** 1970-01-01 was a Thursday, and a week of the calendar begins on Monday. */
const weekOf = (local: number): number => Math.floor((Math.floor(local / dayMs) + 3) / 7);

const monthOf = (local: number): number => {
  const date = new Date(local);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};

/** The number of the period that a moment of the local clock lies in. */
const periods: [key: Exclude<keyof Retention, "all" | "last">, of: (local: number) => number][] = [
  ["hourly", (local) => Math.floor(local / 3_600_000)],
  ["daily", (local) => Math.floor(local / dayMs)],
  ["weekly", weekOf],
  ["monthly", monthOf],
  ["yearly", (local) => new Date(local).getUTCFullYear()],
];

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
  const locals = new Map(counted.map((backup) => [backup, localMs(backup.at, zone)]));
  for (const [key, of] of periods) {
    if (keep[key] === 0) continue;
    const covered = new Set<number>();
    for (const backup of counted) if (marks.get(backup) === "keep") covered.add(of(locals.get(backup) ?? 0));
    const chosen = new Set<number>();
    for (const backup of counted) {
      if (marks.has(backup)) continue;
      const period = of(locals.get(backup) ?? 0);
      if (covered.has(period)) continue;
      if (!chosen.has(period)) {
        if (chosen.size >= keep[key]) break;
        chosen.add(period);
        marks.set(backup, "keep");
      } else marks.set(backup, "remove");
    }
  }
  for (const backup of counted) if (!marks.has(backup)) marks.set(backup, "remove");
  return marks;
};
