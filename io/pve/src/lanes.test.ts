import * as fc from "fast-check";
import { expect, test } from "vitest";
import { lanes } from "./lanes.ts";

const never = new AbortController().signal;

test("no more than the width are inside for a key at a time, in the order of arrival, and all get through", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.constantFrom("pve1", "pve2", "pve3"), { maxLength: 20 }),
      async (scheduler, width, keys) => {
        const way = lanes(width);
        const inside = new Map<string, number>();
        const entered: number[] = [];
        let most = 0;
        const visits = keys.map(async (key, index) => {
          const leave = await way.enter(key, never);
          entered.push(index);
          inside.set(key, (inside.get(key) ?? 0) + 1);
          most = Math.max(most, inside.get(key) ?? 0);
          await scheduler.schedule(Promise.resolve());
          inside.set(key, (inside.get(key) ?? 0) - 1);
          leave();
        });
        await scheduler.waitFor(Promise.all(visits));
        expect(most).toBeLessThanOrEqual(width);
        for (const key of new Set(keys)) {
          const order = entered.filter((index) => keys[index] === key);
          expect(order).toEqual(order.toSorted((one, other) => one - other));
        }
        expect(entered.length).toBe(keys.length);
      },
    ),
  );
});

test("who gives up waiting takes no place", async () => {
  const way = lanes(1);
  const leave = await way.enter("pve1", never);
  const controller = new AbortController();
  const impatient = way.enter("pve1", controller.signal);
  const patient = way.enter("pve1", never);
  controller.abort(new Error("enough"));
  await expect(impatient).rejects.toThrow("enough");
  leave();
  (await patient)();
  (await way.enter("pve1", never))();
});
