import { asWritten, type Lab, type LabInput, unknown } from "@orrery/model";
import { describe, expect, test } from "vitest";
import { aGuest, aLab, aNode, aPolicy, aScenario, aStorage } from "../testing/a-lab.ts";
import { saidBy, rulesThatSpeak as speaking, verdictOn } from "../testing/verdicts.ts";

const rulesThatSpeak = (lab: Lab) => speaking(lab, ["recovery", "retention", "offsite", "schedules"]);

const local: LabInput["storage"]["items"][string] = aStorage({
  kind: "zfs",
  shared: false,
  home: { on: "each node", nodes: ["node01", "node02", "node03"], disks: ["data"] },
});

/** The backup server's datastore on node03's disks, and no longer in another building. */
const backupsOnNode = {
  storage: (own: LabInput["storage"]): LabInput["storage"] => ({
    ...own,
    items: { ...own.items, pbs: aStorage({ ...own.items.pbs, home: { on: "node", node: "node03", disks: ["data"] } }) },
  }),
};

type Changes = { readonly [C in keyof LabInput]?: (own: LabInput[C]) => LabInput[C] };

/** The small lab with all guests on local disks, restored and not restarted when their node fails. */
const onLocalDisks = (more: Changes = {}, guest: Parameters<typeof aGuest>[0] = {}) =>
  aLab({
    ...more,
    storage: (own) => {
      const changed = { ...own, items: { ...own.items, local } };
      return more.storage?.(changed) ?? changed;
    },
    guests: {
      items: ([1, 2, 3] as const).map((n) =>
        aGuest({
          name: `guest0${n}`,
          id: 100 + n,
          node: `node0${n}`,
          nics: [{ bridge: "vmbr0", vlan: 20, address: `10.0.20.1${n}` }],
          disks: [{ storage: "local", size: "32 GiB", used: "16 GiB" }],
          ha: false,
          ...guest,
        }),
      ),
      claims: [],
    },
  });

const scenarios = (change: Parameters<typeof aScenario>[0]): Changes => ({
  recovery: () => ({ scenarios: [aScenario(change)], claims: [] }),
});
const policies = (...given: readonly Parameters<typeof aPolicy>[0][]): Changes => ({
  backup: (own) => ({ ...own, policies: [...given.map((one) => aPolicy(one)), ...own.policies.slice(1)] }),
});

describe("recovery/rpo", () => {
  test("an RPO as long as the longest interval, the run and no more is met", () => {
    const lab = aLab(scenarios({ rpo: "26 h" }));
    expect(rulesThatSpeak(lab)).toEqual([]);
    expect(verdictOn("guest/rpo", lab)).toBe("met");
  });

  test("an RPO of a day is missed by a nightly backup: by its run, and by the day of 25 h", () => {
    const lab = aLab(scenarios({ rpo: "24 h" }));
    expect(rulesThatSpeak(lab)).toEqual(["recovery/rpo"]);
    const [finding] = saidBy("recovery/rpo", lab);
    expect(finding?.why).toContain("nightly on pbs: 25 h between runs + 60 min run = 26 h > 24 h.");
    expect(finding?.claim.path).toEqual(["recovery", "scenarios", 0, "rpo"]);
    expect(finding?.verdict).toBe("violated");
    expect(verdictOn("guest/rpo", lab)).toBe("missed");
  });

  test("an unknown run time leaves a longer RPO unproven, in the unknown's own words", () => {
    const lab = aLab({ ...scenarios({ rpo: "36 h" }), ...policies({ runTime: unknown("nobody timed it") }) });
    const [finding] = saidBy("recovery/rpo", lab);
    expect(finding?.verdict).toBe("unproven");
    expect(finding?.why).toContain("nobody timed it");
    expect(verdictOn("guest/rpo", lab)).toBe("unproven");
  });

  test("an upload that is said to be unknown may take longer than the uplink would", () => {
    const offsite = (upload?: ReturnType<typeof unknown>) => [
      { to: "vault", retention: { for: "60 d" as const }, ...(upload === undefined ? {} : { upload }) },
    ];
    const site = { ...scenarios({ fails: { kind: "site" }, rto: "72 h", rpo: "36 h", replacement: "24 h" }) };
    expect(verdictOn("guest/rpo", aLab({ ...site, ...policies({ offsite: offsite() }) }))).toBe("met");
    const lab = aLab({ ...site, ...policies({ offsite: offsite(unknown("nobody timed one")) }) });
    expect(verdictOn("guest/rpo", lab)).toBe("unproven");
  });

  test("a site is recovered from offsite copies only, whatever their upload takes", () => {
    const lab = aLab({
      ...scenarios({ fails: { kind: "site" }, rto: "72 h", rpo: "48 h", replacement: "24 h" }),
      ...policies(
        { offsite: [] },
        {
          id: "weekly",
          schedule: { every: "week", on: "Sunday", at: "12:00", zone: "UTC" },
          target: "vault",
          offsite: [],
          retention: { for: "28 d" },
          runTime: unknown("no uplink speed"),
        },
      ),
      ...backupsOnNode,
    });
    const [finding] = saidBy("recovery/rpo", lab);
    expect(finding?.why).toContain("weekly on vault: 168 h between runs + run (unknown) > 48 h");
    expect(finding?.verdict).toBe("violated");
  });

  test("a node's loss takes no data of guests on shared storage", () => {
    expect(verdictOn("node/rpo", aLab())).toBe("met");
    expect(saidBy("recovery/rpo", aLab(scenarios({ fails: { kind: "node", node: "any" }, rpo: "1 h" })))).toEqual([]);
  });

  test("a node's loss takes the data of guests on its disks", () => {
    const lab = onLocalDisks(scenarios({ fails: { kind: "node", node: "node02" }, rpo: "1 h" }));
    expect(saidBy("recovery/rpo", lab)[0]?.why).toMatch(/^node node02, taking guest02: /);
  });

  test("a replica on another node is a recovery point of its own", () => {
    const replicated = onLocalDisks(scenarios({ fails: { kind: "node", node: "node01" }, rpo: "1 h" }), {
      replication: [{ to: "node03", every: "15 min" }],
    });
    expect(saidBy("recovery/rpo", replicated)).toEqual([]);
    expect(verdictOn("guest/rpo", replicated)).toBe("met");
  });
});

describe("recovery/rto", () => {
  test("a restore is as long as its bytes over the slowest of disk and link", () => {
    // 16 GiB at 1 GB/s are 17.18 s; the link of 10 Gbps is faster.
    const lab = aLab(scenarios({ rto: "11 min" }));
    expect(rulesThatSpeak(lab)).toEqual(["recovery/rto"]);
    const [finding] = saidBy("recovery/rto", lab);
    expect(finding?.why).toContain("10 min detection + 1.4 min restore of 16 GiB and boot");
    expect(finding?.why).toContain("= 11.7 min > 11 min");
    expect(rulesThatSpeak(aLab(scenarios({ rto: "12 min" })))).toEqual([]);
  });

  test("guests of one node that are restored from one server share its disk", () => {
    const many = (count: number) =>
      onLocalDisks(
        {
          ...scenarios({ fails: { kind: "node", node: "node01" }, rto: "1 min" }),
        },
        count > 1 ? { node: "node01" } : {},
      );
    const why = (count: number): string => saidBy("recovery/rto", many(count))[0]?.why ?? "";
    expect(why(1)).toContain("restore of 16 GiB and boot, 1 guest");
    // 48 GiB from a disk of 1 GB/s: two restores share it, the third takes what one can, 700 MB/s; then a minute of boot.
    expect(why(3)).toContain("2 min restore of 48 GiB and boot, 3 guests");
  });

  test("guests on shared storage only start elsewhere", () => {
    const lab = aLab(scenarios({ fails: { kind: "node", node: "any" }, rto: "1 min" }));
    expect(saidBy("recovery/rto", lab)[0]?.why).toContain(
      "2.3 min to 3.3 min until HA takes over + 1 min start of 1 guest",
    );
  });

  test("an unknown speed leaves the RTO unproven", () => {
    const lab = aLab({
      ...scenarios({}),
      storage: (own) => ({
        ...own,
        items: { ...own.items, pbs: aStorage({ ...own.items.pbs, read: unknown("never measured") }) },
      }),
    });
    expect(rulesThatSpeak(lab)).toEqual(["recovery/rto"]);
    expect(saidBy("recovery/rto", lab)[0]).toMatchObject({ verdict: "unproven" });
    expect(saidBy("recovery/rto", lab)[0]?.why).toContain("never measured");
    expect(verdictOn("guest/rto", lab)).toBe("unproven");
  });

  test("a lost site waits for its replacement", () => {
    const lab = aLab(scenarios({ fails: { kind: "site" }, rto: "24 h", rpo: "48 h", replacement: "24 h" }));
    expect(saidBy("recovery/rto", lab)[0]?.why).toContain("24 h replacement");
    expect(saidBy("recovery/rto", lab)[0]?.verdict).toBe("violated");
  });
});

describe("recovery/unrecoverable", () => {
  const gpu = { gpu0: { kind: "gpu", model: "NVIDIA RTX A4000" } } as const;

  test("a guest whose device only the lost node has cannot be recovered", () => {
    const withGpu = (others: boolean) =>
      onLocalDisks({
        cluster: (own) => ({
          ...own,
          nodes: {
            ...own.nodes,
            node01: aNode({ ...own.nodes.node01, devices: gpu }),
            ...(others ? { node02: aNode({ ...own.nodes.node02, devices: gpu }) } : {}),
          },
        }),
      });
    const using = (others: boolean) => {
      const lab = withGpu(others);
      const [first, ...rest] = lab.guests.items;
      return {
        ...lab,
        guests: { ...lab.guests, items: first === undefined ? [] : [{ ...first, devices: ["gpu0"] }, ...rest] },
      };
    };
    const [finding] = saidBy("recovery/unrecoverable", using(false)).filter(({ subject }) => subject === "node");
    expect(finding?.why).toBe(
      "With node node01, guest01 cannot be recovered: it needs NVIDIA RTX A4000, which only node01 has.",
    );
    expect(verdictOn("node/rto", using(false))).toBe("missed");
    expect(saidBy("recovery/unrecoverable", using(true)).filter(({ subject }) => subject === "node")).toEqual([]);
  });

  test("a guest whose only copy stands on its own node cannot be recovered", () => {
    const lab = onLocalDisks({
      ...scenarios({ fails: { kind: "node", node: "any" } }),
      ...policies({ offsite: [] }),
      ...backupsOnNode,
    });
    expect(saidBy("recovery/unrecoverable", lab).map(({ why }) => why)).toEqual([
      "With node node03, guest03 cannot be recovered: no copy survives.",
    ]);
    expect(rulesThatSpeak(lab)).toEqual(["recovery/shared-fate", "recovery/unrecoverable"]);
  });
});

describe("recovery/no-backup", () => {
  test("a guest in no policy is told, once for itself", () => {
    const lab = aLab(policies({ covers: { allExcept: ["db01"] } }));
    expect(rulesThatSpeak(lab)).toEqual(["recovery/no-backup"]);
    expect(saidBy("recovery/no-backup", lab)[0]).toMatchObject({
      subject: "db01",
      claim: { path: ["guests", "items", 1] },
    });
  });

  test("guests are covered by name and by category", () => {
    const lab = aLab(
      policies(
        { covers: { guests: ["db01"] } },
        {
          id: "apps",
          covers: { categories: ["Application Servers"] },
          schedule: { every: "day", at: "22:00", zone: "Europe/Berlin" },
        },
      ),
    );
    expect(rulesThatSpeak(lab)).toEqual([]);
  });

  test("many uncovered guests are one finding", () => {
    const items = Array.from({ length: 12 }, (_, n) => aGuest({ name: `g${n}`, id: 200 + n, nics: [] }));
    const lab = aLab({ guests: { items: [...items], claims: [] }, ...policies({ covers: { guests: ["g0"] } }) });
    expect(saidBy("recovery/no-backup", lab)).toHaveLength(1);
  });
});

test("recovery/disk-left-out tells of a disk that no copy holds", () => {
  const lab = aLab({
    guests: (own) => ({
      ...own,
      items: own.items.map((guest, index) =>
        index === 0
          ? {
              ...guest,
              disks: [...(guest.disks ?? []), { storage: "shared", size: "10 GiB", used: "1 GiB", backup: false }],
            }
          : guest,
      ),
    }),
  });
  expect(rulesThatSpeak(lab)).toEqual(["recovery/disk-left-out"]);
  expect(saidBy("recovery/disk-left-out", lab)[0]?.claim.path).toEqual(["guests", "items", 0, "disks", 1, "backup"]);
});

describe("recovery/shared-fate", () => {
  const server = (onNode: string, covers: Parameters<typeof aPolicy>[0]) =>
    onLocalDisks({
      ...policies(covers ?? {}),
      storage: (own) => ({
        ...own,
        items: {
          ...own.items,
          pbs: aStorage({ ...own.items.pbs, home: { on: "guest", guest: "guest01", node: onNode, storage: "local" } }),
        },
      }),
    });

  test("a backup server on a node shares the fate of the guests on its disks", () => {
    const lab = server("node01", { covers: { guests: ["guest02"] } });
    // It still keeps the configuration of its own node, and that only.
    expect(saidBy("recovery/shared-fate", lab).map(({ why }) => why)).toEqual([
      "pbs stands on node01, as does its own configuration: its loss takes it and its copies (configuration) at once.",
    ]);
    const both = onLocalDisks({
      ...backupsOnNode,
    });
    expect(rulesThatSpeak(both)).toEqual(["recovery/shared-fate"]);
    expect(saidBy("recovery/shared-fate", both)[0]).toMatchObject({ subject: "node node03", severity: "error" });
    expect(saidBy("recovery/shared-fate", both)[0]?.why).toContain("the disks of guest03");
  });

  test("a backup server whose copy is in its own datastore would have to be restored from itself", () => {
    const lab = server("node01", {});
    expect(saidBy("recovery/shared-fate", lab).map(({ subject }) => subject)).toContain("guest guest01");
    expect(saidBy("recovery/shared-fate", lab)[0]?.why).toContain("restored from itself");
  });
});

describe("recovery/nobody-on-duty", () => {
  const office = {
    days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"] as const,
    from: "08:00",
    to: "17:00",
    zone: "America/New_York",
  } as const;
  const duty = {
    service: (own: LabInput["service"]) => ({
      ...own,
      hours: { ...own.hours, support: { ...office, days: [...office.days] } },
    }),
  };

  test("a weekend without anybody, that of the long night included, is longer than an RTO of two days", () => {
    const lab = aLab({ ...duty, ...scenarios({ rto: "48 h" }) });
    expect(rulesThatSpeak(lab)).toEqual(["recovery/nobody-on-duty"]);
    expect(saidBy("recovery/nobody-on-duty", lab)[0]?.why).toBe(
      "Nobody is on duty from Friday 17:00 to Monday 08:00 (America/New_York): 64 h + 10 min detection > 48 h before the recovery begins.",
    );
  });

  test("a scenario that recovers by itself, or has its own people, waits for nobody", () => {
    expect(rulesThatSpeak(aLab({ ...duty, ...scenarios({ rto: "48 h", automatic: true }) }))).toEqual([]);
    expect(rulesThatSpeak(aLab({ ...duty, ...scenarios({ rto: "48 h", onDuty: { always: true } }) }))).toEqual([]);
    expect(rulesThatSpeak(aLab({ ...duty, ...scenarios({ rto: "65 h" }) }))).toEqual([]);
  });

  test("the objective waits for somebody too: what begins too late is not met", () => {
    const lab = aLab({ ...duty, ...scenarios({ rto: "48 h" }) });
    expect(verdictOn("guest/rto", lab)).toBe("missed");
    expect(verdictOn("guest/rto", aLab({ ...duty, ...scenarios({ rto: "65 h" }) }))).toBe("met");
    expect(verdictOn("guest/rto", aLab({ ...duty, ...scenarios({ rto: "48 h", automatic: true }) }))).toBe("met");
  });

  test("a recovery that begins in time and ends too late is told with both", () => {
    const slow = {
      storage: (own: LabInput["storage"]) => ({
        ...own,
        items: { ...own.items, pbs: aStorage({ ...own.items.pbs, read: "1 MB/s" }) },
      }),
    };
    const lab = aLab({ ...duty, ...slow, ...scenarios({ rto: "65 h" }) });
    expect(rulesThatSpeak(lab)).toEqual(["recovery/nobody-on-duty"]);
    expect(saidBy("recovery/nobody-on-duty", lab)[0]?.why).toContain(
      "64 h until somebody is on duty (America/New_York), then 10 min detection + 4.8 h restore",
    );
    expect(verdictOn("guest/rto", lab)).toBe("missed");
  });
});

describe("recovery/never-drilled", () => {
  test("a procedure that nobody has run is not shown to work", () => {
    const lab = aLab(scenarios({ lastDrill: unknown("nobody ever tried") }));
    expect(rulesThatSpeak(lab)).toEqual(["recovery/never-drilled"]);
    expect(saidBy("recovery/never-drilled", lab)[0]).toMatchObject({ severity: "note", verdict: "unproven" });
    expect(saidBy("recovery/never-drilled", lab)[0]?.why).toContain("nobody ever tried");
  });

  test("a drill holds for a year", () => {
    expect(rulesThatSpeak(aLab(scenarios({ lastDrill: "2025-06-15" })))).toEqual([]);
    expect(rulesThatSpeak(aLab(scenarios({ lastDrill: "2025-06-01" })))).toEqual(["recovery/never-drilled"]);
  });
});

test("recovery/unverified tells of policies without a verification, once for the same reason", () => {
  const lab = aLab({
    backup: (own) => ({
      ...own,
      policies: own.policies.map((policy) => ({ ...policy, verified: unknown("none scheduled") })),
    }),
  });
  expect(rulesThatSpeak(lab)).toEqual(["recovery/unverified"]);
  expect(saidBy("recovery/unverified", lab).map(({ subject }) => subject)).toEqual(["nightly, configuration"]);
});

describe("recovery/encryption-key", () => {
  test("a key that is kept in a guest of the site goes with it", () => {
    const lab = aLab(policies({ encryption: { key: "k1", keyKeptAt: "vault folder on db01" } }));
    expect(rulesThatSpeak(lab)).toEqual(["recovery/encryption-key"]);
    expect(saidBy("recovery/encryption-key", lab)[0]).toMatchObject({ severity: "error", verdict: "violated" });
  });

  test("whether the key outlives the site is unproven where encryption is unknown", () => {
    const lab = aLab(policies({ encryption: unknown("nobody says") }));
    expect(rulesThatSpeak(lab)).toEqual(["recovery/encryption-key"]);
    expect(saidBy("recovery/encryption-key", lab)[0]).toMatchObject({ severity: "note", verdict: "unproven" });
  });
});

test("a quorum is lost with the nodes that backups stand on first", () => {
  const lab = onLocalDisks({
    ...scenarios({ fails: { kind: "quorum" }, rpo: "1 h" }),
    ...backupsOnNode,
  });
  const [finding] = saidBy("recovery/rpo", lab);
  expect(finding?.why).toContain("node03, node01 (1 of 3 votes left, 2 needed)");
  expect(finding?.why).toContain("nightly on vault");
});

describe("what nobody has declared", () => {
  const servedBy = (home: LabInput["storage"]["items"][string]["home"]): Changes => ({
    storage: (own) => ({ ...own, items: { ...own.items, pbs: aStorage({ ...own.items.pbs, home }) } }),
  });
  const nodes = scenarios({ fails: { kind: "node", node: "any" }, rto: "3 h" });
  const noOffsite = policies({ offsite: [] });

  test("a backup server on a node that is declared nowhere is not shown to survive any node", () => {
    const home = { on: "guest", guest: asWritten("backup01"), storage: "pbs2" } as const;
    const pbs2 = aStorage({ home: { on: "elsewhere", place: "appliance", site: "this" } });
    const lab = onLocalDisks({
      ...nodes,
      ...noOffsite,
      storage: (own) => ({ ...own, items: { ...own.items, pbs2, pbs: aStorage({ ...own.items.pbs, home }) } }),
    });
    expect(verdictOn("guest/rpo", lab)).toBe("unproven");
    expect(verdictOn("guest/rto", lab)).toBe("unproven");
    expect(saidBy("recovery/rpo", lab)[0]?.why).toContain("the node that backup01 runs on is not declared");
  });

  test("a recovery from copies that may have gone with the node is not shown to be in time", () => {
    const home = { on: "guest", guest: "guest01", storage: unknown("which disks is written nowhere") } as const;
    const lab = onLocalDisks({
      ...scenarios({ fails: { kind: "node", node: "node02" }, rto: "3 h" }),
      ...servedBy(home),
    });
    expect(verdictOn("guest/rto", lab)).toBe("unproven");
  });

  test("a scenario about a guest or a node that is declared nowhere is neither met nor missed", () => {
    for (const fails of [
      { kind: "guest", guest: asWritten("web99") },
      { kind: "node", node: asWritten("node99") },
    ] as const) {
      const lab = aLab(scenarios({ fails }));
      expect(verdictOn("guest/rpo", lab)).toBe("unproven");
      expect(verdictOn("guest/rto", lab)).toBe("unproven");
    }
  });

  test("copies on a storage that is declared nowhere are not said to be inside the site", () => {
    const lab = aLab(policies({ offsite: [{ to: asWritten("the vault"), retention: { for: "60 d" } }] }));
    expect(saidBy("offsite/no-copy", lab)[0]).toMatchObject({ verdict: "unproven" });
    expect(verdictOn("site/rpo", lab)).toBe("unproven");
  });
});

describe("the copy that is restored from", () => {
  test("is the one that can be read soonest, whatever policy is declared first", () => {
    const tape = aStorage({
      kind: "nfs",
      purpose: "Tapes",
      retrieval: "5 h",
      home: { on: "elsewhere", place: "vault", site: "this" },
    });
    const lab = aLab({
      ...scenarios({ rto: "1 h" }),
      storage: (own) => ({ ...own, items: { ...own.items, tape } }),
      ...policies(
        { id: "archive", target: "tape", offsite: [], schedule: { every: "day", at: "12:00", zone: "UTC" } },
        {},
      ),
    });
    expect(verdictOn("guest/rto", lab)).toBe("met");
  });
});

test("when no node is left, a replacement is restored to, and without one nothing is", () => {
  const quorum = (given: Parameters<typeof aScenario>[0]) =>
    onLocalDisks({
      ...scenarios({ fails: { kind: "quorum" }, rto: "26 h", ...given }),
      cluster: (own) => ({ ...own, qdevice: { votes: 1, host: "witness", switch: "sw1" }, expectedVotes: 2 }),
    });
  expect(verdictOn("guest/rto", quorum({}))).toBe("missed");
  expect(verdictOn("guest/rto", quorum({ replacement: "24 h" }))).toBe("met");
});
