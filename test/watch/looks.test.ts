import { Measure } from "@orrery/collect";
import { expect, test } from "vitest";
import { crowdedWorld } from "../monitor/watched-world.ts";
import { watchedCluster } from "./watched-cluster.ts";

/** What a page says, read line by line. */
const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

const escaped = (value: string): string => value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");

test("a look comes every ten seconds, and is whole from the first", async () => {
  const { pass, looks } = await watchedCluster(crowdedWorld(10));
  await pass(60_000);
  expect(looks.length).toBeGreaterThanOrEqual(6);
  expect(looks.filter(({ ok, trouble }) => !ok || trouble !== undefined)).toEqual([]);
  const gaps = looks.slice(1).map(({ at }, index) => at - (looks[index]?.at ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(10_500);
});

test("samples say what the page says, line by line", async () => {
  const world = crowdedWorld(6);
  const odd = world.guests[100];
  if (odd === undefined) expect.fail();
  odd.config.name = 'a"b\\c';
  const { pass, last } = await watchedCluster(world);
  await pass(60_000);
  const { seen, samples } = last();
  const page = new Measure().page(seen, { cluster: true, node: true }).text("prometheus");
  const written = samples
    .filter(({ metric }) => metric !== "up" && !metric.startsWith("pve_scrape_api"))
    .map(({ metric, labels, value }) => {
      const pairs = Object.entries(labels).map(([name, one]) => `${name}="${escaped(one)}"`);
      return `${metric}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
    });
  expect(written.toSorted()).toEqual(linesOf(page).toSorted());
  expect(written.length).toBeGreaterThan(500);
});

test("a look that brought nothing says so as a failed scrape does, and the next one that does is whole", async () => {
  const { pass, last, befall } = await watchedCluster(crowdedWorld(4));
  await pass(30_000);
  expect(last().samples).toContainEqual({ metric: "up", labels: { job: "orrery" }, value: 1 });
  const end = befall({ kind: "path", path: "/" }, { kind: "api-fails", status: 500, reason: "out" });
  await pass(15_000);
  expect(last()).toMatchObject({ ok: false, trouble: expect.stringContaining("out") });
  expect(last().samples.length).toBeGreaterThan(100);
  await pass(40_000);
  expect(last().samples).toEqual([{ metric: "up", labels: { job: "orrery" }, value: 0 }]);
  end();
  await pass(120_000);
  expect(last()).toMatchObject({ ok: true });
  expect(last().samples.length).toBeGreaterThan(100);
});

test("a listener that throws or rejects is complained of, and others hear all the same", async () => {
  const { watch, pass, complaints, looks } = await watchedCluster(crowdedWorld(1));
  watch.listen(() => {
    throw new Error("no room");
  });
  watch.listen(() => Promise.reject(new Error("no store")));
  await pass(25_000);
  expect(looks.length).toBeGreaterThan(1);
  expect(complaints.filter((one) => one.includes("no room"))).toHaveLength(looks.length);
  expect(complaints.filter((one) => one.includes("no store"))).toHaveLength(looks.length);
});

test("a cluster that cannot be connected to is tried again and again, and watched once it can", async () => {
  let tries = 0;
  const { pass, last } = await watchedCluster(crowdedWorld(2), {
    connecting: () => {
      tries += 1;
      if (tries < 4) throw new Error("there is no secret at env:TOKEN");
    },
  });
  await pass(10_000);
  expect(last()).toMatchObject({ ok: false, trouble: "there is no secret at env:TOKEN" });
  await pass(180_000);
  expect(last()).toMatchObject({ ok: true });
});
