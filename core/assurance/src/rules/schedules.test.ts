import { type Lab, type LabInput, unknown } from "@orrery/model";
import { describe, expect, test } from "vitest";
import { aLab, aNode, aPolicy, aProcedure, aStorage } from "../testing/a-lab.ts";
import { saidBy, rulesThatSpeak as speaking, verdictOn } from "../testing/verdicts.ts";

const rulesThatSpeak = (lab: Lab) => speaking(lab, ["recovery", "retention", "offsite", "schedules"]);
const zone = "Europe/Berlin";

const policies = (first: Parameters<typeof aPolicy>[0], ...more: readonly Parameters<typeof aPolicy>[0][]) =>
  aLab({
    backup: (own) => ({
      ...own,
      policies: [aPolicy(first), ...own.policies.slice(1), ...more.map((one) => aPolicy(one))],
    }),
  });
const procedures = (...given: readonly LabInput["maintenance"]["procedures"][number][]) => ({
  maintenance: (own: LabInput["maintenance"]): LabInput["maintenance"] => ({
    ...own,
    procedures: [...own.procedures, ...given],
  }),
});

describe("schedules/backup-in-window", () => {
  test("a backup that is still running when the window opens is told, with how often", () => {
    const lab = policies({ schedule: { every: "day", at: "07:30", zone } });
    expect(rulesThatSpeak(lab)).toEqual(["schedules/backup-in-window"]);
    expect(saidBy("schedules/backup-in-window", lab)[0]?.why).toBe(
      "It runs into window saturday (Saturday 08:00 to 12:00) 12 times a year, first on 2026-01-03.",
    );
  });

  test("a backup that ends as the window opens does not run into it", () => {
    expect(rulesThatSpeak(policies({ schedule: { every: "day", at: "07:00", zone } }))).toEqual([]);
  });

  test("a backup of unknown length may run into a window of the same day", () => {
    const lab = policies({ schedule: { every: "day", at: "07:00", zone }, runTime: unknown("never timed") });
    expect(saidBy("schedules/backup-in-window", lab)[0]).toMatchObject({ verdict: "unproven" });
    expect(saidBy("schedules/backup-in-window", lab)[0]?.why).toContain("never timed");
  });

  test("a backup of unknown hour may be at that of the window", () => {
    const lab = policies({ schedule: { every: "day", at: unknown("no hour is given"), zone } });
    expect(saidBy("schedules/backup-in-window", lab)[0]?.why).toContain("no hour is given");
  });

  test("a window of unknown hour or day may be that of a backup", () => {
    for (const schedule of [
      { every: "month", on: "first Saturday", at: unknown("no hour is given"), zone },
      { every: "month", on: unknown("no day is given"), at: "08:00", zone },
    ] as const) {
      const lab = aLab({
        service: (own) => ({
          ...own,
          hours: { ...own.hours, maintenance: [{ id: "some", schedule, duration: "4 h" }] },
        }),
        maintenance: (own) => ({ ...own, procedures: own.procedures.filter(({ window }) => window === undefined) }),
      });
      const nightly = saidBy("schedules/backup-in-window", lab).find(({ subject }) => subject === "nightly");
      expect(nightly?.verdict).toBe("unproven");
      expect(nightly?.why).toMatch(/no (hour|day) is given/);
    }
  });
});

describe("schedules/same-time", () => {
  const second = { id: "second", covers: { guests: ["db01"] }, offsite: [] } as const;

  test("two policies that write to one target at once are told", () => {
    const lab = policies(
      {},
      {
        ...second,
        covers: { guests: ["db01"] },
        offsite: [],
        schedule: { every: "week", on: "Monday", at: "02:30", zone },
      },
    );
    expect(rulesThatSpeak(lab)).toEqual(["schedules/same-time"]);
    expect(saidBy("schedules/same-time", lab)[0]).toMatchObject({ subject: "nightly, second", verdict: "violated" });
  });

  test("one after the other, or to another target, is nobody's trouble", () => {
    const after = {
      ...second,
      covers: { guests: ["db01"] },
      offsite: [],
      schedule: { every: "week", on: "Sunday", at: "12:00", zone },
    } as const;
    expect(rulesThatSpeak(policies({}, { ...after, covers: { guests: ["db01"] }, offsite: [] }))).toEqual([]);
  });

  test("a monthly policy of unknown hour may meet the weekly one of its day", () => {
    const lab = policies(
      { id: "weekly", schedule: { every: "week", on: "Sunday", at: "01:00", zone } },
      {
        id: "monthly",
        offsite: [],
        schedule: { every: "month", on: "first Sunday", at: unknown("no hour is given"), zone },
      },
    );
    const pair = saidBy("schedules/same-time", lab).find(({ subject }) => subject === "weekly, monthly");
    expect(pair?.verdict).toBe("unproven");
    expect(pair?.why).toContain("up to 12 times a year");
    expect(pair?.why).toContain("no hour is given");
  });
});

describe("schedules/backup-in-support-hours", () => {
  const staffed = (at: "09:00" | "20:00") =>
    aLab({
      service: (own) => ({
        ...own,
        hours: { ...own.hours, support: { days: ["Monday"], from: "08:00", to: "17:00", zone } },
      }),
      recovery: (own) => ({ ...own, scenarios: own.scenarios.map((one) => ({ ...one, automatic: true })) }),
      backup: (own) => ({
        ...own,
        policies: [aPolicy({ schedule: { every: "day", at, zone } }), ...own.policies.slice(1)],
      }),
    });

  test("a backup at nine in the morning shares the disk with those who work", () => {
    expect(saidBy("schedules/backup-in-support-hours", staffed("09:00"))[0]).toMatchObject({ severity: "note" });
    expect(saidBy("schedules/backup-in-support-hours", staffed("09:00"))[0]?.why).toContain("52 runs a year fall into");
  });

  test("a backup at night shares it with nobody", () => {
    expect(saidBy("schedules/backup-in-support-hours", staffed("20:00"))).toEqual([]);
  });
});

const narrow = (duration: "20 min" | "30 min") => ({
  service: (own: LabInput["service"]): LabInput["service"] => ({
    ...own,
    hours: { ...own.hours, maintenance: (own.hours.maintenance ?? []).map((window) => ({ ...window, duration })) },
  }),
});

describe("schedules/window-too-short", () => {
  test("three nodes at five minutes of update and three of boot do not fit into twenty", () => {
    const lab = aLab(narrow("20 min"));
    expect(rulesThatSpeak(lab)).toEqual(["schedules/window-too-short"]);
    expect(saidBy("schedules/window-too-short", lab)[0]?.why).toBe(
      "10.3 s drain of 3 nodes + 15 min update of 3 nodes + 9 min reboot of 3 nodes = 24.2 min > 20 min.",
    );
    expect(verdictOn("window/saturday", lab)).toBe("missed");
  });

  test("they fit into thirty", () => {
    expect(rulesThatSpeak(aLab(narrow("30 min")))).toEqual([]);
    expect(verdictOn("window/saturday", aLab(narrow("30 min")))).toBe("met");
  });

  test("an update that nobody has timed leaves a lower bound", () => {
    const untimed = {
      cluster: (own: LabInput["cluster"]): LabInput["cluster"] => ({
        ...own,
        nodes: Object.fromEntries(
          Object.entries(own.nodes).map(([name, node]) => [
            name,
            aNode({ ...node, updateTime: unknown("never timed") }),
          ]),
        ),
      }),
    };
    expect(saidBy("schedules/window-too-short", aLab({ ...narrow("20 min"), ...untimed }))[0]).toMatchObject({
      verdict: "unproven",
    });
    expect(saidBy("schedules/window-too-short", aLab({ ...narrow("20 min"), ...untimed }))[0]?.why).toContain(
      "never timed",
    );
  });

  test("a drain of local disks that no other node has copies them over the migration link", () => {
    const lab = aLab({
      ...narrow("30 min"),
      storage: (own) => ({
        ...own,
        items: {
          ...own.items,
          local: aStorage({
            kind: "zfs",
            shared: false,
            home: { on: "each node", nodes: ["node01", "node02", "node03"], disks: ["data"] },
          }),
        },
      }),
      guests: (own) => ({
        ...own,
        items: own.items.map((guest) => ({
          ...guest,
          ha: false,
          disks: [{ storage: "local" as const, size: "500 GiB", used: "500 GiB" }],
        })),
      }),
    });
    // 3 × 500 GiB read and written at 1 GB/s: 1610.6 s, which 10 Gbps would take in 1288.5 s; 3 × 4 GiB beside it or after.
    expect(saidBy("schedules/window-too-short", lab)[0]?.why).toContain("26.8 min to 27 min drain of 3 nodes");
  });

  test("a drain may have to go to the node with the slowest link", () => {
    const lab = (link: "10 Gbps" | "10 Mbps") =>
      aLab({
        ...narrow("30 min"),
        cluster: (own) => {
          const a = { speed: link, switch: "sw1" } as const;
          return { ...own, nodes: { ...own.nodes, node03: aNode({ address: "10.0.10.13", nics: { a, b: a } }) } };
        },
      });
    expect(rulesThatSpeak(lab("10 Gbps"))).toEqual([]);
    // 4 GiB at 10 Mbps are 57.3 min from node03 to any, and from any to node03.
    expect(saidBy("schedules/window-too-short", lab("10 Mbps"))[0]).toMatchObject({ verdict: "violated" });
    const leaving = lab("10 Mbps").guests.items.filter(({ node }) => node !== "node03");
    const without = lab("10 Mbps");
    without.guests.items = leaving;
    expect(saidBy("schedules/window-too-short", without)[0]).toMatchObject({ verdict: "unproven" });
  });

  test("a duration that is said to be unknown is not taken from the model", () => {
    const lab = aLab({
      ...narrow("30 min"),
      maintenance: (own) => ({
        ...own,
        procedures: own.procedures.map((one) =>
          one.id === "MAINT-1" ? { ...one, duration: unknown("nobody timed one") } : one,
        ),
      }),
    });
    expect(saidBy("schedules/window-too-short", lab)[0]).toMatchObject({ verdict: "unproven" });
    expect(verdictOn("window/saturday", lab)).toBe("unproven");
  });
});

describe("schedules/window-crowded", () => {
  const another = (given: Parameters<typeof aProcedure>[0]) =>
    aLab({
      ...narrow("30 min"),
      ...procedures(aProcedure({ id: "MAINT-2", title: "Disks", window: "saturday", duration: "20 min", ...given })),
    });

  test("two procedures of the same day share its window", () => {
    const lab = another({ frequency: { every: "month", on: "first Saturday", at: "08:00", zone } });
    expect(rulesThatSpeak(lab)).toEqual(["schedules/window-crowded"]);
    expect(saidBy("schedules/window-crowded", lab)[0]).toMatchObject({ verdict: "violated", subject: "saturday" });
    expect(saidBy("schedules/window-crowded", lab)[0]?.why).toContain("= 44.2 min > 30 min");
    expect(verdictOn("window/saturday", lab)).toBe("missed");
  });

  test("a procedure without a day may fall into the same", () => {
    const lab = another({ frequency: { every: "month", zone } });
    expect(saidBy("schedules/window-crowded", lab)[0]).toMatchObject({ verdict: "unproven" });
    expect(saidBy("schedules/window-crowded", lab)[0]?.claim.text).toContain("MAINT-2 (every month, no day stated)");
    expect(verdictOn("window/saturday", lab)).toBe("unproven");
  });

  test("procedures that fit together may meet", () => {
    expect(rulesThatSpeak(another({ duration: "5 min", frequency: { every: "month", zone } }))).toEqual([]);
  });
});

describe("schedules/ambiguous-zone", () => {
  test("a fixed abbreviation is told once, with its places and the days on which it differs", () => {
    const lab = aLab({
      service: (own) => ({
        ...own,
        hours: {
          ...own.hours,
          maintenance: [
            {
              id: "saturday",
              schedule: { every: "month", on: "first Saturday", at: "08:00", zone: "EST" },
              duration: "4 h",
            },
          ],
        },
      }),
    });
    expect(rulesThatSpeak(lab)).toEqual(["schedules/ambiguous-zone"]);
    const [finding] = saidBy("schedules/ambiguous-zone", lab);
    expect(finding?.claim.path).toEqual(["service", "hours", "maintenance", 0, "schedule", "zone"]);
    expect(finding?.why).toContain("1 h later on 238 days of 2026 (2026-03-08 to 2026-10-31)");
  });

  test("a place is not ambiguous, and neither is UTC", () => {
    expect(rulesThatSpeak(policies({ schedule: { every: "day", at: "23:00", zone: "UTC" } }))).toEqual([]);
  });
});

test("schedules/calendar-trap tells of an event that the server reads otherwise", () => {
  const event = (text: string) => policies({ schedule: { every: "calendar", event: text, zone } });
  expect(saidBy("schedules/calendar-trap", event("22"))[0]?.why).toContain("minute 22 of every hour");
  expect(rulesThatSpeak(event("01:00"))).toEqual([]);
});

test("a calendar event in the hour that spring skips leaves two days without a copy", () => {
  const lab = policies({ schedule: { every: "calendar", event: "02:00", zone } });
  expect(saidBy("recovery/rpo", lab)[0]?.why).toContain("47 h between runs");
});
