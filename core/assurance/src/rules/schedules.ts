import {
  type BackupPolicy,
  dutyIntervals,
  type Interval,
  isUnknown,
  known,
  merged,
  overlaps,
  recurrenceOf,
  refText,
  windows,
} from "@orrery/model";
import { distinct, elapsed, runsOf } from "@orrery/protection";
import type { Draft } from "../finding.ts";
import { dateIn, dayAndTime } from "../protection.ts";
import type { Context, Rule } from "../rule.ts";
import { count } from "../words.ts";

const secondMs = 1_000;
/** A run of unknown length is taken to end within a day. */
const dayMs = 86_400_000;

type Occupied = {
  readonly policy: BackupPolicy;
  readonly index: number;
  /** When a run is surely under way; empty where its hour or its length is unknown. */
  readonly sure: readonly Interval[];
  /** When one may be. */
  readonly maybe: readonly Interval[];
  readonly missing: readonly string[];
};

const yearOf = ({ at }: Context): Interval => {
  const year = new Date(at).getUTCFullYear();
  return { start: Date.UTC(year, 0, 1), end: Date.UTC(year + 1, 0, 1) };
};

/** When the policies run in the year of the check. */
const occupied = (context: Context): readonly Occupied[] => {
  const { start, end } = yearOf(context);
  return context.lab.backup.policies.map((policy, index) => {
    const { spans, missing } = runsOf(policy.schedule, start, end);
    const run = known(policy.runTime);
    const length = run === undefined ? dayMs : run * secondMs;
    // A start is a moment that is under way, however short the run.
    const sure =
      missing === undefined ? spans.map((at) => ({ start: at.start, end: at.start + (run ?? 1) * secondMs })) : [];
    return {
      policy,
      index,
      sure: merged(sure),
      maybe: merged(spans.map((at) => ({ start: at.start, end: at.end + length }))),
      missing: distinct([
        ...(missing === undefined ? [] : [missing]),
        ...(isUnknown(policy.runTime) ? [policy.runTime.why] : []),
      ]),
    };
  });
};

const scheduleText = ({ schedule }: BackupPolicy): string => {
  if (schedule.every === "calendar") return schedule.event;
  const at = "at" in schedule && typeof schedule.at === "string" ? ` at ${schedule.at}` : "";
  return `every ${schedule.every}${at} ${schedule.zone}`;
};

/** When a window is open in a range; where its day or hour is unknown, all that it may be. */
const openingsOf = (
  { schedule, duration }: Context["lab"]["service"]["hours"]["maintenance"][number],
  start: number,
  end: number,
): { readonly spans: readonly Interval[]; readonly missing?: string } => {
  const recurrence = recurrenceOf(schedule);
  if (!isUnknown(recurrence)) return { spans: windows({ recurrence, duration }, start, end) };
  const { spans } = runsOf(schedule, start, end);
  return {
    spans: spans.map((span) => ({ start: span.start, end: span.end + duration * secondMs })),
    missing: recurrence.why,
  };
};

const duringWindow: Rule = {
  id: "schedules/backup-in-window",
  chapter: "backup",
  severity: "warning",
  title: "No backup runs while nodes are being worked on",
  why: "A node that is rebooted under a backup loses the run, and the copy that the next failure needs. A backup under way holds up the drain.",
  how: "Each policy's runs in the year of the check are laid over each maintenance window. A run of unknown length may reach into a window within a day of its start, and one of unknown hour may be at any hour of its day: then it stays unproven.",
  remedy: "Move the policy so that it ends before the window opens, or starts after it.",
  *check(context): Generator<Draft> {
    const { start, end } = yearOf(context);
    for (const window of context.lab.service.hours.maintenance) {
      const openings = openingsOf(window, start, end);
      const open = merged(openings.spans);
      for (const { policy, index, sure, maybe, missing } of context.once(occupied)) {
        const hits = openings.missing === undefined ? overlaps(sure, open) : [];
        const possible = hits.length > 0 ? hits : overlaps(maybe, open);
        const [first] = possible;
        if (first === undefined) continue;
        const opens = open.find((one) => one.end > first.start) ?? first;
        const certain = hits.length > 0;
        const zone = policy.schedule.zone;
        yield {
          subject: policy.id,
          path: ["backup", "policies", index, "schedule"],
          claim: `${policy.title}: ${scheduleText(policy)}`,
          why: certain
            ? `It runs into window ${window.id} (${dayAndTime(zone, opens.start)} to ${dayAndTime(zone, opens.end).split(" ")[1] ?? ""}) ${count(hits.length, "time")} a year, first on ${dateIn(zone, first.start)}.`
            : openings.missing === undefined
              ? `It may run into window ${window.id} (${dayAndTime(zone, opens.start)} to ${dayAndTime(zone, opens.end).split(" ")[1] ?? ""}) up to ${count(possible.length, "time")} a year: ${missing.join("; ")}.`
              : `It may run into window ${window.id}, which opens at a time that is unknown: ${distinct([openings.missing, ...missing]).join("; ")}.`,
          remedy: certain
            ? "Move the policy so that it ends before the window opens."
            : "Declare the hour and the run time, or move the policy away from the window.",
          verdict: certain ? "violated" : "unproven",
        };
      }
    }
  },
};

const sameTime: Rule = {
  id: "schedules/same-time",
  chapter: "backup",
  severity: "warning",
  title: "No two policies write to one target at once",
  why: "Two runs share the target's disk and link, so that both take longer than declared; for one guest, the second waits for the first's lock and may give up.",
  how: "For each two policies with the same target their runs in the year of the check are laid over each other. Unknown hours and run times make it unproven, a run of unknown length being taken to end within a day.",
  remedy:
    "Start the second after the first has ended, or make one policy of both: a monthly copy is a weekly one that is kept longer.",
  *check(context): Generator<Draft> {
    const all = context.once(occupied);
    for (const [at, one] of all.entries()) {
      for (const other of all.slice(at + 1)) {
        if (refText(one.policy.target) !== refText(other.policy.target)) continue;
        const hits = overlaps(one.sure, other.sure);
        const possible = hits.length > 0 ? hits : overlaps(one.maybe, other.maybe);
        const [first] = possible;
        if (first === undefined) continue;
        const certain = hits.length > 0;
        const zone = other.policy.schedule.zone;
        const times = count(possible.length, "time");
        yield {
          subject: `${one.policy.id}, ${other.policy.id}`,
          path: ["backup", "policies", other.index, "schedule"],
          claim: `${one.policy.title}: ${scheduleText(one.policy)}; ${other.policy.title}: ${scheduleText(other.policy)}`,
          why: certain
            ? `Both write to ${refText(one.policy.target)} at once ${times} a year, first on ${dayAndTime(zone, first.start)}, ${dateIn(zone, first.start)}.`
            : `Both may write to ${refText(one.policy.target)} at once, up to ${times} a year, first on ${dateIn(zone, first.start)}: ${distinct([...one.missing, ...other.missing]).join("; ")}.`,
          remedy: `Start ${other.policy.id} after ${one.policy.id} has ended, or keep some copies of ${one.policy.id} longer instead.`,
          verdict: certain ? "violated" : "unproven",
        };
      }
    }
  },
};

const supportHours: Rule = {
  id: "schedules/backup-in-support-hours",
  chapter: "backup",
  severity: "note",
  title: "Backups run outside of support hours",
  why: "While people work, a backup shares disk and link with them; and a guest's I/O waits for the backup's where the target is slow.",
  how: "Runs whose hour is known are laid over the support hours of the year of the check. Where somebody is always on duty nothing is asked.",
  remedy: "Move the policy into the night, or limit its bandwidth.",
  *check(context): Generator<Draft> {
    const hours = context.lab.service.hours.support;
    if (isUnknown(hours) || "always" in hours) return;
    const { start, end } = yearOf(context);
    const duty = dutyIntervals(hours, start, end);
    for (const { policy, index, sure } of context.once(occupied)) {
      const hits = overlaps(sure, duty);
      const [first] = hits;
      if (first === undefined) continue;
      yield {
        subject: policy.id,
        path: ["backup", "policies", index, "schedule"],
        claim: `${policy.title}: ${scheduleText(policy)}`,
        why: `${count(hits.length, "run")} a year ${hits.length === 1 ? "falls" : "fall"} into support hours (${hours.from} to ${hours.to} ${hours.zone}), first on ${dateIn(hours.zone, first.start)}; ${isUnknown(policy.runTime) ? `how long each takes is unknown: ${policy.runTime.why}` : `each takes ${elapsed(policy.runTime)}`}.`,
        remedy: "Move the policy into the night, or limit its bandwidth and say so.",
      };
    }
  },
};

export const backupScheduleRules: readonly Rule[] = [duringWindow, sameTime, supportHours];
