import { History, startTemporaryServer, type TemporaryServer } from "@orrery/store";
import { type HistoryAnswer, type HistorySink, type HistorySource, MemoryHistory } from "@orrery/watch";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { fieldOf, serve, setUp } from "../testing/serve.ts";
import { watchedTwin } from "../testing/watched-twin.ts";
import { StoreHistory } from "./store-history.ts";

let starting: Promise<TemporaryServer> | undefined;
afterAll(async () => (await starting)?.stop());

const storeOf = async () => {
  starting ??= startTemporaryServer();
  const store = await (await starting).store();
  onTestFinished(() => store.close());
  return store;
};

const begin = Date.UTC(2026, 10, 22, 12, 0, 5);
const step = 60_000;

const places: readonly (readonly [string, () => Promise<HistorySink & HistorySource>])[] = [
  ["memory", async () => new MemoryHistory()],
  ["PostgreSQL", async () => new StoreHistory(new History(await storeOf()), () => begin + 3_600_000)],
];

describe.each(places)("kept in %s", (_, placeOf) => {
  test("looks come back as points of whole steps, by metric and labels, with gaps where there was none", async () => {
    const place = await placeOf();
    for (let look = 0; look < 18; look += 1) {
      if (look >= 6 && look < 12) continue;
      const sample = (id: string, value: number) => ({ metric: "pve_cpu_usage_ratio", labels: { id }, value });
      const samples = [sample("node/pve1", look / 100), sample("node/pve2", 0.5)];
      await place.append({ cluster: "lab", at: begin + look * 10_000, samples });
    }
    const ask = (labels: Record<string, string>, cluster = "lab"): Promise<HistoryAnswer> =>
      place.query({ cluster, metric: "pve_cpu_usage_ratio", labels, from: begin, to: begin + 3 * step, step });
    const from = begin - 5000;
    const { series, ...when } = await ask({ id: "node/pve1" });
    expect(when).toEqual({ from, to: from + 4 * step, step });
    expect(series).toHaveLength(1);
    expect(series[0]?.labels).toEqual({ id: "node/pve1" });
    expect(series[0]?.min).toEqual([0, null, 0.12, null]);
    expect(series[0]?.max).toEqual([0.05, null, 0.17, null]);
    expect(series[0]?.avg[0]).toBeCloseTo(0.025);
    expect((await ask({})).series).toHaveLength(2);
    expect((await ask({ id: "node/pve9" })).series).toEqual([]);
    expect((await ask({}, "other")).series).toEqual([]);
  });
});

test.each([
  ["this process", async () => ({})],
  ["the store", async () => ({ store: await storeOf() })],
])("what the server saw of a cluster is there to be drawn, kept in %s", async (_, more) => {
  const { cluster } = await watchedTwin();
  const { server, ask } = await serve([cluster], await more());
  const ada = await setUp(ask, server);
  const url = "/api/clusters/twin/history?metric=pve_up&labels=id%3Dnode%2Fpve2";
  await vi.waitFor(
    async () => {
      const { status, json } = await ada("GET", url);
      expect(status).toBe(200);
      expect(fieldOf(json, "step")).toBe(20);
      const [series] = fieldOf(json, "series") as { labels: object; avg: (number | null)[] }[];
      expect(series?.labels).toEqual({ id: "node/pve2" });
      expect(series?.avg.filter((value) => value !== null)).toContain(1);
    },
    { timeout: 20_000, interval: 100 },
  );
  expect((await ada("GET", `${url}&from=5&to=5`)).json).toMatchObject({ place: "query.from" });
  expect((await ada("GET", `${url}&from=0&step=1`)).json).toMatchObject({ place: "query.step" });
  expect((await ada("GET", `${url}&labels=x`)).json).toMatchObject({ place: "query.labels" });
  expect((await ada("GET", "/metrics")).text).toMatch(/orrery_history_looks_total [1-9]/);
});
