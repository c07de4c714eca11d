import { startTwin } from "@orrery/twin-server";
import { expect, onTestFinished, test } from "vitest";
import { type ExporterOptions, type RunningExporter, startExporter } from "./exporter-server.ts";
import type { ExporterModule } from "./module.ts";
import { targetUrl } from "./target.ts";

const servedTwin = async () => {
  const twin = await startTwin({ bare: ["pve1", "pve2", "pve3"], speed: 1, tokens: { "root@pam!exporter": "s3cret" } });
  onTestFinished(() => twin.stop());
  const module: ExporterModule = {
    name: "default",
    credentials: { kind: "token", id: "root@pam!exporter", secret: "s3cret" },
    trustOf: () => ({ kind: "fingerprint", sha256: twin.fingerprint }),
    targets: [targetUrl(twin.url) ?? ""],
    oneCluster: true,
  };
  return { twin, module };
};

const started = async (
  modules: readonly ExporterModule[],
  more: Partial<ExporterOptions> = {},
): Promise<RunningExporter & { readonly said: string[] }> => {
  const said: string[] = [];
  const running = await startExporter({
    host: "127.0.0.1",
    port: 0,
    modules,
    guests: true,
    backups: true,
    lab: undefined,
    said: (sentence) => said.push(sentence),
    ...more,
  });
  onTestFinished(() => running.stop());
  return { ...running, said };
};

const scraped = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers });
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
};

test("one scrape of one node tells of the whole cluster", async () => {
  const { twin, module } = await servedTwin();
  const { url } = await started([module]);
  const target = twin.url.replace("https://", "");
  await expect
    .poll(async () => (await scraped(`${url}/pve?target=${target}`)).text, { timeout: 20_000 })
    .toMatch(/pve_subscription_info\{id="node\/pve3"/);
  const { status, type, text } = await scraped(`${url}/pve?target=${target}`);
  expect({ status, type }).toEqual({ status: 200, type: "text/plain; version=0.0.4; charset=utf-8" });
  for (const node of ["pve1", "pve2", "pve3"]) expect(text).toContain(`pve_up{id="node/${node}"} 1\n`);
  expect(text).toMatch(/^pve_storage_info\{id="storage\/pve2\/local",node="pve2"/m);
});

test("cluster=0 and node=0 leave their half out", async () => {
  const { module } = await servedTwin();
  const { url } = await started([module]);
  await expect.poll(async () => (await scraped(`${url}/pve?cluster=0`)).text, { timeout: 20_000 }).toContain("pve1");
  expect((await scraped(`${url}/pve?cluster=0`)).text).not.toContain("pve_up");
  const cluster = (await scraped(`${url}/pve?node=0`)).text;
  expect(cluster).toContain("pve_up");
  expect(cluster).not.toContain("pve_subscription_info");
});

test("what speaks OpenMetrics gets it, and /metrics tells how the exporter goes", async () => {
  const { module } = await servedTwin();
  const { url } = await started([module]);
  const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
  const { type, text } = await scraped(`${url}/pve`, { accept });
  expect(type).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
  expect(text).toMatch(/\n# EOF\n$/);
  const own = (await scraped(`${url}/metrics`)).text;
  expect(own).toContain('pve_collection_duration_seconds_count{module="default"} 1\n');
  expect(own).toContain('pve_scrape_api_duration_seconds_count{method="GET",url="/cluster/resources"}');
});

test("a module that there is not, and a target that it may not ask, are refused, and nothing is sent there", async () => {
  const { module } = await servedTwin();
  const { url } = await started([module]);
  expect(await scraped(`${url}/pve?module=other`)).toMatchObject({
    status: 400,
    text: 'There is no module "other". There are: default.\n',
  });
  const refused = await scraped(`${url}/pve?target=169.254.169.254`);
  expect(refused.status).toBe(403);
  expect(refused.text).toContain("list it under its targets");
  expect((await scraped(`${url}/other`)).status).toBe(404);
});

test("a cluster with another certificate is not asked, and that is said", async () => {
  const { module } = await servedTwin();
  const sha256 = `${"AA:".repeat(31)}AA`;
  const { url, said } = await started([{ ...module, trustOf: () => ({ kind: "fingerprint", sha256 }) }]);
  const { status, text } = await scraped(`${url}/pve`);
  expect(status).toBe(503);
  expect(text).toMatch(/fingerprint|certificate/);
  expect(said).toHaveLength(1);
  expect((await scraped(`${url}/metrics`)).text).toContain('pve_request_errors_total{module="default"} 1\n');
});
