import { gunzipSync } from "node:zlib";
import { Agent, request } from "undici";
import { expect, onTestFinished, test, vi } from "vitest";
import { serve, setUp, tokenOf } from "./testing/serve.ts";
import { watchedTwin } from "./testing/watched-twin.ts";

const patience = { timeout: 20_000, interval: 50 };

test("who scrapes with a viewer's token is told of the cluster and of the server; nobody else is, unless metrics are open", async () => {
  const { cluster } = await watchedTwin("twin", 20);
  const { server, ask } = await serve([cluster]);
  const ada = await setUp(ask, server);
  const scraper = await tokenOf(ada, ask, ["viewer"]);
  await vi.waitFor(async () => {
    const { status, text } = await scraper("GET", "/pve");
    expect(status).toBe(200);
    expect(text).toContain('pve_up{id="node/pve3"} 1');
  }, patience);
  expect((await ask("GET", "/pve")).status).toBe(401);
  expect((await ask("GET", "/metrics")).status).toBe(401);
  const { headers, text } = await scraper("GET", "/metrics");
  expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(text).toContain('pve_up{id="node/pve3"} 1');
  expect(text).toMatch(/process_resident_memory_bytes \d+/);
  expect(text).toContain('orrery_http_request_duration_seconds_count{method="GET",route="/pve",status="401"} 1');
  expect(text).toContain('pve_scrape_api_duration_seconds_count{method="GET",url="/cluster/resources"}');
  expect((await scraper("GET", "/metrics?cluster=none")).text).not.toContain("pve_up");
  const { ask: anybody } = await serve([cluster], { metrics: "open" });
  await vi.waitFor(async () => expect((await anybody("GET", "/pve")).status).toBe(200), patience);
  expect((await anybody("GET", "/metrics")).text).toContain("pve_up");
});

test("a cluster is named by its id or by a node of it; another is refused, and one that is not seen yet is not made up", async () => {
  const { cluster } = await watchedTwin("twin", 20);
  const unseen = { ...cluster, id: "other", feed: { ...cluster.feed, watch: () => undefined } };
  const { server, ask } = await serve([cluster, unseen]);
  const ada = await setUp(ask, server);
  await vi.waitFor(async () => expect((await ada("GET", "/pve?target=twin")).status).toBe(200), patience);
  expect((await ada("GET", "/pve?target=pve2:8006&module=default")).status).toBe(400);
  const half = await ada("GET", "/pve?target=twin&node=0");
  expect(half.text).toContain("pve_version_info");
  expect(half.text).not.toContain("pve_subscription_info");
  expect((await ada("GET", "/pve?target=nowhere")).json).toMatchObject({ place: "query.target" });
  expect((await ada("GET", "/pve?target=other")).status).toBe(503);
  expect((await ada("GET", "/metrics")).text).toContain('pve_up{id="node/pve3",cluster="twin"} 1');
  const limited = await tokenOf(ada, ask, ["viewer"], ["other"]);
  expect((await limited("GET", "/metrics")).text).not.toContain("pve_up");
  expect((await limited("GET", "/pve?target=twin")).status).toBe(400);
});

test("it comes as OpenMetrics and packed, to those who ask for that", async () => {
  const { cluster } = await watchedTwin("twin", 20);
  const { server } = await serve([cluster], { metrics: "open" });
  const dispatcher = new Agent({ connect: { ca: server.certificate } });
  onTestFinished(() => dispatcher.destroy());
  const headers = { accept: "application/openmetrics-text; version=1.0.0", "accept-encoding": "gzip" };
  for (const path of ["/pve", "/metrics"])
    await vi.waitFor(async () => {
      const answer = await request(`${server.url}${path}`, { dispatcher, headers });
      const body = Buffer.from(await answer.body.arrayBuffer());
      expect(answer.headers).toMatchObject({
        "content-encoding": "gzip",
        "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8",
      });
      expect(gunzipSync(body).toString()).toMatch(/# EOF\n$/);
    }, patience);
});
