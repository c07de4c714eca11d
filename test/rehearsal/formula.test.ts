import { inventoryOf, type Lab } from "@orrery/model";
import { type Figure, lossesOf, protectionOf, recoveryFrom, type ScenarioRecovery } from "@orrery/protection";
import { filledBy } from "@orrery/twin-lab";
import { clearFault, expectVotes, type World } from "@orrery/twin-world";
import { describe, expect, test } from "vitest";
import { astronomyLab, livedTwin, tidyLab } from "./lived-twin.ts";
import { emptied, offsiteStore } from "./other-site.ts";
import { lastBack, recovering } from "./recovery-run.ts";

const minute = 60_000;
const detection = 10 * minute;
/** How far what is measured may be from what is worked out. */
const tolerance = 0.1;

/** What the formulae say of each loss that a scenario may mean, by the name of the loss. */
const worked = (lab: Lab, kind: string): ReadonlyMap<string, ScenarioRecovery> => {
  const inventory = inventoryOf(lab);
  const protection = protectionOf(inventory, Date.UTC(2026, 10, 22));
  const scenario = lab.recovery.scenarios.find(({ fails }) => fails.kind === kind);
  if (scenario === undefined) throw new Error(`No scenario is about a ${kind}.`);
  const homes = protection.copies.map(({ home }) => home);
  return new Map(
    lossesOf(inventory, scenario.fails, homes).map((loss) => [loss.name, recoveryFrom(protection, scenario, [loss])]),
  );
};

/**
 * Within what the formula allows, a tenth to either side. What is only waited for, by declaration, is in neither: it would
 * hide what differs.
 */
const compared = (measured: number, figure: Figure | undefined, waitedMs: number) => {
  if (figure?.kind !== "known" && figure?.kind !== "at least") throw new Error(`There is no figure: ${figure?.kind}.`);
  const waited = waitedMs / 1000;
  const least = figure.seconds - waited;
  const most = (figure.kind === "known" ? figure.seconds : (figure.atMost ?? figure.seconds)) - waited;
  const took = measured - waited;
  const isWithin = took >= least * (1 - tolerance) && took <= most * (1 + tolerance);
  return { took, least, most, figure: figure.arithmetic, isWithin };
};

const never = (): never => {
  throw new Error("The scenario means nothing.");
};

const powerLoss = (node: string) => ({ subject: { kind: "node", node }, what: { kind: "loses-power" } }) as const;

describe("the tidy lab's twin recovers as the formulae say, within a tenth", () => {
  const lab = tidyLab();
  const world = livedTwin(lab, { days: 9 });
  const guests = worked(lab, "guest");
  const nodes = worked(lab, "node");

  test.each(lab.guests.items.map(({ name, id }) => [String(name), Number(id)] as const))(
    "the guest %s is lost",
    async (name, vmid) => {
      const { rehearsal, failedAt } = await recovering(
        world,
        lab,
        [{ subject: { kind: "guest", vmid }, what: { kind: "loses-disks" } }],
        { actAfterMs: detection, restore: [vmid] },
      );
      expect(compared(lastBack(rehearsal, failedAt), guests.get(`guest ${name}`)?.time, detection)).toMatchObject({
        isWithin: true,
      });
    },
  );

  test.each([...nodes.keys()])("%s is lost", async (name) => {
    const node = name.slice("node ".length);
    const { rehearsal, failedAt } = await recovering(world, lab, [powerLoss(node)], {
      actAfterMs: detection,
      off: [node],
    });
    // HA waits for nobody.
    expect(compared(lastBack(rehearsal, failedAt), nodes.get(name)?.time, 0)).toMatchObject({ isWithin: true });
  });

  test("quorum is lost, and somebody tells the node that is left to expect one vote", async () => {
    const [[name, recovery] = never()] = [...worked(lab, "quorum")];
    const gone = name.replace(/ \(.*$/, "").split(", ");
    const { rehearsal, failedAt } = await recovering(world, lab, gone.map(powerLoss), {
      actAfterMs: detection + 5_000,
      off: gone,
      byHand: (at) => [
        { at: at + detection, what: "pvecm expected 1", does: (forked: World) => expectVotes(forked, 1) },
      ],
    });
    // The node that is left resets itself: its watchdog is not fed without quorum.
    expect(rehearsal.quorum).toMatchObject({ margin: -2, votes: 0 });
    expect(compared(lastBack(rehearsal, failedAt), recovery.time, detection)).toMatchObject({ isWithin: true });
  });

  test("the site is lost, and rented servers are filled from the copies abroad", async () => {
    const [[, recovery] = never()] = [...worked(lab, "site")];
    const all = Object.keys(lab.cluster.nodes);
    const datastore = world.mounts.pbs ?? "";
    const replaced = detection + 24 * 60 * minute;
    const { rehearsal, failedAt } = await recovering(world, lab, all.map(powerLoss), {
      actAfterMs: replaced,
      restore: Object.values(world.guests).map(({ vmid }) => vmid),
      byHand: (at) => [
        {
          // They are up when they are there.
          at: at + replaced - 5 * minute,
          what: "servers like the old are there, with nothing on their disks",
          does: (forked: World) => {
            emptied(forked, [datastore, ...all.map((node) => `${node}/local-zfs`)]);
            offsiteStore(forked, lab, {
              storage: "offsite",
              copiesOf: world.backings[datastore],
              uploadedBy: at - 90 * minute,
            });
            for (const id of Object.keys(forked.faults)) clearFault(forked, id);
          },
        },
      ],
    });
    expect(compared(lastBack(rehearsal, failedAt), recovery.time, replaced)).toMatchObject({ isWithin: true });
  });
});

describe("the astronomy lab's twin does too, with the numbers that it assumes", () => {
  const declared = astronomyLab();
  const world = livedTwin(declared, { days: 9 });
  const filled = filledBy(world, declared);
  const lab: Lab = { ...filled, service: { ...filled.service, detection: detection / 1000 } };
  const nodes = worked(lab, "node");
  // With node05 go the backups that the twin has: it knows no archive in a cloud.
  test.each([...nodes.keys()].filter((name) => name !== "node node05"))("%s is lost", async (name) => {
    const node = name.slice("node ".length);
    const { rehearsal, failedAt } = await recovering(world, lab, [powerLoss(node)], {
      actAfterMs: detection,
      off: [node],
    });
    expect(compared(lastBack(rehearsal, failedAt), nodes.get(name)?.time, detection)).toMatchObject({ isWithin: true });
  });
});
