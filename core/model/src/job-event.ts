import type { MonthDay } from "./calendar/index.ts";
import type { Schedule } from "./schedule.ts";
import { isUnknown, type Unknown, unknown } from "./unknown.ts";

/** A schedule as a calendar event of Proxmox; `near` says where its calendar has no words for what is declared. */
export type JobEvent = { readonly kind: "event"; readonly event: string; readonly near?: string };

const short = (weekday: string): string => weekday.slice(0, 3).toLowerCase();

/** Proxmox knows no third Friday, but a Friday that is the 15th to the 21st. */
const monthly = (on: MonthDay, at: string, months: string): JobEvent => {
  if ("day" in on) return { kind: "event", event: `*-${months}-${on.day} ${at}` };
  const { nth, weekday } = on;
  if (nth === "last")
    return {
      kind: "event",
      event: `${short(weekday)} *-${months}-25..31 ${at}`,
      near: `Proxmox's calendar has no last ${weekday}: that of the 25th to the 31st is taken`,
    };
  const first = (nth - 1) * 7 + 1;
  return { kind: "event", event: `${short(weekday)} *-${months}-${first}..${Math.min(31, first + 6)} ${at}` };
};

const steps = { quarter: 3, "half-year": 6, year: 12 } as const;
const unstated = (what: string): Unknown => unknown(`its schedule does not state its ${what}`);

/** A declared schedule as a calendar event in its own zone, or what it would have to state. */
export const jobEventOf = (of: Schedule): JobEvent | Unknown => {
  if (of.every === "hour") return { kind: "event", event: "*:00" };
  if (of.every === "calendar") return { kind: "event", event: of.event };
  const at = of.at ?? unstated("hour");
  if (isUnknown(at)) return at;
  if (of.every === "day") return { kind: "event", event: at };
  if (of.every === "week") {
    const on = of.on ?? unstated("day");
    if (isUnknown(on)) return on;
    const days: readonly string[] = Array.isArray(on) ? on : [on];
    return { kind: "event", event: `${days.map(short).join(",")} ${at}` };
  }
  const on = of.on ?? unstated("day");
  if (isUnknown(on)) return on;
  if (of.every === "month") return monthly(on, at, "*");
  const month = of.month ?? unstated("month");
  if (isUnknown(month)) return month;
  const by = steps[of.every];
  const months = Array.from({ length: 12 / by }, (_, index) => month + index * by).join(",");
  return monthly(on, at, months);
};

/** A span as a calendar event: every so many minutes, hours or days. */
export const intervalEventOf = (seconds: number): JobEvent => {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) {
    const event = `*/${minutes}`;
    return 60 % minutes === 0
      ? { kind: "event", event }
      : { kind: "event", event, near: `${minutes} minutes do not divide an hour: the count begins anew with each` };
  }
  const hours = Math.round(minutes / 60);
  if (hours >= 24) return { kind: "event", event: "00:00" };
  return 24 % hours === 0
    ? { kind: "event", event: `0/${hours}:00` }
    : {
        kind: "event",
        event: `0/${hours}:00`,
        near: `${hours} hours do not divide a day: the count begins anew with each`,
      };
};
