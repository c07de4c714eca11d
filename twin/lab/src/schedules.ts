import { isUnknown, known, type MonthDay, type Schedule } from "@orrery/model";
import type { Ledger } from "./assumption.ts";
import { assumed, defaults } from "./defaults.ts";

const short = (weekday: string): string => weekday.slice(0, 3).toLowerCase();

/** Week and day of a month: Proxmox knows no third Friday, but a Friday that is the 15th to the 21st. */
const monthly = (ledger: Ledger, on: MonthDay, at: string, months: string, subject: string): string => {
  if ("day" in on) return `*-${months}${on.day} ${at}`;
  const { nth, weekday } = on;
  if (nth === "last") {
    ledger.readAs("last weekday of a month", "that of the 25th to the 31st", "Proxmox's calendar has no last", subject);
    return `${short(weekday)} *-${months}25..31 ${at}`;
  }
  const first = (nth - 1) * 7 + 1;
  return `${short(weekday)} *-${months}${first}..${Math.min(31, first + 6)} ${at}`;
};

const step: Readonly<Record<"quarter" | "half-year" | "year", number>> = { quarter: 3, "half-year": 6, year: 12 };

/** A declared schedule as a calendar event of Proxmox. What it leaves open is assumed and told. */
export const calendarEventOf = (ledger: Ledger, of: Schedule, subject: string): string => {
  if (of.every === "hour") return "*:00";
  if (of.every === "calendar") return of.event;
  const at = known(of.at) ?? assumed(ledger, "hour of a job", defaults.jobHour, subject);
  if (of.every === "day") return at;
  if (of.every === "week") {
    const on =
      of.on === undefined || isUnknown(of.on)
        ? assumed(ledger, "day of a weekly job", defaults.jobDay, subject)
        : of.on;
    return `${(Array.isArray(on) ? on : [on]).map(short).join(",")} ${at}`;
  }
  const on: MonthDay = of.on === undefined || isUnknown(of.on) ? { day: 1 } : of.on;
  if (of.on === undefined || isUnknown(of.on))
    ledger.assume("day of a job", "the first", "its schedule states none", subject);
  if (of.every === "month") return monthly(ledger, on, at, "", subject);
  const by = step[of.every];
  const month = known(of.month) ?? 1;
  const months = Array.from({ length: 12 / by }, (_, index) => month + index * by).join(",");
  return monthly(ledger, on, at, `${months}-`, subject);
};

/** A span as a calendar event: every so many minutes, hours or days. */
export const intervalEventOf = (ledger: Ledger, seconds: number, subject: string): string => {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) {
    if (60 % minutes !== 0)
      ledger.readAs("interval of a replication", `*/${minutes} within the hour`, "it does not divide an hour", subject);
    return `*/${minutes}`;
  }
  const hours = Math.round(minutes / 60);
  if (hours < 24) return `0/${hours}:00`;
  return "00:00";
};
