import { HistoryKeeping, type HistoryLook, MemoryHistory } from "@orrery/watch";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crowdedWorld } from "../monitor/watched-world.ts";
import { watchedCluster } from "./watched-cluster.ts";

/** A place to keep things in that can be taken away. */
const brittle = () => {
  const kept: HistoryLook[] = [];
  const place = { isGone: false, kept, append: async (look: HistoryLook): Promise<void> => void kept.push(look) };
  const append = place.append;
  place.append = (look) => (place.isGone ? Promise.reject(new Error("the database is gone")) : append(look));
  return place;
};

test("what cannot be kept waits, is said, and is kept in order when that is possible again", async () => {
  const { watch, pass, looks } = await watchedCluster(crowdedWorld(2));
  const place = brittle();
  const keeping = new HistoryKeeping(place);
  watch.listen((look) => keeping.take(look));
  await pass(60_000);
  expect(place.kept.length).toBeGreaterThan(4);
  place.isGone = true;
  await pass(120_000);
  expect(keeping.state).toMatchObject({ trouble: { why: "the database is gone" } });
  expect(keeping.state.waiting).toBeGreaterThan(10);
  place.isGone = false;
  await pass(11_000);
  expect(keeping.state).toMatchObject({ waiting: 0, dropped: 0 });
  expect(keeping.state).not.toHaveProperty("trouble");
  expect(place.kept.map(({ at }) => at)).toEqual(looks.map(({ at }) => at));
});

test("no more than there is room for waits, and what was given up is counted", async () => {
  const { watch, pass, looks } = await watchedCluster(crowdedWorld(1));
  const place = brittle();
  place.isGone = true;
  const keeping = new HistoryKeeping(place, () => true, 5);
  watch.listen((look) => keeping.take(look));
  await pass(120_000);
  expect(keeping.state).toMatchObject({ kept: 0, waiting: 5, dropped: looks.length - 5 });
});

test("while another server leads nothing is kept, and nothing is lost", async () => {
  const { watch, pass } = await watchedCluster(crowdedWorld(1));
  const place = brittle();
  let leads = false;
  const keeping = new HistoryKeeping(place, () => leads);
  watch.listen((look) => keeping.take(look));
  await pass(30_000);
  expect(place.kept).toEqual([]);
  leads = true;
  await pass(10_000);
  expect(place.kept.length).toBeGreaterThan(3);
});

test("memory holds the newest looks, as many as its room, whatever comes and goes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(fc.nat(9), { maxLength: 10 }), { minLength: 1, maxLength: 40 }),
      async (looks) => {
        const memory = new MemoryHistory({ looks: 16, values: 40 });
        for (const [at, ids] of looks.entries()) {
          const samples = ids.map((id) => ({ metric: "m", labels: { id: `${id}` }, value: at * 100 + id }));
          await memory.append({ cluster: "lab", at, samples });
        }
        const { series } = await memory.query({
          cluster: "lab",
          metric: "m",
          labels: {},
          from: 0,
          to: looks.length,
          step: 1,
        });
        let held = 0;
        for (const { labels, avg } of series)
          for (const [at, value] of avg.entries()) {
            if (value === null) continue;
            held += 1;
            expect(value).toBe(at * 100 + Number(labels.id));
          }
        expect(held).toBeLessThanOrEqual(80);
        const newest = looks.at(-1) ?? [];
        const there = series.filter(({ avg }) => avg.at(-1) !== null).map(({ labels }) => Number(labels.id));
        expect(new Set(there)).toEqual(new Set(newest));
      },
    ),
    { numRuns: 100 },
  );
});
