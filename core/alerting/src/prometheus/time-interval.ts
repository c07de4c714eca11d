import {
  isUnknown,
  type MonthDay,
  parseWeekday,
  type RecurringWindow,
  recurrenceOf,
  sinceMidnight,
  type Weekday,
  weekdays,
} from "@orrery/model";

const dayMinutes = 24 * 60;

/** A stretch of certain days, as Alertmanager has it: all that it says must hold. Times are minutes since midnight. */
export type TimeInterval = {
  readonly from: number;
  /** Not included; 1440 is the end of the day. */
  readonly to: number;
  readonly weekdays?: readonly Weekday[];
  /** First and last; negative ones are counted from the end of the month. */
  readonly daysOfMonth?: readonly [number, number];
  /** 1 to 12. */
  readonly months?: readonly number[];
  readonly zone: string;
};

export type WindowIntervals = { readonly intervals: readonly TimeInterval[]; readonly note?: string };

type Days = Pick<TimeInterval, "weekdays" | "daysOfMonth" | "months">;

const shiftWeekdays = (of: readonly Weekday[], by: number): readonly Weekday[] =>
  of.flatMap((day) => weekdays[(weekdays.indexOf(day) + by) % 7] ?? []);

const monthDays = (on: MonthDay): Days => {
  if ("day" in on) return { daysOfMonth: [on.day, on.day] };
  const { nth, weekday } = on;
  if (nth === "last") return { weekdays: [weekday], daysOfMonth: [-7, -1] };
  const first = (nth - 1) * 7 + 1;
  return { weekdays: [weekday], daysOfMonth: [first, Math.min(31, first + 6)] };
};

/** The days that are `by` days later; undefined where that is another day of the month in some months than in others. */
const later = (days: Days, by: number): Days | undefined => {
  if (by === 0) return days;
  const { daysOfMonth } = days;
  if (daysOfMonth !== undefined && (daysOfMonth[0] < 0 || daysOfMonth[1] + by > 28)) return undefined;
  return {
    ...days,
    ...(days.weekdays === undefined ? {} : { weekdays: shiftWeekdays(days.weekdays, by) }),
    ...(daysOfMonth === undefined ? {} : { daysOfMonth: [daysOfMonth[0] + by, daysOfMonth[1] + by] }),
  };
};

/** The parts of a stretch that begins `from` minutes into a day, day by day. */
const parts = (from: number, minutes: number): readonly { by: number; from: number; to: number }[] => {
  const found: { by: number; from: number; to: number }[] = [];
  for (let at = from; at < from + minutes; ) {
    const by = Math.floor(at / dayMinutes);
    const to = Math.min(from + minutes, (by + 1) * dayMinutes);
    found.push({ by, from: at - by * dayMinutes, to: to - by * dayMinutes });
    at = to;
  }
  return found;
};

const steps = { quarter: 3, "half-year": 6, year: 12 } as const;

/**
 * A maintenance window as Alertmanager can say it, by the wall clock of its own zone; `note` says what it cannot. What it
 * cannot say is left out, so that alerts are told of rather than silent.
 */
export const timeIntervalsOf = ({ id, schedule, duration }: RecurringWindow): WindowIntervals => {
  const recurrence = recurrenceOf(schedule);
  if (isUnknown(recurrence)) return { intervals: [], note: `Window ${id}: ${recurrence.why}.` };
  const minutes = Math.round(duration / 60);
  const { zone } = schedule;
  if (recurrence.every === "calendar")
    return { intervals: [], note: `Window ${id}: Alertmanager has no words for the calendar event of Proxmox.` };
  if (recurrence.every === "hour") {
    const length = Math.min(60, minutes);
    const hours = Array.from({ length: 24 }, (_, hour) => ({ from: hour * 60, to: hour * 60 + length, zone }));
    return { intervals: length === 60 ? [{ from: 0, to: dayMinutes, zone }] : hours };
  }
  const days = ((): Days => {
    switch (recurrence.every) {
      case "day":
        return {};
      case "week":
        return { weekdays: recurrence.on.flatMap((day) => parseWeekday(day) ?? []) };
      case "month":
        return monthDays(recurrence.on);
      case "quarter":
      case "half-year":
      case "year": {
        const by = steps[recurrence.every];
        const months = Array.from({ length: 12 / by }, (_, index) => recurrence.month + index * by);
        return { ...monthDays(recurrence.on), months };
      }
    }
  })();
  const made = parts(sinceMidnight(recurrence.at) / 60_000, minutes).map(({ by, from, to }) => {
    const on = later(days, by);
    return on === undefined ? undefined : { from, to, ...on, zone };
  });
  const intervals = made.filter((one) => one !== undefined);
  return intervals.length === made.length
    ? { intervals }
    : { intervals, note: `Window ${id}: Alertmanager has no words for its part after midnight, which is left out.` };
};
