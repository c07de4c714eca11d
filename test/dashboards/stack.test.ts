import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { monitoringOf } from "@orrery/alerting";
import { stackOf } from "@orrery/dashboards";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { reasonToSkip } from "../others/debian.ts";
import { labs, tidyLab } from "./labs.ts";

const reason = reasonToSkip("dashboards/stack.test.ts");
const files = new Map(
  [...monitoringOf(tidyLab, Date.UTC(2026, 11, 1)).files, ...stackOf(tidyLab).files].map(({ path, text }) => [
    path,
    text,
  ]),
);
const read = (path: string): unknown => parse(files.get(path) ?? expect.fail(`there is no ${path}`));

/** What of the Compose Specification the composition uses, and nothing else. */
const service = z.strictObject({
  image: z.string().regex(/^[\w./-]+:[\w.-]+$/),
  build: z.strictObject({ context: z.string(), dockerfile_inline: z.string() }).optional(),
  pull_policy: z.enum(["always", "never", "missing", "build"]).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.int() })
    .optional(),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(["service_started", "service_healthy"]) }))
    .optional(),
  restart: z.enum(["no", "always", "on-failure", "unless-stopped"]),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()),
});
const composition = z.strictObject({
  name: z.string(),
  services: z.record(z.string().regex(/^[a-zA-Z0-9._-]+$/), service),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  volumes: z.record(z.string(), z.strictObject({})),
});

test("the composition says what the Compose Specification knows", () => {
  const { services } = composition.parse(read("compose.yaml"));
  expect(Object.keys(services).toSorted()).toEqual([
    "alertmanager",
    "exporter",
    "grafana",
    "orrery",
    "postgres",
    "prometheus",
  ]);
});

test("what a service of the composition needs is there: files, secrets, volumes, other services", () => {
  const { services, secrets, volumes } = composition.parse(read("compose.yaml"));
  const exported = [...files.keys()];
  for (const [name, one] of Object.entries(services)) {
    for (const secret of one.secrets ?? []) expect({ name, secret, of: secrets[secret] }).toMatchObject({ of: {} });
    for (const other of Object.keys(one.depends_on ?? {})) expect(Object.keys(services)).toContain(other);
    for (const volume of one.volumes ?? []) {
      const [from = ""] = volume.split(/:(?!\?)/);
      if (from.startsWith("./")) {
        const path = normalize(from);
        const there = exported.some((file) => file === path || file.startsWith(`${path}/`));
        expect({ name, path, there }).toEqual({ name, path, there: true });
      } else if (!from.startsWith("$")) expect(Object.keys(volumes)).toContain(from);
    }
  }
});

test("a composition is heard by its own machine alone, has fixed versions, and no secret in it", () => {
  const { services } = composition.parse(read("compose.yaml"));
  const ports = Object.values(services).flatMap((one) => one.ports ?? []);
  expect(ports.length).toBeGreaterThan(3);
  expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
  const unfixed = Object.values(services).filter(
    ({ image, build, pull_policy }) => !/:v?\d+\.\d+/.test(image) && build === undefined && pull_policy !== "never",
  );
  expect(unfixed).toEqual([]);
  for (const { environment = {} } of Object.values(services))
    for (const [name, value] of Object.entries(environment))
      if (/password|secret|token/i.test(name))
        expect({ name, value }).toMatchObject({ value: expect.stringMatching(/^\/run\/secrets\//) });
});

test("Grafana finds the dashboards where they are put, and the sources that they are provisioned with", () => {
  const { services } = composition.parse(read("compose.yaml"));
  const mounts = services.grafana?.volumes ?? [];
  const provider = read("grafana/provisioning/dashboards/orrery.yml") as {
    providers: { options: { path: string } }[];
  };
  for (const { options } of provider.providers) expect(mounts).toContain(`./grafana/dashboards:${options.path}:ro`);
  const sources = read("grafana/provisioning/datasources/orrery.yml") as {
    datasources: { uid: string; url: string; jsonData: { alertmanagerUid?: string } }[];
  };
  const uids = sources.datasources.map(({ uid }) => uid);
  for (const { url, jsonData } of sources.datasources) {
    expect(Object.keys(services.grafana?.environment ?? {})).toContain(url.replace("$", ""));
    if (jsonData.alertmanagerUid !== undefined) expect(uids).toContain(jsonData.alertmanagerUid);
  }
});

test("services are asked by the names and ports that they have in the composition", () => {
  const { services } = composition.parse(read("compose.yaml"));
  const asked = [...files]
    .filter(([path]) => path.startsWith("compose/targets/"))
    .flatMap(([path]) => (read(path) as { targets: string[] }[]).flatMap(({ targets }) => targets));
  const urls = Object.values(services.grafana?.environment ?? {}).filter((value) => value.startsWith("http://"));
  const hosts = [...asked, ...urls.map((url) => new URL(url).host)];
  expect(hosts.length).toBeGreaterThan(4);
  for (const host of hosts) {
    const [name = "", port] = host.split(":");
    const one = services[name] ?? expect.fail(`${name} is no service`);
    const heard = [...(one.ports ?? []), ...(one.command ?? [])].some((text) => text.includes(`:${port}`));
    expect({ host, heard }).toEqual({ host, heard: true });
  }
});

test("both pages of the exporter are targets of the job that the rules ask for, told apart and with their cluster", () => {
  const jobs = (read("prometheus.yml") as { scrape_configs: { job_name: string }[] }).scrape_configs;
  expect(jobs.map(({ job_name }) => job_name)).toEqual(["orrery"]);
  const targets = read("targets/orrery.yml") as { labels: Record<string, string> }[];
  expect(targets.map(({ labels }) => labels.__metrics_path__)).toEqual(["/pve", "/metrics"]);
  expect(new Set(targets.map(({ labels }) => labels.instance)).size).toBe(2);
  expect(new Set(targets.map(({ labels }) => labels.cluster))).toEqual(new Set([tidyLab.cluster.name]));
});

describe.skipIf(reason !== undefined)(`promtool${reason === undefined ? "" : ` (${reason})`}`, () => {
  test.each(Object.entries(labs))("takes the configuration of the %s lab, its rules and its targets", (_, lab) => {
    const folder = mkdtempSync(join(tmpdir(), "orrery-stack-"));
    try {
      for (const { path, text } of [...monitoringOf(lab, Date.UTC(2026, 11, 1)).files, ...stackOf(lab).files]) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const { status, stdout, stderr } = spawnSync("/usr/bin/promtool", ["check", "config", "prometheus.yml"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect({ status, output: `${stdout}${stderr}` }).toMatchObject({ status: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
