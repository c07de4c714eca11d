import { describe, expect, it } from "vitest";
import { isZone, parseTimeOfDay, parseWeekday, parseZone } from "./time.ts";
import { zoneTrap } from "./zone-trap.ts";

describe("a zone id", () => {
  it.each(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "EST", "Etc/GMT+5", "US/Eastern"])(
    "may be %s",
    (id) => {
      expect(isZone(id)).toBe(true);
      expect(parseZone(id)).toBe(id);
    },
  );

  it.each(["", "+05:00", "EDT", "PST", "Europe/Berlín", "europe/berlin", "Europe/Nowhere", "Z", "UTC+1", 5])(
    "is never %j",
    (id) => {
      expect(parseZone(id)).toBeUndefined();
    },
  );
});

describe("a treacherous zone id", () => {
  it.each([
    // New York keeps summer time from 8 March to 31 October 2026: 24+30+31+30+31+31+30+31 days.
    ["EST", "fixed", "America/New_York", 238],
    ["MST", "fixed", "America/Denver", 238],
    ["HST", "fixed", "Pacific/Honolulu", 0],
    ["GMT", "fixed", "Europe/London", 210],
    ["EST5EDT", "placeless", "America/New_York", 0],
    ["CET", "placeless", "Europe/Berlin", 0],
    ["Etc/GMT+5", "reversed", "Etc/GMT-5", 365],
  ])("%s is %s, usually means %s, and differs from it on %i days of 2026", (id, kind, meant, daysDiffering) => {
    expect(zoneTrap(id, 2026)).toEqual({ kind, zone: id, meant, daysDiffering, why: expect.stringContaining(id) });
  });

  it("is counted by the year's own changes", () => {
    // In 2006 New York's summer time ran from 2 April to 28 October.
    expect(zoneTrap("EST", 2006)).toMatchObject({ daysDiffering: 210 });
  });

  it("may be no id at all", () => {
    expect(zoneTrap("PST", 2026)).toMatchObject({ kind: "no-zone", meant: "America/Los_Angeles" });
  });

  it.each(["UTC", "Europe/Berlin", "Etc/GMT", "Etc/GMT+0", "Etc/GMT+99", "constructor"])("is not %s", (id) => {
    expect(zoneTrap(id, 2026)).toBeUndefined();
  });
});

describe("a time of day", () => {
  it.each(["00:00", "09:05", "23:59"])("may be %s", (time) => expect(parseTimeOfDay(time)).toBe(time));
  it.each(["24:00", "9:00", "12:60", "12", "noon", 12, ""])("is never %j", (time) =>
    expect(parseTimeOfDay(time)).toBeUndefined(),
  );
});

describe("a weekday", () => {
  it("is read in full or by three letters, in any case", () => {
    expect(["Monday", "TUE", "wed"].map(parseWeekday)).toEqual(["Monday", "Tuesday", "Wednesday"]);
    expect(["", "Mo", "Mond", 1].map(parseWeekday)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
