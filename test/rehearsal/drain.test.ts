import { drainNodes } from "@orrery/procedures";
import { saveWorld } from "@orrery/twin-world";
import { type Happening, rehearse, type Script } from "@orrery/workflow";
import { expect, test } from "vitest";
import { astronomyLab, livedTwin, tidyLab } from "./lived-twin.ts";

const draining =
  (nodes: readonly string[], more: { reboot?: boolean } = {}): Script<unknown> =>
  (pve, clock, tell) =>
    drainNodes(pve, clock, tell, { nodes, ...more });

const actions = (timeline: readonly Happening[]): string[] =>
  timeline.flatMap((one) => (one.kind === "action" ? [`${one.what}: ${one.outcome}`] : []));

test("a drained node's guests leave and come back, and the world that was asked stays as it is", async () => {
  const world = livedTwin(tidyLab());
  const before = saveWorld(world);
  const rehearsal = await rehearse({ world, script: draining(["pve1"]) });
  expect(rehearsal.outcome).toEqual({
    kind: "done",
    result: [
      {
        node: "pve1",
        moved: [
          { vmid: 101, to: expect.stringMatching(/^pve[23]$/) },
          { vmid: 105, to: expect.stringMatching(/^pve[23]$/) },
        ],
        stopped: [],
        broughtBack: [101, 105],
      },
    ],
  });
  expect(rehearsal.timeline.filter(({ kind }) => kind === "outage")).toEqual([]);
  expect(saveWorld(world)).toBe(before);
});

test("a rolling drain with reboots costs one vote at a time and no guest", async () => {
  const rehearsal = await rehearse({
    world: livedTwin(tidyLab()),
    script: draining(["pve1", "pve2", "pve3"], { reboot: true }),
  });
  expect(rehearsal.outcome.kind).toBe("done");
  expect(rehearsal.quorum).toMatchObject({ margin: 0, votes: 2, needed: 2 });
  expect(rehearsal.timeline.filter(({ kind }) => kind === "outage")).toEqual([]);
  expect(actions(rehearsal.timeline)).toContain("reboot pve2: done");
});

test("the same world and script give the same rehearsal, to the byte", async () => {
  const world = livedTwin(astronomyLab());
  const [one, other] = [
    await rehearse({ world, script: draining(["node01"]) }),
    await rehearse({ world, script: draining(["node01"]) }),
  ];
  expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  expect(one.outcome.kind).toBe("done");
});

test("a move is held up by the slowest thing on its way, and the rehearsal says which", async () => {
  const { timeline, flows } = await rehearse({ world: livedTwin(astronomyLab()), script: draining(["node01"]) });
  const longest = timeline.filter((one) => one.kind === "task").reduce((a, b) => ((b.ms ?? 0) > (a.ms ?? 0) ? b : a));
  expect(longest).toMatchObject({
    type: "qmigrate",
    bottleneck: { by: { kind: "link", link: "node01/lan2g5" }, share: expect.any(Number) },
  });
  expect(flows[0]).toMatchObject({ of: { kind: "link", link: "node01/lan2g5" }, peak: { share: 1 } });
});

test("a node whose guest cannot leave is not drained, and nothing has moved", async () => {
  const rehearsal = await rehearse({ world: livedTwin(astronomyLab()), script: draining(["node04"]) });
  expect(rehearsal.outcome).toMatchObject({ kind: "failed", why: expect.stringMatching(/^Cannot drain node04: /) });
  expect(rehearsal.timeline.filter(({ kind }) => kind === "task")).toEqual([]);
});

test("nothing is moved while quorum is lost", async () => {
  const lab = tidyLab();
  const world = livedTwin(lab);
  const faults = ["pve2", "pve3"].map((node) => ({
    subject: { kind: "node" as const, node },
    what: { kind: "hangs" as const },
  }));
  const rehearsal = await rehearse({
    world,
    lab,
    faults,
    script: async (pve, clock, tell) => {
      await clock.sleep(30_000);
      return drainNodes(pve, clock, tell, { nodes: ["pve1"] });
    },
  });
  expect(rehearsal.outcome).toMatchObject({ kind: "failed", why: expect.stringMatching(/no quorum/) });
  expect(rehearsal.quorum).toMatchObject({ margin: -1, votes: 1 });
  expect(rehearsal.timeline.filter((one) => one.kind === "task" && one.type.endsWith("migrate"))).toEqual([]);
});
