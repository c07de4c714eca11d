import { addGuest, dict } from "@orrery/twin-world";
import { HistoryKeeping, MemoryHistory } from "@orrery/watch";
import { expect, test } from "vitest";
import { crowdedWorld } from "../monitor/watched-world.ts";
import { watchedCluster } from "./watched-cluster.ts";

const minutes = 60_000;

test("guests that come and go leave nothing behind, however many", async () => {
  const { pass, last, world, watch } = await watchedCluster(crowdedWorld(6, 3));
  const memory = new MemoryHistory({ looks: 60 });
  const keeping = new HistoryKeeping(memory);
  watch.listen((look) => keeping.take(look));
  await pass(5 * minutes);
  const { samples, seen } = last();
  const sizes = { samples: samples.length, guests: Object.keys(seen.guests).length, sections: seen.sections.length };
  for (let turn = 0; turn < 30; turn += 1) {
    const vmid = 900 + turn;
    const config = dict<string | number>([
      ["name", `passing${turn}`],
      ["memory", "256"],
      ["agent", "1"],
    ]);
    addGuest(world, { vmid, kind: "qemu", node: "pve1", config, installed: true });
    await pass(minutes);
    expect(Object.keys(last().seen.guests)).toContain(String(vmid));
    delete world.guests[vmid];
    await pass(minutes);
  }
  await pass(15 * minutes);
  const after = last();
  expect({
    samples: after.samples.length,
    guests: Object.keys(after.seen.guests).length,
    sections: after.seen.sections.length,
  }).toEqual(sizes);
  expect(Object.keys(after.seen.agents)).toEqual([]);
  expect(JSON.stringify(after.state)).not.toContain("passing");
  const { series } = await memory.query({
    cluster: "lab",
    metric: "pve_up",
    labels: {},
    from: 0,
    to: after.at,
    step: after.at,
  });
  expect(series.filter(({ labels }) => labels.id?.startsWith("qemu/9") === true)).toEqual([]);
  expect(keeping.state).toMatchObject({ waiting: 0, dropped: 0 });
});
