import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PveCalendarEvent, parseCalendarEvent } from "./calendar-event.ts";
import { nextCalendarEvent } from "./calendar-event-time.ts";
import { calendarEventTraps } from "./calendar-event-trap.ts";
import vectors from "./fixtures/systemd-calendar.json" with { type: "json" };
import { occurrences } from "./recurrence.ts";
import type { Instant } from "./time.ts";
import { instantOf } from "./wall-clock.ts";

const event = (text: string): PveCalendarEvent => {
  const parsed = parseCalendarEvent(text);
  if (parsed.kind === "problem") throw new Error(`${text}: ${parsed.why}`);
  return parsed.event;
};

const iso = (instant: Instant): string => new Date(instant).toISOString().replace(".000", "");

function following(text: string, zone: string, after: Instant, count: number): string[] {
  const result: string[] = [];
  let instant: Instant | undefined = after;
  while (result.length < count) {
    instant = nextCalendarEvent(event(text), zone, instant);
    if (instant === undefined) break;
    result.push(iso(instant));
  }
  return result;
}

const utc = Date.parse;

describe("a calendar event", () => {
  // Each made by: TZ=<zone> LC_ALL=C systemd-analyze calendar --iterations=8 --base-time='<after>' '<event>'
  it.each(vectors.cases)(
    "comes when systemd says: $event after $after in $zone",
    ({ zone, after, event: text, next }) => {
      expect(following(text, zone, instantOf(zone, utc(`${after}Z`)), 8)).toEqual(next);
    },
  );

  // The expectations of proxmox-time/src/test.rs in proxmox-rs, beyond those that systemd confirms above.
  it.each([
    ["0", "1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z"],
    ["*", "1970-01-01T00:00:00Z", "1970-01-01T00:01:00Z"],
    ["6,4..10:23,5/5", "1970-01-01T00:00:00Z", "1970-01-01T04:05:00Z"],
    ["4..10/2:0", "1970-01-01T11:00:00Z", "1970-01-02T04:00:00Z"],
    ["5/2:0", "1970-01-01T09:00:00Z", "1970-01-01T11:00:00Z"],
    ["02-29", "1970-01-01T00:00:00Z", "1972-02-29T00:00:00Z"],
    ["1965/5-01-01", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z"],
    ["2020-7..9-2/2", "2020-07-31T00:00:00Z", "2020-08-02T00:00:00Z"],
    ["2020,2021-12-31", "2020-07-31T00:00:00Z", "2020-12-31T00:00:00Z"],
  ])("comes when Proxmox's own tests say: %s", (text, after, next) => {
    expect(following(`${text} UTC`, "Europe/Berlin", utc(after), 1)).toEqual([next]);
  });

  it.each(["2021-02-29", "02-30", "2021-1-0"])("that no date fits never comes: %s", (text) => {
    expect(nextCalendarEvent(event(text), "UTC", 0)).toBeUndefined();
  });

  it("may name weekdays round the end of the week, which systemd refuses", () => {
    expect(event("fri..mon 12:05").weekdays).toEqual(["Monday", "Friday", "Saturday", "Sunday"]);
  });

  it.each([
    ["*:0/45", "2026-05-04T00:00:00Z", ["00:45", "01:45", "02:45"]],
    ["0/5:0", "2026-05-04T19:00:00Z", ["20:00", "05:00", "10:00"]],
    ["*-1/7", "2026-05-22T12:00:00Z", ["2026-05-29", "2026-06-08", "2026-06-15"]],
    ["*-1,31", "2026-01-31T00:00:00Z", ["2026-02-01", "2026-03-31", "2026-04-01"]],
  ])("whose steps run past the end carries over as the server's counting does: %s", (text, after, next) => {
    const came = following(text, "UTC", utc(after), 3);
    expect(came.map((instant, index) => instant.includes(next[index] ?? "?"))).toEqual([true, true, true]);
  });

  it("at a time that spring jumps over does not run that day", () => {
    expect(following("2:30", "Europe/Berlin", utc("2026-03-28T12:00:00Z"), 1)).toEqual(["2026-03-30T00:30:00Z"]);
  });

  it("of every half hour pauses while autumn shows an hour again", () => {
    expect(following("*:0/30", "Europe/Berlin", utc("2026-10-25T00:00:00Z"), 2)).toEqual([
      "2026-10-25T00:30:00Z",
      "2026-10-25T02:00:00Z",
    ]);
  });

  it("moves on when asked from inside the second showing of an hour", () => {
    expect(following("*:0/30", "Europe/Berlin", utc("2026-10-25T01:10:00Z"), 2)).toEqual([
      "2026-10-25T01:30:00Z",
      "2026-10-25T02:00:00Z",
    ]);
  });
});

const texts = fc.constantFrom(
  "hourly",
  "daily",
  "2:30",
  "*:0/45",
  "0/5:0",
  "*-1/7",
  "*-1,31 2:00",
  "*-1/15",
  "mon..fri 8..17,22:0/15",
  "sat *-1..7 15:00",
  "*/5-1/10 0/7:0/25",
  "1/31",
  "*-29..31 1:15",
  "sun 02:15",
  "*-*-1/31 0:0",
);
const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana");
const instants = fc
  .integer({ min: utc("2024-01-01T00:00:00Z") / 60_000, max: utc("2031-01-01T00:00:00Z") / 60_000 })
  .map((minute) => minute * 60_000);

describe("the runs of a calendar event", () => {
  it("are the same however the range is split", () => {
    fc.assert(
      fc.property(texts, zones, instants, fc.tuple(fc.nat(60), fc.nat(60)), (text, zone, from, [first, second]) => {
        const recurrence = { every: "calendar", event: event(text), zone } as const;
        const middle = instantOf(zone, Math.floor(from / 86_400_000 + first) * 86_400_000);
        const to = middle + second * 86_400_000;
        fc.pre(middle >= from);
        expect([...occurrences(recurrence, from, middle), ...occurrences(recurrence, middle, to)]).toEqual(
          occurrences(recurrence, from, to),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("come strictly one after another", () => {
    fc.assert(
      fc.property(texts, zones, instants, (text, zone, after) => {
        const next = nextCalendarEvent(event(text), zone, after);
        expect(next).toBeGreaterThan(after);
      }),
    );
  });
});

describe("a text that is no calendar event", () => {
  it.each([
    ["", 0, "empty", "daily"],
    ["Daily", 0, "no weekday", "lower case"],
    ["  mon..fry 2", 7, "fry is no weekday", "mon..fri"],
    ["mon-fri 2:00", 3, "wrong place", "mon..fri"],
    ["0 3 * * *", 1, "wrong place", "cron"],
    ["*-*~1", 3, "wrong place", "end of the month"],
    ["2026-13-01", 5, "13 is too large for a month", "years-"],
    ["12:60", 3, "60 is too large", "hours:"],
    ["17..8:00", 0, "backwards", "hours:"],
    ["*/0", 2, "step of 0", "hours:"],
    ["03:00 Europe/Berlin", 5, "wrong place", "UTC"],
    ["3pm", 1, "wrong place", "15:00"],
  ])("is refused with the place and a remedy: %j", (text, at, why, remedy) => {
    expect(parseCalendarEvent(text)).toEqual({
      kind: "problem",
      at,
      why: expect.stringContaining(why),
      remedy: expect.stringContaining(remedy),
    });
  });

  it("never makes the parser throw, and its problem lies within it", () => {
    const scraps = fc.array(
      fc.constantFrom("mon", "..", ",", "*", "/", "-", ":", " ", "7", "31", "2026", "UTC", "x", "~"),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          scraps.map((parts) => parts.join("")),
        ),
        (text) => {
          const parsed = parseCalendarEvent(text);
          if (parsed.kind === "event") return;
          expect(parsed.at).toBeGreaterThanOrEqual(0);
          expect(parsed.at).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});

describe("a treacherous calendar event", () => {
  it.each([
    ["mon..fri 22", "every-hour", "minute 22 of every hour", "22:00"],
    ["24:00", "every-hour", "minute 24 of every hour", "00:00"],
    ["*:0/45", "left-out", "minutes", "0,45"],
    ["0/5:0", "left-out", "hours", "0,5,10,15,20"],
    ["*-1/15", "left-out", "day 1", "28"],
  ])("says what it does instead: %s", (text, kind, why, remedy) => {
    expect(calendarEventTraps(event(text))).toEqual([
      { kind, why: expect.stringContaining(why), remedy: expect.stringContaining(remedy) },
    ]);
  });

  it.each(["*/15", "22:00", "*:22", "daily", "mon..fri 8..17,22:0/15", "*-1,15 02:00", "*-31", "2/2:0", "2026-12-24"])(
    "is none that runs as it reads: %s",
    (text) => {
      expect(calendarEventTraps(event(text))).toEqual([]);
    },
  );

  it("of minutes that are left out runs as it reads once they are listed", () => {
    const minutes = occurrences({ every: "calendar", event: event("*:0,45"), zone: "UTC" }, 0, 7_200_000);
    expect(minutes.map(iso).map((text) => text.slice(11, 16))).toEqual(["00:00", "00:45", "01:00", "01:45"]);
  });
});
