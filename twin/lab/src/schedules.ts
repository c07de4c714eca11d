import { intervalEventOf, jobEventOf, known, type MonthDay, parseTimeOfDay, type Schedule } from "@orrery/model";
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

/** A declared schedule as a calendar event of Proxmox. What it leaves open is assumed and told. */
export const calendarEventOf = (ledger: Ledger, of: Schedule, subject: string): string => {
  const made = jobEventOf(filled(ledger, of, subject));
  if (made.kind === "unknown") throw new Error(`${subject}: ${made.why}`);
  if (made.near !== undefined) ledger.readAs("schedule", made.event, made.near, subject);
  return made.event;
};

/** A span as a calendar event: every so many minutes, hours or days. */
export const spanEventOf = (ledger: Ledger, seconds: number, subject: string): string => {
  const made = intervalEventOf(seconds);
  if (made.near !== undefined) ledger.readAs("interval of a replication", made.event, made.near, subject);
  return made.event;
};
