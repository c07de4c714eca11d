import { expect, test, vi } from "vitest";
import { fieldOf, serve, setUp } from "./testing/serve.ts";
import { watchedTwin } from "./testing/watched-twin.ts";

type Sample = { readonly metric: string; readonly labels: Record<string, string>; readonly value: number };

test("what is measured now is told by metric and label, and nothing is made up where another server looks", async () => {
  const { cluster } = await watchedTwin("twin", 20);
  const led = { ...cluster, id: "other", feed: { ...cluster.feed, watch: () => undefined } };
  const { server, ask } = await serve([cluster, led]);
  const ada = await setUp(ask, server);
  const samplesOf = async (id: string, query: string): Promise<readonly Sample[]> =>
    fieldOf((await ada("GET", `/api/clusters/${id}/measured?${query}`)).json, "samples") as readonly Sample[];
  await vi.waitFor(
    async () => expect(await samplesOf(cluster.id, "metric=pve_memory_usage_bytes")).not.toHaveLength(0),
    { timeout: 20_000, interval: 50 },
  );
  const asked = "metric=pve_memory_usage_bytes&metric=pve_cpu_usage_ratio";
  // A look at a twin that hurries may be dark: nothing is measured in it.
  const all = await vi.waitFor(
    async () => {
      const some = await samplesOf(cluster.id, asked);
      expect(new Set(some.map(({ metric }) => metric))).toEqual(
        new Set(["pve_memory_usage_bytes", "pve_cpu_usage_ratio"]),
      );
      return some;
    },
    { timeout: 20_000, interval: 50 },
  );
  const node = all.find(({ labels }) => labels.id?.startsWith("node/"))?.labels.id ?? "";
  const own = `metric=pve_memory_usage_bytes&labels=id%3D${encodeURIComponent(node)}`;
  await vi.waitFor(async () => expect(await samplesOf(cluster.id, own)).toMatchObject([{ labels: { id: node } }]), {
    timeout: 20_000,
    interval: 50,
  });
  expect(await samplesOf("other", "metric=pve_memory_usage_bytes")).toEqual([]);
  expect((await ada("GET", `/api/clusters/${cluster.id}/measured?metric=a-b`)).status).toBe(400);
  expect((await ada("GET", `/api/clusters/${cluster.id}/measured?metric=a&labels=x`)).status).toBe(400);
});
