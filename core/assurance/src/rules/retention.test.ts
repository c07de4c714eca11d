import { type Lab, type LabInput, unknown } from "@orrery/model";
import { describe, expect, test } from "vitest";
import { aLab, aPolicy, aStorage } from "../testing/a-lab.ts";
import { saidBy, rulesThatSpeak as speaking, verdictOn } from "../testing/verdicts.ts";

const rulesThatSpeak = (lab: Lab) => speaking(lab, ["recovery", "retention", "offsite", "schedules"]);

type Policy = Parameters<typeof aPolicy>[0];
const withPolicies = (...given: readonly Policy[]) =>
  aLab({
    // A second datastore, so that only the retention is in question.
    storage: (own) => ({ ...own, items: { ...own.items, store: aStorage({ ...own.items.pbs }) } }),
    backup: (own) => ({ ...own, policies: [...given.map((one) => aPolicy(one)), ...own.policies.slice(1)] }),
  });
const monthly = { every: "month", on: "first Sunday", at: "02:00", zone: "Europe/Berlin" } as const;

describe("retention/gap", () => {
  test("a week of a monthly copy leaves days without any", () => {
    const lab = withPolicies(
      {},
      { id: "monthly", schedule: monthly, retention: { for: "7 d" }, offsite: [], target: "store" },
    );
    const [finding] = saidBy("retention/gap", lab);
    expect(finding?.why).toMatch(/^7 d kept < 35 d between runs \+ 60 min run; on \d+ of 365 days no copy is there\.$/);
    expect(finding).toMatchObject({ subject: "monthly", verdict: "violated" });
    expect(verdictOn("monthly/retention", lab)).toBe("missed");
  });

  test("a day of a daily copy is short by the day of 25 h", () => {
    expect(saidBy("retention/gap", withPolicies({ retention: { for: "25 h" } }))).toHaveLength(1);
    expect(saidBy("retention/gap", withPolicies({ retention: { for: "26 h" } }))).toEqual([]);
  });

  test("an offsite copy is there only after its upload", () => {
    const offsite = (hours: "28 h" | "27 h") =>
      withPolicies({ offsite: [{ to: "vault", retention: { for: hours }, upload: "2 h" }] });
    expect(saidBy("retention/gap", offsite("28 h"))).toEqual([]);
    expect(saidBy("retention/gap", offsite("27 h"))[0]?.why).toContain("25 h between runs + 60 min run + 2 h upload");
    expect(verdictOn("nightly/retention/vault", offsite("27 h"))).toBe("missed");
  });

  test("an unknown run time is proven where two intervals are kept, and unproven where it is fewer", () => {
    const runTime = unknown("never timed");
    const short = withPolicies({ runTime, retention: { for: "40 h" } });
    expect(saidBy("retention/gap", short)[0]).toMatchObject({ verdict: "unproven" });
    expect(saidBy("retention/gap", short)[0]?.why).toContain("never timed");
    expect(saidBy("retention/gap", withPolicies({ runTime, retention: { for: "50 h" } }))).toEqual([]);
  });

  test("a retention by counts always keeps the newest copy", () => {
    expect(rulesThatSpeak(withPolicies({ retention: { last: 1 } }))).toEqual([]);
  });
});

describe("retention/promise", () => {
  test("seven daily copies of a weekly policy are seven weeks, not seven days", () => {
    const weekly = { every: "week", on: "Sunday", at: "02:00", zone: "Europe/Berlin" } as const;
    const lab = withPolicies(
      {},
      { id: "weekly", schedule: weekly, covers: { guests: ["db01"] }, retention: { daily: 7 }, target: "store" },
    );
    const [finding] = saidBy("retention/promise", lab);
    expect(finding?.claim.path).toEqual(["backup", "policies", 1, "retention", "daily"]);
    expect(finding?.why).toContain("runs up to 169 h apart");
  });

  test("a nightly policy makes every day, week and month that it keeps", () => {
    expect(saidBy("retention/promise", withPolicies({ retention: { daily: 14, weekly: 4, monthly: 6 } }))).toEqual([]);
  });
});

describe("retention/shared-group", () => {
  const weekly = { every: "week", on: "Sunday", at: "12:00", zone: "Europe/Berlin" } as const;

  test("two policies that keep the same guests differently in one datastore prune each other's copies", () => {
    const lab = withPolicies({}, { id: "weekly", schedule: weekly, retention: { for: "28 d" }, offsite: [] });
    expect(rulesThatSpeak(lab)).toEqual(["retention/shared-group"]);
    expect(saidBy("retention/shared-group", lab)[0]).toMatchObject({ subject: "pbs", verdict: "unproven" });
  });

  test("policies of different guests, or with the same retention, do not", () => {
    const apart = withPolicies(
      { covers: { guests: ["db01", "app01"] } },
      {
        id: "weekly",
        schedule: { every: "day", at: "12:00", zone: "UTC" },
        covers: { guests: ["web01"] },
        retention: { for: "28 d" },
      },
    );
    expect(rulesThatSpeak(apart)).toEqual([]);
    expect(rulesThatSpeak(withPolicies({}, { id: "weekly", schedule: weekly, offsite: [] }))).toEqual([]);
  });
});

describe("retention/datastore-size", () => {
  const sized = (capacity: NonNullable<LabInput["storage"]["items"][string]["capacity"]>) =>
    aLab({ storage: (own) => ({ ...own, items: { ...own.items, pbs: aStorage({ ...own.items.pbs, capacity }) } }) });

  test("a datastore that holds all copies in full is proven", () => {
    // Three guests of 16 GiB, fourteen copies: 672 GiB.
    expect(rulesThatSpeak(sized("672 GiB"))).toEqual([]);
  });

  test("between one full copy and all of them it depends on what changes", () => {
    const lab = sized("671 GiB");
    expect(rulesThatSpeak(lab)).toEqual(["retention/datastore-size"]);
    expect(saidBy("retention/datastore-size", lab)[0]).toMatchObject({ severity: "note", verdict: "unproven" });
  });

  test("one full copy that is larger than the datastore is a warning", () => {
    expect(saidBy("retention/datastore-size", sized("40 GiB"))[0]).toMatchObject({ severity: "warning" });
  });

  test("an unknown capacity is told in its own words", () => {
    expect(saidBy("retention/datastore-size", sized(unknown("no size given")))[0]?.why).toContain("no size given");
  });
});

test("each retention is an objective, with the copies of each day", () => {
  expect(verdictOn("nightly/retention", aLab())).toBe("met");
  expect(verdictOn("nightly/retention/vault", aLab())).toBe("met");
});
