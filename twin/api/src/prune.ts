export type PruneCandidate = { readonly volid: string; readonly ctime: number; readonly protected: boolean };
export type PruneMark = "keep" | "remove" | "protected";

/** Options such as `keep-last=2`, as numbers; `keep-all` keeps everything. */
export type PruneOptions = Readonly<Record<string, number>>;

const weekOf = (date: Date): string => {
  const day = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()));
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const first = Date.UTC(day.getUTCFullYear(), 0, 1);
  return `${day.getUTCFullYear()}-${Math.ceil(((day.getTime() - first) / 86_400_000 + 1) / 7)}`;
};

const rules: readonly (readonly [key: string, period: (date: Date) => string])[] = [
  ["keep-last", (date) => date.toISOString()],
  ["keep-hourly", (date) => date.toISOString().slice(0, 13)],
  ["keep-daily", (date) => date.toISOString().slice(0, 10)],
  ["keep-weekly", weekOf],
  ["keep-monthly", (date) => date.toISOString().slice(0, 7)],
  ["keep-yearly", (date) => date.toISOString().slice(0, 4)],
];

/** Which backups of one guest a policy keeps. Mirrors prune_mark_backup_group in pve-storage. */
export const pruneMarks = (
  candidates: readonly PruneCandidate[],
  options: PruneOptions,
): ReadonlyMap<string, PruneMark> => {
  const marks = new Map<string, PruneMark>();
  for (const one of candidates) if (one.protected) marks.set(one.volid, "protected");
  const rest = candidates.filter((one) => !one.protected).toSorted((left, right) => right.ctime - left.ctime);
  const active = rules.filter(([key]) => (options[key] ?? 0) > 0);
  if (options["keep-all"] || active.length === 0) {
    for (const one of rest) marks.set(one.volid, "keep");
    return marks;
  }
  for (const [key, periodOf] of active) {
    const covered = new Set(
      rest.filter((one) => marks.get(one.volid) === "keep").map((one) => periodOf(new Date(one.ctime * 1000))),
    );
    const kept = new Set<string>();
    for (const one of rest) {
      if (marks.get(one.volid) !== undefined) continue;
      const period = periodOf(new Date(one.ctime * 1000));
      if (covered.has(period)) continue;
      if (kept.has(period)) {
        marks.set(one.volid, "remove");
        continue;
      }
      if (kept.size >= (options[key] ?? 0)) break;
      kept.add(period);
      marks.set(one.volid, "keep");
    }
  }
  for (const one of rest) if (!marks.has(one.volid)) marks.set(one.volid, "remove");
  return marks;
};
