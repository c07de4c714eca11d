import { lookAt, type RecoveredGuest, recoverGuests } from "@orrery/procedures";
import { quorateGroup } from "@orrery/twin-world";
import { type MonteCarlo, monteCarlo, type Rehearsal, rehearse } from "@orrery/workflow";
import { expect, test } from "vitest";
import { astronomyLab, livedTwin, tidyLab } from "./lived-twin.ts";
import { recovering } from "./recovery-run.ts";

const powerLoss = (node: string) => ({ subject: { kind: "node", node }, what: { kind: "loses-power" } }) as const;
const tenMinutes = 600_000;

const resultOf = ({ outcome }: Rehearsal<readonly RecoveredGuest[]>): readonly RecoveredGuest[] =>
  outcome.kind === "done" ? outcome.result : [];

test("guests of a node that nobody has seen to be off are left: they might run on", async () => {
  const lab = astronomyLab();
  const { rehearsal } = await recovering(
    livedTwin(lab),
    lab,
    [{ subject: { kind: "node", node: "node01" }, what: { kind: "is-partitioned" } }],
    { actAfterMs: tenMinutes },
  );
  const results = resultOf(rehearsal);
  expect(results.length).toBe(5);
  for (const result of results) expect(result).toMatchObject({ how: "left", why: expect.stringMatching(/seen|said/) });
  expect(rehearsal.timeline.filter((one) => one.kind === "task" && one.type === "qmrestore")).toEqual([]);
});

test("guests come back by their tiers, and after those that they wait for", async () => {
  const lab = tidyLab();
  const world = livedTwin(lab);
  const { rehearsal } = await recovering(
    world,
    lab,
    [103, 104, 105].map((vmid) => ({
      subject: { kind: "guest", vmid } as const,
      what: { kind: "loses-disks" } as const,
    })),
    { actAfterMs: tenMinutes, restore: [103, 104, 105] },
  );
  const starts = new Map(
    rehearsal.timeline.flatMap((one) =>
      one.kind === "action" && one.id.startsWith("start ") ? [[one.id, [one.at, one.at + (one.ms ?? 0)]]] : [],
    ),
  );
  const [, dbUp = 0] = starts.get("start 103") ?? [];
  const [appBegins = 0] = starts.get("start 104") ?? [];
  expect(dbUp).toBeGreaterThan(0);
  expect(appBegins).toBeGreaterThanOrEqual(dbUp);
  expect(rehearsal.objectives.map(({ measure, verdict }) => `${measure} ${verdict}`)).toEqual(["RTO met", "RPO met"]);
});

test("a backup that failed its verification is not restored from", async () => {
  const lab = tidyLab();
  const world = livedTwin(lab, { days: 4 });
  const copies = Object.values(world.backings)
    .flatMap(({ volumes }) => Object.values(volumes))
    .filter(({ archive, vmid }) => archive !== undefined && vmid === 103)
    .toSorted((a, b) => b.ctime - a.ctime);
  const [newest, older] = copies;
  if (newest?.archive === undefined || older === undefined) throw new Error("There are no two backups.");
  newest.archive.verification = { kind: "failed", at: world.now, upid: "" };
  const { rehearsal } = await recovering(
    world,
    lab,
    [{ subject: { kind: "guest", vmid: 103 }, what: { kind: "loses-disks" } }],
    { actAfterMs: tenMinutes, restore: [103] },
  );
  expect(resultOf(rehearsal)).toMatchObject([{ vmid: 103, how: "restored", from: older.volid }]);
});

test("nothing is restored while quorum is lost", async () => {
  const lab = tidyLab();
  const world = livedTwin(lab);
  const rehearsal = await rehearse({
    world,
    lab,
    faults: ["pve1", "pve2"].map(powerLoss),
    script: async (pve, clock, tell) => {
      const before = await lookAt(pve, clock);
      await clock.sleep(tenMinutes);
      return recoverGuests(pve, clock, tell, { before, off: ["pve1", "pve2"] });
    },
  });
  expect(quorateGroup(world).length).toBe(3);
  expect(rehearsal.outcome).toMatchObject({ kind: "failed", why: expect.stringMatching(/no quorum|unreachable/) });
  expect(rehearsal.timeline.filter((one) => one.kind === "task" && one.type === "qmrestore")).toEqual([]);
});

const chances = (runs: number, seed: number): Promise<MonteCarlo> => {
  const lab = tidyLab();
  return monteCarlo({
    world: livedTwin(lab),
    runs,
    seed,
    rehearsing: ({ world, factor }) => {
      const at = world.now + 1000;
      return {
        lab,
        faults: [{ ...powerLoss("pve2"), at }],
        script: async (pve, clock, tell) => {
          const before = await lookAt(pve, clock);
          await clock.sleep(1000 + Math.round(tenMinutes * factor()));
          return recoverGuests(pve, clock, tell, { before, off: ["pve2"] });
        },
      };
    },
  });
};

test("many runs give a distribution, and the same one for the same seed", async () => {
  const [one, again, other] = [await chances(12, 1), await chances(12, 1), await chances(12, 2)];
  expect(JSON.stringify(one)).toBe(JSON.stringify(again));
  expect(JSON.stringify(one)).not.toBe(JSON.stringify(other));
  expect(one).toMatchObject({ runs: 12, stopped: 0 });
  for (const { runs, measured, p50 = 0, p95 = 0, max = 0 } of one.objectives) {
    expect({ runs, measured }).toEqual({ runs: 12, measured: 12 });
    expect(p50).toBeGreaterThan(0);
    expect(p95).toBeGreaterThanOrEqual(p50);
    expect(max).toBeGreaterThanOrEqual(p95);
  }
});
