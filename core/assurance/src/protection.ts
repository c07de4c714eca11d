import { type Guest, wallClockAt, weekdayOf, type Zone } from "@orrery/model";
import { type Protection, protectionOf, recoveryOf, type ScenarioRecovery } from "@orrery/protection";
import type { Context } from "./rule.ts";

/** Coverage and copies of the lab: `context.once(protection)`. */
export const protection = ({ inventory, at }: Context): Protection => protectionOf(inventory, at);

/** Each scenario's cost, in declared order. */
export const recoveries = (context: Context): readonly ScenarioRecovery[] =>
  context.lab.recovery.scenarios.map((scenario) => recoveryOf(context.once(protection), scenario));

const sizeOf = ({ disks }: Guest): number => disks.reduce((sum, disk) => sum + disk.size, 0);

/** `proj-k8sw05 and proj-kasm01`; of many `29 guests, the largest proj-k8sw04`. */
export const guestNames = (guests: readonly Guest[]): string => {
  if (guests.length <= 3) {
    const names = guests.map(({ name }) => name);
    const last = names.pop() ?? "no guest";
    return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
  }
  const [first, ...rest] = guests;
  const largest = rest.reduce((a, b) => (a !== undefined && sizeOf(a) >= sizeOf(b) ? a : b), first);
  return `${guests.length} guests, the largest ${largest?.name ?? ""}`;
};

/** `Friday 17:00`, by a zone's wall clock. */
export const dayAndTime = (zone: Zone, instant: number): string => {
  const wall = wallClockAt(zone, instant);
  return `${weekdayOf(wall)} ${new Date(wall).toISOString().slice(11, 16)}`;
};

/** A date by a zone's wall clock, `2025-11-02`. */
export const dateIn = (zone: Zone, instant: number): string =>
  new Date(wallClockAt(zone, instant)).toISOString().slice(0, 10);
