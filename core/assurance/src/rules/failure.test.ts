import { type LabInput, unknown } from "@orrery/model";
import { describe, expect, test } from "vitest";
import { aLab } from "../testing/a-lab.ts";
import { saidBy } from "../testing/verdicts.ts";

const routes = (fw2: number[] | ReturnType<typeof unknown>) =>
  aLab({
    network: (own: LabInput["network"]) => ({
      ...own,
      firewalls: Object.fromEntries(
        Object.entries(own.firewalls ?? {}).map(([name, one]) => [
          name,
          name === "fw2" ? { ...one, routes: fw2 } : one,
        ]),
      ),
    }),
  });

describe("failure/single-point", () => {
  test("a pair of firewalls that route the same is none", () => {
    expect(saidBy("failure/single-point", routes([10, 20]))).toEqual([]);
  });

  test("the firewall that alone routes a VLAN is one", () => {
    expect(saidBy("failure/single-point", routes([10])).map(({ subject }) => subject)).toContain("firewall fw1");
  });

  test("a second firewall of which nobody says what it routes is no proof that there is none", () => {
    expect(saidBy("failure/single-point", routes(unknown("never written down")))).toMatchObject([
      { subject: "network", verdict: "unproven", claim: { path: ["network", "firewalls", "fw2", "routes"] } },
    ]);
  });
});
