import {
  fieldsOf,
  instantOf,
  isUnknown,
  type Lab,
  type RecurringWindow,
  recurrenceOf,
  type Schedule,
  showMonthDay,
  type Unknown,
  weekdayOf,
  windows,
} from "@orrery/model";
import { daysFrom } from "../days.ts";
import { stemOf } from "../documents.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { count, groupBy, list } from "../words.ts";

const day = 86_400_000;
const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** The days of a schedule in words: `Fridays`, `each 3rd Friday of a month`; `event sun 01:00` for a calendar event. */
const daysText = (of: Schedule): string => {
  if (of.every === "hour" || of.every === "day") return "every day";
  if (of.every === "calendar") return `event ${of.event}`;
  if (of.on === undefined || isUnknown(of.on)) return `every ${of.every}, the day unknown`;
  if (of.every === "week") return list([of.on].flat().map((name) => `${name}s`));
  return `${showMonthDay(of.on)} of ${of.every === "month" ? "each month" : `each ${of.every}`}`;
};

/** `Fridays 10:00-11:00 EST`. */
const windowText = ({ schedule, duration }: RecurringWindow): string => {
  const at = schedule.every === "hour" || schedule.every === "calendar" ? undefined : schedule.at;
  if (at === undefined || isUnknown(at)) return `${daysText(schedule)} (${schedule.zone})`;
  const end = fieldsOf(Date.parse(`1970-01-01T${at}:00Z`) + duration * 1_000);
  return `${daysText(schedule)} ${at}-${twoDigits(end.hour)}:${twoDigits(end.minute)} ${schedule.zone}`;
};

/**
 * Whether a window is open at some moment of a calendar date of its zone. Only the day is asked for, so an hour that is
 * unknown is taken as noon.
 */
const isOpenOn = (window: RecurringWindow, date: string): boolean | Unknown => {
  const { schedule, duration } = window;
  const timed: Schedule =
    schedule.every !== "hour" && schedule.every !== "calendar" && (schedule.at === undefined || isUnknown(schedule.at))
      ? { ...schedule, at: "12:00" }
      : schedule;
  const recurrence = recurrenceOf(timed);
  if (isUnknown(recurrence)) return recurrence;
  const midnight = Date.parse(date);
  return (
    windows({ recurrence, duration }, instantOf(schedule.zone, midnight), instantOf(schedule.zone, midnight + day))
      .length > 0
  );
};

const outsideWindow: Rule = {
  id: "changes/outside-window",
  chapter: "changes",
  severity: "warning",
  title: "Every change was implemented in a maintenance window",
  why: "Outside of the window nobody was told, and nobody stood by to take it back.",
  how: "The day of each change is compared with the days on which a declared window is open, each in its own zone. The declaration gives a day and no hour: shown is that the day has no window; a change on a day that has one may still have missed its hours. A window whose day is unknown leaves the change unproven. Where no window is declared there is nothing to compare.",
  remedy: "Implement changes in a window, or record the exception that was approved.",
  *check({ lab, today }): Generator<Draft> {
    const declared = lab.service.hours.maintenance;
    if (declared.length === 0) return;
    for (const [index, { id, what, implemented }] of (lab.changes?.items ?? []).entries()) {
      if (implemented > today) continue;
      const open = declared.map((window) => isOpenOn(window, implemented));
      if (open.includes(true)) continue;
      const unknowns = open.filter((answer) => isUnknown(answer));
      const weekday = weekdayOf(Date.parse(implemented));
      const texts = list(declared.map(windowText));
      yield {
        subject: id,
        path: ["changes", "items", index, "implemented"],
        claim: `${id} (${what}) was implemented on ${implemented}`,
        ...(unknowns.length === 0 ? {} : { verdict: "unproven" as const }),
        why: `${implemented} is a ${weekday}; ${declared.length === 1 ? "the window is" : "windows are"} ${texts}${unknowns.length === 0 ? "" : `: ${list(unknowns.map(({ why }) => why))}`}.`,
        remedy:
          unknowns.length === 0
            ? "Implement changes in a window; record the exception that was approved for this one as a waiver."
            : "Declare the window's day.",
      };
    }
  },
};

const implementedAhead: Rule = {
  id: "changes/implemented-ahead",
  chapter: "changes",
  severity: "error",
  title: "No change was implemented in the future",
  why: "A change that is planned and written as done is taken for done by who repairs the lab tonight.",
  how: "The day of each change is compared with the day of the check.",
  remedy: "Correct the day, or list it once it is done.",
  *check({ lab, today }): Generator<Draft> {
    for (const [index, { id, what, implemented }] of (lab.changes?.items ?? []).entries()) {
      if (implemented <= today) continue;
      yield {
        subject: id,
        path: ["changes", "items", index, "implemented"],
        claim: `${id} (${what}) was implemented on ${implemented}`,
        why: `${implemented} is ${count(daysFrom(today, implemented), "day")} after ${today}.`,
        remedy: "Correct the day, or list the change once it is done.",
      };
    }
  },
};

const unregistered: Rule = {
  id: "changes/unregistered",
  chapter: "changes",
  severity: "warning",
  title: "Every change stands in the register",
  why: "What the register does not have was approved by nobody, and is found by nobody who looks for what changed.",
  how: "Each change must name its entry.",
  remedy: "Name the entry, or write one after the fact.",
  *check({ lab }): Generator<Draft> {
    for (const [index, { id, what, register }] of (lab.changes?.items ?? []).entries()) {
      if (register !== undefined) continue;
      yield {
        subject: id,
        path: ["changes", "items", index],
        claim: `${id} (${what}) followed the change process`,
        why: "No register entry is named.",
        remedy: "Name the entry, or write one after the fact.",
      };
    }
  },
};

type Change = NonNullable<Lab["changes"]>["items"][number];

const otherEntry: Rule = {
  id: "changes/register-of-another",
  chapter: "changes",
  severity: "error",
  title: "Every change's register entry is its own",
  why: "Two changes that lead to one entry leave one of them without.",
  how: "The last step of an entry's address must not be the id of another declared change; whatever else it is, is left to the register.",
  remedy: "Correct the address.",
  *check({ lab }): Generator<Draft> {
    const items: readonly Change[] = lab.changes?.items ?? [];
    const ids = new Set(items.map(({ id }) => id));
    for (const [index, { id, register }] of items.entries()) {
      const other = register === undefined ? undefined : stemOf(register.url);
      if (register === undefined || other === undefined || other === id || !ids.has(other)) continue;
      yield {
        subject: id,
        path: ["changes", "items", index, "register", "url"],
        claim: `${id} is registered at ${register.url}`,
        why: `That is the entry of ${other}.`,
        remedy: `Give the address of ${id}'s own entry.`,
      };
    }
  },
};

const duplicateChange: Rule = {
  id: "changes/duplicate",
  chapter: "changes",
  severity: "error",
  title: "No two changes have the same id",
  why: "An approval, a rollback plan and a task all name the change by its id.",
  how: "Ids are compared as written.",
  remedy: "Give each change its own id.",
  *check({ lab }): Generator<Draft> {
    const placed = (lab.changes?.items ?? []).map((item, index) => ({ ...item, index }));
    for (const [id, uses] of groupBy(placed, (item) => item.id)) {
      const [, second] = uses;
      if (second === undefined) continue;
      yield {
        subject: id,
        path: ["changes", "items", second.index, "id"],
        claim: `${id} is ${second.what}`,
        why: `${count(uses.length, "change")} are called ${id}: ${list(uses.map(({ what, implemented }) => `${what} (${implemented})`))}.`,
        remedy: "Give each change its own id.",
      };
    }
  },
};

export const changes: readonly Rule[] = [outsideWindow, implementedAhead, unregistered, otherEntry, duplicateChange];
