import { type Instant, type Retention, wallClockAt, type Zone } from "@orrery/model";

export type KeepCounts = Exclude<Retention, { for: number }>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The number of the ISO week that a wall clock reading lies in, counted through all years. */
const weekOf = (wall: number): number => Math.floor((Math.floor(wall / dayMs) + 3) / 7);
const monthOf = (wall: number): number => {
  const date = new Date(wall);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};

/** In the order in which the server takes them; each tells the period that a copy stands for. */
const options: readonly (readonly [keyof KeepCounts, (wall: number, at: Instant) => number])[] = [
  ["last", (_wall, at) => at],
  ["hourly", (wall) => Math.floor(wall / hourMs)],
  ["daily", (wall) => Math.floor(wall / dayMs)],
  ["weekly", weekOf],
  ["monthly", monthOf],
  ["yearly", (wall) => Math.floor(monthOf(wall) / 12)],
];

/**
 * Which of a group's finished, unprotected copies a prune keeps. Each option takes the newest copy of each of its
 * periods, newest period first, until it has its count; periods in which an option before it keeps a copy are passed
 * over, and so are copies that it has decided on. Weeks are ISO weeks; periods are the server's local time. An hour that
 * the clock shows twice is one hour, as it is for the server, which compares the printed time. With no option all is kept.
 *
 * Mirrors compute_prune_info in pbs-datastore/src/prune.rs of proxmox-backup; Proxmox VE's own prune does the same.
 *
 * @param copies in any order
 * @returns those kept, newest first
 */
export const pruned = (copies: readonly Instant[], keep: KeepCounts, zone: Zone): readonly Instant[] => {
  const list = [...copies].sort((a, b) => b - a);
  if (options.every(([name]) => keep[name] === undefined)) return list;
  const walls = list.map((at) => wallClockAt(zone, at));
  const marks: (boolean | undefined)[] = list.map(() => undefined);
  for (const [name, periodOf] of options) {
    const count = keep[name];
    if (count === undefined) continue;
    const periods = list.map((at, index) => periodOf(walls[index] ?? at, at));
    const already = new Set(periods.filter((_, index) => marks[index] === true));
    const taken = new Set<number>();
    for (const [index, period] of periods.entries()) {
      if (marks[index] !== undefined || already.has(period)) continue;
      if (taken.has(period)) {
        marks[index] = false;
        continue;
      }
      if (taken.size >= count) break;
      taken.add(period);
      marks[index] = true;
    }
  }
  return list.filter((_, index) => marks[index] === true);
};
