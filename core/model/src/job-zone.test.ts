import { expect, test } from "vitest";
import { nextCalendarEvent, nextOccurrence, parseCalendarEvent } from "./calendar/index.ts";
import { zonedEvent } from "./job-zone.ts";
import { recurrenceOf, type Schedule } from "./schedule.ts";
import { isUnknown } from "./unknown.ts";

const from = Date.UTC(2026, 10, 22);

/** When it is due by a clock of the zone of a scheduler, and when it was declared to be, some times on end. */
const dues = (schedule: Schedule, zone: string): { readonly made: number[]; readonly declared: number[] } => {
  const event = zonedEvent(schedule, [zone], from);
  if (event.kind !== "event") throw new Error(event.why);
  const parsed = parseCalendarEvent(event.event);
  const recurrence = recurrenceOf(schedule);
  if (parsed.kind !== "event" || isUnknown(recurrence)) throw new Error(event.event);
  const [made, declared]: [number[], number[]] = [[], []];
  for (let step = 0; step < 40; step++) {
    made.push(Number(nextCalendarEvent(parsed.event, zone, made.at(-1) ?? from)));
    declared.push(Number(nextOccurrence(recurrence, declared.at(-1) ?? from)));
  }
  return { made, declared };
};

test("a job is due when the declared zone's clock shows it, whatever the clock of its node", () => {
  const cases: readonly (readonly [Schedule, string])[] = [
    [{ every: "day", at: "02:00", zone: "Europe/Berlin" }, "Europe/Berlin"],
    [{ every: "day", at: "02:00", zone: "Europe/Berlin" }, "Europe/Paris"],
    [{ every: "day", at: "21:00", zone: "EST" }, "America/New_York"],
    [{ every: "week", on: "Sunday", at: "21:00", zone: "EST" }, "Europe/Berlin"],
    [{ every: "week", on: ["Monday", "Friday"], at: "01:00", zone: "Asia/Tokyo" }, "Europe/Berlin"],
    [{ every: "month", on: { nth: 2, weekday: "Sunday" }, at: "12:00", zone: "UTC" }, "Europe/Berlin"],
    [{ every: "calendar", event: "sat 03:00", zone: "UTC" }, "America/New_York"],
  ];
  for (const [schedule, zone] of cases) {
    const { made, declared } = dues(schedule, zone);
    expect(made).toEqual(declared);
  }
});

test("what no calendar event says all year is not said", () => {
  for (const schedule of [
    { every: "day", at: "02:00", zone: "Europe/Berlin" },
    { every: "month", on: { day: 1 }, at: "21:00", zone: "EST" },
  ] as const satisfies readonly Schedule[])
    expect(zonedEvent(schedule, ["America/New_York"], from).kind).toBe("open");
});

test("an hour that is not stated is asked for", () => {
  expect(zonedEvent({ every: "day", zone: "UTC" }, ["UTC"], from)).toEqual({
    kind: "open",
    why: "its schedule does not state its hour",
  });
});
