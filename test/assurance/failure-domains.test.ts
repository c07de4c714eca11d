import { type FailureDomain, failureDomains } from "@orrery/assurance";
import paper from "@orrery/example-astronomy-lab";
import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { describe, expect, it } from "vitest";

const domainsOf = (raw: unknown): readonly FailureDomain[] => {
  const parsed = parseLab(raw);
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  return failureDomains(parsed.lab, { at: Date.UTC(2026, 10, 23) });
};
const of = (domains: readonly FailureDomain[], name: string): FailureDomain => {
  const found = domains.find(({ component }) => component === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

describe("the failure domains of the astronomy lab", () => {
  const domains = domainsOf(paper);

  it("take the backup server with node05, and leave its guests to the archive", () => {
    const { copies, guests, objectives } = of(domains, "node node05");
    expect(guests.lost).toEqual(["proj-k8sw05", "proj-kasm01"]);
    expect(copies.gone).toContain("daily on pbs-backup01");
    expect(copies.left).toEqual(["weekly on aws-glacier", "monthly on aws-glacier"]);
    expect(objectives).toContainEqual({
      title: "Host Node Failure: RPO",
      verdict: "missed",
      figure: "more than 168 h",
    });
  });

  it("take the quorum with one switch, and every provider of names with it", () => {
    const { quorum, services } = of(domains, "switch labswitch01");
    expect(quorum).toEqual({ survives: false, votes: 1, needed: 3 });
    expect(services).toEqual(["identity", "dns"]);
  });

  it("have a row for each kind of part", () => {
    const kinds = new Set(domains.map(({ component }) => component.slice(0, component.indexOf(" "))));
    expect([...kinds]).toEqual(["node", "switch", "cable", "disks", "firewall", "uplink", "guest"]);
  });

  it("stop the offsite copies with the uplink, and take nothing else with it", () => {
    const { copies, guests } = of(domains, "uplink wan");
    expect(copies.gone).toEqual(["weekly on aws-glacier", "monthly on aws-glacier"]);
    expect([guests.lost, guests.down, guests.cutOff]).toEqual([[], [], []]);
  });
});

describe("the failure domains of a tidied lab", () => {
  it("never cost quorum, never leave a guest without a copy, and miss no objective", () => {
    const domains = domainsOf(tidy);
    expect(domains.filter(({ quorum }) => !quorum.survives)).toEqual([]);
    expect(domains.flatMap(({ copies }) => copies.none)).toEqual([]);
    expect(domains.flatMap(({ objectives }) => objectives.filter(({ verdict }) => verdict !== "met"))).toEqual([]);
  });
});
