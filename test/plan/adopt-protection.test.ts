import tidy from "@orrery/example-tidy-lab";
import { adopt, markOf, type ObjectKind } from "@orrery/plan";
import { worldOf } from "@orrery/twin-lab";
import { expect, test } from "vitest";
import { observeTwin, overTwin } from "../observe/observed-twin.ts";
import { labOf, planOf } from "./planned-lab.ts";

const kinds: readonly ObjectKind[] = [
  "firewall alias",
  "ip set",
  "security group",
  "firewall rules",
  "firewall options",
  "ha group",
  "ha resource",
  "ha rule",
  "replication job",
  "backup job",
];

test("the whole of a cluster is adopted with its firewall and protection, and nothing of them differs", async () => {
  const input = {
    ...tidy,
    ha: { rules: { apart: { kind: "resource affinity", guests: ["dns1", "dns2"], affinity: "negative" } } },
    firewall: {
      cluster: {
        enabled: true,
        ipSets: { management: { entries: ["10.0.10.0/24"] } },
        rules: [{ in: "ACCEPT", macro: "SSH", source: "+management" }],
      },
    },
  };
  for (const release of ["8.4", "9.2"] as const) {
    const twin = overTwin(worldOf(labOf(input), { release }));
    const { state } = await observeTwin(twin);
    const lab = labOf(adopt(state, markOf(labOf(input))));
    expect(planOf(lab, state, kinds)).toMatchObject({
      actions: [],
      drift: [],
      undecided: [],
      stuck: [],
      unmanaged: [],
    });
    expect(lab.guests.items.map(({ name, replication }) => `${name} ${replication.length}`)).toContain("dns1 1");
    expect(Object.keys(lab.ha?.rules ?? {})).toContain(release === "9.2" ? "apart" : "copies-of-vm-101");
  }
});
