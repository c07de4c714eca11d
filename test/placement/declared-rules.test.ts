import { essentials, type Scope } from "@orrery/collect";
import tidy from "@orrery/example-tidy-lab";
import { type Lab, type LabInput, parseLab, refText } from "@orrery/model";
import { type Derived, problemOf } from "@orrery/placement";
import { worldOf } from "@orrery/twin-lab";
import { expect, test } from "vitest";
import { observeTwin, overTwin } from "../observe/observed-twin.ts";

const scope: Scope = { ...essentials, cluster: [...essentials.cluster, "mappings"], nodes: ["network"] };
const gib = 2 ** 30;

const labWith = (change: (lab: LabInput) => void): Lab => {
  const given: LabInput = JSON.parse(JSON.stringify(tidy));
  change(given);
  const parsed = parseLab(given);
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  return parsed.lab;
};

const derivedFor = async (lab: Lab, draining?: readonly string[]): Promise<Derived & { kind: "derived" }> => {
  const twin = overTwin(worldOf(lab, { seed: 1, now: Date.UTC(2026, 10, 22, 12) }));
  const { state } = await observeTwin(twin, { scope });
  const found = problemOf(state, { lab, ...(draining === undefined ? {} : { draining }) });
  if (found.kind !== "derived") throw new Error(found.why);
  return found;
};

const running = (lab: LabInput): NonNullable<LabInput["guests"]["items"]> =>
  lab.guests.items.filter(({ state }) => state !== "stopped");

test("what a lab declares becomes rules, reserves and links of the problem", async () => {
  const [a, b, c, d] = running(JSON.parse(JSON.stringify(tidy))).map(({ name }) => name);
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    throw new Error("the tidy lab is too small");
  const plain = await derivedFor(labWith(() => undefined));
  const { problem, ties } = await derivedFor(
    labWith((lab) => {
      lab.placement = {
        rules: [
          { together: [a, b] },
          { apart: [a, c], strict: false },
          { pin: [b, c], to: ["pve1", "pve2"] },
          { ignore: [d] },
        ],
        memoryReserve: "2 GiB",
        movesPerLink: 3,
      };
      lab.cluster.cpuOvercommit = 2;
      lab.cluster.survivesNodeLoss = true;
    }),
  );
  const itemOf = (name: string) => problem.items.find((item) => item.name.startsWith(`${name} (`));
  expect(itemOf(a)).toMatchObject({
    togetherWith: [itemOf(b)?.name],
    ratherApartFrom: [itemOf(c)?.name],
  });
  for (const name of [b, c])
    expect(ties).toContainEqual({
      guest: itemOf(name)?.name,
      kind: "needs",
      nodes: ["pve1", "pve2"],
      why: "is declared to run on pve1, pve2",
    });
  expect(itemOf(d)).toMatchObject({ settled: true });
  expect(problem).toMatchObject({ movesPerLink: 3, absorbs: "rule" });
  for (const [i, host] of problem.hosts.entries()) {
    expect(host.memoryBytes).toBe((plain.problem.hosts[i]?.memoryBytes ?? 0) - 2 * gib);
    expect(host.vcpuLimit).toBe((host.cores ?? 0) * 2);
    expect(host.linkBitsPerSecond).toBeGreaterThan(0);
  }
});

test("a guest that is declared to stop when its node drains stops, and one that is pinned stays", async () => {
  const lab = labWith((given) => {
    const [first, second] = running(given);
    if (first === undefined || second === undefined) throw new Error("the tidy lab is too small");
    first.onDrain = "stop";
    second.placement = "pinned";
  });
  const [first, second] = lab.guests.items.filter(({ state }) => state !== "stopped");
  const { problem, ties } = await derivedFor(lab, ["pve1"]);
  const itemOf = (name: string | undefined) => problem.items.find((item) => item.name.startsWith(`${name} (`));
  expect(itemOf(first?.name)?.onDrain).toBe("stop");
  expect(itemOf(second?.name)?.allowed).toEqual([second?.node]);
  expect(ties).toContainEqual({
    guest: itemOf(second?.name)?.name,
    kind: "needs",
    nodes: [second?.node],
    why: `is declared to be pinned to ${refText(second?.node ?? "")}`,
  });
});
