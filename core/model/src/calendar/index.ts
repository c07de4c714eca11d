export {
  type CalendarEventParsed,
  type CalendarField,
  type CalendarValue,
  type PveCalendarEvent,
  parseCalendarEvent,
} from "./calendar-event.ts";
export { calendarEventForm } from "./calendar-event-form.ts";
export { nextCalendarEvent } from "./calendar-event-time.ts";
export { type CalendarEventTrap, calendarEventTraps } from "./calendar-event-trap.ts";
export { dutyIntervals, longestGap, type WeeklyHours } from "./duty.ts";
export { gaps, merged, overlaps } from "./interval.ts";
export { type DayNumber, dayOfMonth, type MonthDay, type Nth, parseMonthDay, showMonthDay } from "./month-day.ts";
export {
  type Distance,
  longestInterval,
  type Month,
  nextOccurrence,
  occurrences,
  type Recurrence,
  shortestInterval,
} from "./recurrence.ts";
export {
  type Instant,
  type Interval,
  isZone,
  lengthOf,
  parseTimeOfDay,
  parseWeekday,
  parseZone,
  type Seconds,
  sinceMidnight,
  type TimeOfDay,
  type Weekday,
  weekdays,
  type Zone,
} from "./time.ts";
export { fieldsOf, instantOf, offsetAt, type WallClock, wallClockAt, weekdayOf } from "./wall-clock.ts";
export { nextWindow, type Window, windowAt, windows } from "./window.ts";
export { type ZoneTrap, zoneTrap } from "./zone-trap.ts";
