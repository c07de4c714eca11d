import {
  intervalEventOf,
  jobEventOf,
  known,
  type MonthDay,
  parseTimeOfDay,
  type Schedule,
  type Zone,
  zonedEvent,
} from "@orrery/model";
import type { Ledger } from "./assumption.ts";
import { assumed, defaults } from "./defaults.ts";

/** A schedule with nothing left open: what it does not state is assumed and told. */
const filled = (ledger: Ledger, of: Schedule, subject: string): Schedule => {
  if (of.every === "hour" || of.every === "calendar") return of;
  const at = known(of.at) ?? parseTimeOfDay(assumed(ledger, "hour of a job", defaults.jobHour, subject)) ?? "00:00";
  if (of.every === "day") return { ...of, at };
  if (of.every === "week")
    return { ...of, at, on: known(of.on) ?? assumed(ledger, "day of a weekly job", defaults.jobDay, subject) };
  const stated = known(of.on);
  if (stated === undefined) ledger.assume("day of a job", "the first", "its schedule states none", subject);
  const on: MonthDay = stated ?? { day: 1 };
  if (of.every === "month") return { ...of, at, on };
  if (of.every === "quarter") return { ...of, at, on, month: known(of.month) ?? 1 };
  if (of.every === "half-year") return { ...of, at, on, month: known(of.month) ?? 1 };
  return { ...of, at, on, month: known(of.month) ?? 1 };
};

/**
 * A declared schedule as a calendar event of Proxmox. What it leaves open is assumed and told.
 *
 * @param zone of the nodes' clocks, by which the schedulers read it
 * @param now epoch milliseconds
 */
export const calendarEventOf = (ledger: Ledger, of: Schedule, zone: Zone, now: number, subject: string): string => {
  const schedule = filled(ledger, of, subject);
  const made = zonedEvent(schedule, [zone], now);
  if (made.kind === "event") {
    if (made.note !== undefined) ledger.readAs("schedule", made.event, made.note, subject);
    return made.event;
  }
  const plain = jobEventOf(schedule);
  if (plain.kind === "unknown") throw new Error(`${subject}: ${plain.why}`);
  ledger.readAs("schedule", plain.event, made.why, subject);
  return plain.event;
};

/** A span as a calendar event: every so many minutes, hours or days. */
export const spanEventOf = (ledger: Ledger, seconds: number, subject: string): string => {
  const made = intervalEventOf(seconds);
  if (made.near !== undefined) ledger.readAs("interval of a replication", made.event, made.near, subject);
  return made.event;
};
