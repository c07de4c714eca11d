import {
  type Instant,
  isUnknown,
  longestGap,
  type Scenario,
  type Seconds,
  type Unknown,
  type Zone,
} from "@orrery/model";
import { delayed, type Figure, heldUp } from "@orrery/protection";
import { dayAndTime } from "./protection.ts";
import type { Context } from "./rule.ts";

/** The longest time in which nobody is there to begin a recovery. */
export type Unattended = {
  readonly seconds: Seconds;
  readonly start: Instant;
  readonly end: Instant;
  readonly zone: Zone;
};

/** In the year of the check; undefined where somebody always is, or where the recovery needs nobody; unknown where the hours are. */
export const unattended = (
  context: Pick<Context, "lab" | "at">,
  scenario: Scenario,
): Unattended | Unknown | undefined => {
  const hours = scenario.onDuty ?? context.lab.service.hours.support;
  if (scenario.automatic) return undefined;
  if (isUnknown(hours)) return hours;
  if ("always" in hours) return undefined;
  const year = new Date(context.at).getUTCFullYear();
  const gap = longestGap(hours, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1));
  return gap === undefined ? undefined : { ...gap, zone: hours.zone };
};

/** `Nobody is on duty from Friday 17:00 to Monday 08:00 (EST)`. */
export const unattendedText = ({ start, end, zone }: Unattended): string =>
  `Nobody is on duty from ${dayAndTime(zone, start)} to ${dayAndTime(zone, end)} (${zone})`;

/** A recovery's time from the failure on, begun at the worst moment: it waits until somebody is on duty. */
export const fromFailure = (wait: Unattended | Unknown | undefined, time: Figure): Figure => {
  if (wait === undefined) return time;
  if (isUnknown(wait)) return heldUp(`when somebody is on duty: ${wait.why}`, time);
  return delayed(wait.seconds, `until somebody is on duty (${wait.zone})`, time);
};
