import tidy from "@orrery/example-tidy-lab";
import {
  failedSet,
  inventoryOf,
  type LabInput,
  nothingFailed,
  parseLab,
  partitions,
  quorumAfter,
  reaches,
  speedBetween,
  vlanReaches,
} from "@orrery/model";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const copy = (): LabInput => JSON.parse(JSON.stringify(tidy));
const inventory = (change: (lab: LabInput) => void = () => undefined) => {
  const lab = copy();
  change(lab);
  const parsed = parseLab(lab);
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  return inventoryOf(parsed.lab);
};
const problems = (change: (lab: LabInput) => void): string[] => {
  const lab = copy();
  change(lab);
  const parsed = parseLab(lab);
  return parsed.kind === "lab" ? [] : parsed.problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
};

describe("ids that tell things apart", () => {
  it("are there once, or refused with their place", () => {
    const again = problems((lab) => {
      for (const items of [lab.recovery.scenarios, lab.backup.policies, lab.maintenance.procedures]) {
        const [first, second] = items;
        if (first !== undefined && second !== undefined) second.id = first.id;
      }
    });
    expect(again).toEqual([
      'maintenance.procedures.1.id: a second procedure "MAINT-001"; give it an id of its own',
      'backup.policies.1.id: a second backup policy "nightly"; give it an id of its own',
      'recovery.scenarios.1.id: a second scenario "guest"; give it an id of its own',
    ]);
  });
});

describe("rules of placement", () => {
  const [guest = "", other = ""] = copy().guests.items.map(({ name }) => String(name));
  it("name guests and nodes that are declared, or are refused with their place", () => {
    expect(
      problems((lab) => {
        lab.placement = { rules: [{ apart: [guest, "nobody"] }, { pin: other, to: ["pve9"] }, { ignore: ["nobody"] }] };
      }),
    ).toEqual([
      expect.stringMatching(/^placement\.rules\.0\.apart\.1: no guest "nobody" is declared/),
      expect.stringMatching(/^placement\.rules\.1\.to\.0: no node "pve9" is declared; did you mean "pve\d"/),
      expect.stringMatching(/^placement\.rules\.2\.ignore\.0: no guest "nobody" is declared/),
    ]);
  });

  it("are strict, and moves go one at a time, unless told otherwise", () => {
    const { lab } = inventory((given) => {
      given.placement = { rules: [{ together: [guest, other] }], memoryReserve: "2 GiB" };
    });
    expect(lab.placement).toEqual({
      rules: [{ together: [guest, other], strict: true }],
      memoryReserve: 2 * 2 ** 30,
      movesPerLink: 1,
      tags: "none",
    });
  });

  it("of no known kind are refused with the kinds that there are", () => {
    expect(
      problems((lab) => {
        lab.placement = { rules: [{ near: [guest, other] } as never] };
      }),
    ).toEqual([expect.stringContaining('expected a rule such as { together: ["web01", "db01"] }')]);
  });
});

describe("the network graph", () => {
  it("keeps a bonded cluster whole when either switch is lost", () => {
    const lab = inventory();
    for (const sw of ["sw1", "sw2"]) {
      expect(partitions(lab, "cluster", failedSet([{ kind: "switch", switch: sw }]))).toEqual([
        ["pve1", "pve2", "pve3"],
      ]);
    }
  });

  it("does not let a node forward for others", () => {
    // pve1 only reaches sw1, pve2 only sw2, pve3 both; nothing joins the switches.
    const lab = inventory((lab) => {
      lab.network.lags = {};
      const carry = (name: string, nics: string[]) => {
        const node = lab.cluster.nodes[name];
        if (node) node.carries.cluster = nics;
      };
      carry("pve1", ["sfp0"]);
      carry("pve2", ["sfp1"]);
    });
    expect(partitions(lab, "cluster", nothingFailed).map((group) => group.length)).toEqual([2, 1]);
    expect(quorumAfter(lab, nothingFailed)).toMatchObject({ survives: true, votes: 2, needed: 2 });
    expect(quorumAfter(lab, failedSet([{ kind: "node", node: "pve3" }])).survives).toBe(false);
  });

  it("counts a QDevice only for a group that reaches it", () => {
    const lab = inventory((lab) => {
      lab.cluster.qdevice = { votes: 1, host: "witness", switch: "sw1" };
      lab.cluster.expectedVotes = 4;
    });
    expect(quorumAfter(lab, failedSet([{ kind: "node", node: "pve1" }])).votes).toBe(3);
    expect(quorumAfter(lab, failedSet([{ kind: "switch", switch: "sw1" }])).votes).toBe(3);
    expect(quorumAfter(lab, nothingFailed).votes).toBe(4);
  });

  it("takes the way out from whoever loses the firewall that the uplink hangs on", () => {
    const lab = inventory();
    expect(reaches(lab, nothingFailed, "management", "pve1", "uplink fibre")).toBe(true);
    expect(reaches(lab, failedSet([{ kind: "firewall", firewall: "fw1" }]), "management", "pve1", "uplink fibre")).toBe(
      false,
    );
    expect(reaches(lab, failedSet([{ kind: "firewall", firewall: "fw1" }]), "management", "pve1", "uplink cable")).toBe(
      true,
    );
  });

  it("lets a VLAN through only where every link carries it", () => {
    const lab = inventory((lab) => {
      for (const lag of Object.values(lab.network.lags ?? {})) lag.vlans = [10];
    });
    expect(vlanReaches(lab, nothingFailed, 20, ["firewall fw1"])).toEqual(["pve1", "pve2", "pve3"]);
    expect(vlanReaches(lab, failedSet([{ kind: "cable", node: "pve1", nic: "sfp0" }]), 20, ["firewall fw1"])).toEqual([
      "pve2",
      "pve3",
    ]);
  });

  it("is as fast between two nodes as the slower end, and no faster for an active-backup bond", () => {
    expect(speedBetween(inventory(), "migration", "pve1", "pve2")).toEqual({ flow: 10e9, total: 10e9 });
  });

  it("never gains votes by losing a part", () => {
    const lab = inventory();
    const parts = fc.constantFrom(
      { kind: "node", node: "pve1" } as const,
      { kind: "node", node: "pve2" } as const,
      { kind: "switch", switch: "sw1" } as const,
      { kind: "switch", switch: "sw2" } as const,
      { kind: "cable", node: "pve3", nic: "sfp0" } as const,
      { kind: "lag", lag: "interconnect" } as const,
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 4 }), parts, (down, more) => {
        const before = quorumAfter(lab, failedSet(down));
        const after = quorumAfter(lab, failedSet([...down, more]));
        return after.votes <= before.votes;
      }),
    );
  });
});

describe("a declaration", () => {
  it("that refers to what is declared nowhere is refused with the nearest name", () => {
    const said = problems((lab) => {
      const [first] = lab.guests.items;
      if (first) first.node = "pve11";
    });
    expect(said).toEqual(['guests.items.0.node: no node "pve11" is declared; did you mean "pve1"?']);
  });

  it("with several mistakes has them all told at once", () => {
    const said = problems((lab) => {
      lab.service.id = "";
      lab.cluster.expectedVotes = 0;
      Object.assign(lab.recovery, { scenarois: [] });
    });
    expect(said).toHaveLength(3);
    expect(said.join("\n")).toContain('recovery.scenarois: no such property: "scenarois"');
  });

  it("in which guests wait for one another is refused with the cycle", () => {
    const said = problems((lab) => {
      for (const guest of lab.guests.items) if (guest.name === "db1") guest.startsAfter = ["app1"];
    });
    expect(said).toEqual([
      "guests.items.2.startsAfter: a cycle: db1 starts after app1 starts after db1; break it at one of them",
    ]);
  });

  it("in which storages stand on one another is refused with the cycle", () => {
    const said = problems((lab) => {
      const pbs = lab.storage.items.pbs;
      const offsite = lab.storage.items.offsite;
      if (pbs && offsite) {
        pbs.home = { on: "storage", storage: "offsite" };
        offsite.home = { on: "storage", storage: "pbs" };
      }
    });
    expect(said).toEqual([
      "storage.items.pbs.home: a cycle: pbs stands on offsite stands on pbs; break it at one of them",
    ]);
  });

  it("of anything at all is parsed or refused, and never throws", () => {
    fc.assert(fc.property(fc.anything(), (raw) => ["lab", "problems"].includes(parseLab(raw).kind)));
  });

  it("with one part replaced by anything is parsed or refused, and never throws", () => {
    const paths: string[][] = [];
    const walk = (value: unknown, path: string[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value === "object" && value !== null)
        for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
    };
    walk(copy(), []);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.anything(), (path, junk) => {
        const lab: unknown = copy();
        let at: unknown = lab;
        for (const step of path.slice(0, -1)) at = Reflect.get(Object(at), step);
        Reflect.set(Object(at), path.at(-1) ?? "", junk);
        return ["lab", "problems"].includes(parseLab(lab).kind);
      }),
      { numRuns: 150 },
    );
  });
});
