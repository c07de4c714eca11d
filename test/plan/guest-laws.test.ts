import { PveError } from "@orrery/contract";
import { type Plan, refName } from "@orrery/plan";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type OverTwin, overTwin } from "../observe/observed-twin.ts";
import { carryOut, planOn, send } from "./carry-out.ts";
import { emptyWorld, labOf } from "./lab-of-guests.ts";
import { type Edit, someEdits, someGuests } from "./some-guests.ts";

const make = async (twin: OverTwin, { vmid, method, below, parameters }: Edit): Promise<boolean> => {
  const guest = twin.world.guests[vmid];
  if (guest === undefined) return false;
  try {
    const path = `/nodes/{node}/${guest.kind}/{vmid}${below}`;
    await send(twin, { method, path, parameters: { node: guest.node, vmid, ...parameters } });
    return true;
  } catch (error) {
    if (error instanceof PveError || error instanceof Error) return false;
    throw error;
  }
};

/** Systems that hear what they are asked: blank disks have none. */
const install = ({ world }: OverTwin): void => {
  for (const guest of Object.values(world.guests)) guest.obeysShutdown = true;
};

/** What differs and of which the plan does not say that it has to stay. */
const open = ({ drift, stuck }: Plan): string[] => {
  const told = new Set(stuck.map(({ object }) => refName(object)));
  return drift.filter(({ object }) => !told.has(refName(object))).map((one) => JSON.stringify(one));
};

test.each(["9.2", "8.4"] as const)(
  "guests of %s that were changed by hand become the declared ones again",
  async (release) => {
    let [made, asked, drifts] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(someGuests, someEdits, fc.integer({ min: 1, max: 1000 }), async (guests, edits, seed) => {
        const lab = labOf(guests);
        const twin = overTwin(emptyWorld(lab, { release, seed }));
        await carryOut(twin, await planOn(twin, lab));
        install(twin);
        const built = await planOn(twin, lab);
        expect(open(built)).toEqual([]);
        expect(built.actions).toEqual([]);
        asked += edits.length;
        for (const edit of edits) made += Number(await make(twin, edit));
        await twin.clock.advance(twin.world.now + 15_000);
        const plan = await planOn(twin, lab);
        drifts += plan.drift.length;
        await carryOut(twin, plan);
        let again = await planOn(twin, lab);
        // Under a protection flag some things stay until the plan that takes it away has been carried out.
        const hadFlag = plan.drift.some(({ properties }) =>
          properties.some(({ property }) => property === "protection"),
        );
        if (hadFlag && plan.stuck.length > 0) {
          await carryOut(twin, again);
          again = await planOn(twin, lab);
        }
        expect(open(again)).toEqual([]);
        // A second time there is nothing to do, not even about what has to stay.
        expect(
          again.actions.filter(({ object }) => !again.stuck.some((one) => refName(one.object) === refName(object))),
        ).toEqual([]);
      }),
      { numRuns: release === "9.2" ? 15 : 6 },
    );
    expect(made / asked).toBeGreaterThan(0.4);
    expect(drifts).toBeGreaterThan(3);
  },
  60_000,
);
