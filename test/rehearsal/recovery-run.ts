import { inventoryOf, type Lab } from "@orrery/model";
import { lookAt, type RecoveredGuest, type RecoverGuests, recoverGuests } from "@orrery/procedures";
import type { AskedFault, World } from "@orrery/twin-world";
import { type Rehearsal, type Rehearsing, rehearse } from "@orrery/workflow";
import { expect } from "vitest";

const vmidsOf = (world: World): ReadonlyMap<string, number> =>
  new Map(Object.values(world.guests).map(({ vmid, config }) => [`${config.name ?? config.hostname}`, vmid]));

type Recovered = Rehearsal<readonly RecoveredGuest[]>;

/** Fails something a minute from now, and has it recovered as soon as somebody acts. */
export const recovering = async (
  world: World,
  lab: Lab,
  faults: readonly Pick<AskedFault, "subject" | "what">[],
  {
    actAfterMs,
    byHand,
    ...asked
  }: Partial<RecoverGuests> & { actAfterMs: number; byHand?: (at: number) => Rehearsing<unknown>["byHand"] },
): Promise<{ rehearsal: Recovered; failedAt: number }> => {
  const failedAt = world.now + 60_000;
  const vmids = vmidsOf(world);
  const names = new Map([...vmids].map(([name, vmid]) => [vmid, name]));
  const { guests } = inventoryOf(lab);
  const of = (vmid: number) => [...guests.values()].flat().find(({ name }) => name === names.get(vmid));
  const hands = byHand?.(failedAt);
  const rehearsal = await rehearse({
    world,
    lab,
    faults: faults.map((fault) => ({ ...fault, at: failedAt })),
    ...(hands === undefined ? {} : { byHand: hands }),
    script: async (pve, clock, tell) => {
      const before = await lookAt(pve, clock);
      await clock.sleep(failedAt - clock.now() + actAfterMs);
      return recoverGuests(pve, clock, tell, {
        lab,
        before,
        tier: (vmid) => {
          const tier = of(vmid)?.recoveryTier;
          return typeof tier === "number" ? tier : undefined;
        },
        startsAfter: (vmid) => (of(vmid)?.startsAfter ?? []).flatMap((name) => vmids.get(name) ?? []),
        ...asked,
      });
    },
  });
  return { rehearsal, failedAt };
};

/** Seconds from a failure until the last guest was back. Those that no node has the memory for are not waited for. */
export const lastBack = ({ timeline, outcome }: Recovered, failedAt: number): number => {
  const results = outcome.kind === "done" ? outcome.result : [];
  const homeless = results.filter((one) => one.how === "left" && /finds no room: it needs/.test(one.why));
  const left = results.filter((one) => one.how === "left" && !homeless.includes(one));
  expect(left).toEqual([]);
  const ends = timeline.flatMap((one) =>
    one.kind === "outage" && one.at >= failedAt && !homeless.some(({ vmid }) => vmid === one.vmid)
      ? [one.ms === undefined ? Number.POSITIVE_INFINITY : (one.at + one.ms - failedAt) / 1000]
      : [],
  );
  expect(ends.length).toBeGreaterThan(0);
  return Math.max(...ends);
};

/** Seconds of age of the oldest data that a guest came back with. */
export const oldestData = ({ timeline }: Rehearsal): number =>
  Math.max(0, ...timeline.flatMap((one) => (one.kind === "outage" ? [(one.lostMs ?? 0) / 1000] : [])));
