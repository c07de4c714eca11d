import { inventoryOf, type Lab } from "@orrery/model";
import { lookAt, type RecoverGuests, recoverGuests } from "@orrery/procedures";
import type { AskedFault, World } from "@orrery/twin-world";
import { type Rehearsal, type Rehearsing, rehearse } from "@orrery/workflow";

const vmidsOf = (world: World): ReadonlyMap<string, number> =>
  new Map(Object.values(world.guests).map(({ vmid, config }) => [`${config.name ?? config.hostname}`, vmid]));

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
): Promise<{ rehearsal: Rehearsal; failedAt: number }> => {
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

/** Seconds from a failure until the last guest that came back was back. */
export const lastBack = ({ timeline }: Rehearsal, failedAt: number): number =>
  Math.max(
    0,
    ...timeline.flatMap((one) =>
      one.kind === "outage" && one.at >= failedAt && one.ms !== undefined ? [(one.at + one.ms - failedAt) / 1000] : [],
    ),
  );

/** Seconds of age of the oldest data that a guest came back with. */
export const oldestData = ({ timeline }: Rehearsal): number =>
  Math.max(0, ...timeline.flatMap((one) => (one.kind === "outage" ? [(one.lostMs ?? 0) / 1000] : [])));
