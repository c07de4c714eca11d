import { setTimeout } from "node:timers/promises";
import { monitoringOf, promql, recordingRules, rulesOf, select, selections } from "@orrery/alerting";
import { asked, dashboardsOf, expressionsIn, stackOf } from "@orrery/dashboards";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reasonToSkip } from "../others/debian.ts";
import { tidyLab } from "./labs.ts";
import { type RunningPrometheus, startExporter, startPrometheus, startServer } from "./prometheus.ts";
import { troubledLab } from "./troubled-lab.ts";

const reason = reasonToSkip("dashboards/prometheus.test.ts");
const cluster = tidyLab.cluster.name;

/** What is exported, with other addresses and a shorter breath. */
const configuration = (lab: string, exporter: string, server: string): Map<string, string> => {
  const { files } = stackOf(tidyLab);
  const exported = new Map(
    [...monitoringOf(tidyLab, Date.now()).files, ...files].map(({ path, text }) => [path, text]),
  );
  const text = (path: string): string => exported.get(path) ?? expect.fail(`there is no ${path}`);
  const [whole = "", itself = ""] = text("targets/orrery.yml").split(/^(?=- targets)/m);
  const at = (target: string, address: string): string => target.replace("127.0.0.1:9221", address);
  return exported
    .set("prometheus.yml", text("prometheus.yml").replace('"10s"', '"1s"').replace('"30s"', '"1s"') + beside(server))
    .set("targets/orrery.yml", at(whole, lab) + at(itself, exporter));
};

/** The cluster again as the real server tells it, by names that no rule and no dashboard asks for. */
const beside = (server: string): string => `  - job_name: beside
    scheme: https
    tls_config:
      insecure_skip_verify: true
    metrics_path: /pve
    static_configs:
      - targets: ["${server}"]
    metric_relabel_configs:
      - source_labels: [__name__]
        regex: ((?:pve|orrery)_.+)
        target_label: __name__
        replacement: beside_$1
        action: replace
`;

/** What a reader would have chosen. */
const choices: Readonly<Record<string, string>> = {
  cluster,
  node: "pve2",
  guest: "qemu/101",
  storage: ".+",
  __rate_interval: "10s",
};

const filled = (expression: string, other: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ ...choices, ...other }).reduce(
    (text, [name, value]) => text.replaceAll(`$${name}`, value),
    expression,
  );

/** Of which node or guest a panel tells something. */
const chosen: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "Guest: State, node and lock (C)": { guest: "qemu/105" },
};

const unmodelled = "the twin has no ZFS pools";
const unverified = "the twin's backup server verifies nothing";
/** What has no data though nothing is wrong with the expression, and why. */
const empty: Readonly<Record<string, string>> = {
  "Node: ZFS pools (A)": unmodelled,
  "Node: ZFS pools (B)": unmodelled,
  "Node: ZFS pools (C)": unmodelled,
  "Guest: Backups (C)": unverified,
  "Storage: ZFS pools (A)": unmodelled,
};

/** Conditions of rules that nothing meets here, and why. */
const unmet: Readonly<Record<string, string>> = {
  "QuorumLost: pve_cluster_info": "the cluster is quorate",
  "NodeInMaintenance: orrery_maintenance_window_open": "what watches a declaration tells it, and nothing does here",
  "ZfsPoolDegraded: pve_node_zfs_pool_healthy": unmodelled,
  "BackupBroken: pve_guest_backup_last_verified": unverified,
};

/** Metrics that the server does not tell of this lab as soon as it looks, and why. */
const untold: Readonly<Record<string, string>> = {
  pve_node_zfs_pool_healthy: unmodelled,
  pve_node_zfs_pool_size_bytes: unmodelled,
  pve_node_zfs_pool_allocated_bytes: unmodelled,
  pve_node_zfs_pool_fragmentation_ratio: unmodelled,
  pve_guest_backup_last_verified: unverified,
  orrery_findings: "the declaration that the server has is right in everything",
  orrery_findings_waived: "the declaration that the server has is right in everything",
};

let prometheus: RunningPrometheus;

describe.skipIf(reason !== undefined)(`Prometheus${reason === undefined ? "" : ` (${reason})`}`, () => {
  const started: { readonly stop: () => Promise<void> }[] = [];
  let starting: Promise<void> = Promise.resolve();
  const start = async <T extends { readonly stop: () => Promise<void> }>(one: Promise<T>): Promise<T> => {
    const running = await one;
    started.push(running);
    return running;
  };

  beforeAll(() => {
    starting = (async () => {
      const { url, twin } = await start(troubledLab());
      const [exporter, server] = await Promise.all([
        start(startExporter(twin.url, twin.fingerprint)),
        start(startServer(twin.url, twin.fingerprint)),
      ]);
      prometheus = await start(startPrometheus(configuration(url, exporter.address, server.address)));
    })();
    return starting;
  }, 120_000);

  afterAll(async () => {
    // What is still being started is stopped too.
    await starting.catch(() => undefined);
    for (const running of started.toReversed()) await running.stop();
  }, 60_000);

  /** Those that have no data, looked at again and again until all have or a time is over. */
  const without = async (all: ReadonlyMap<string, string>, expected: readonly string[]): Promise<string[]> => {
    const left = new Map(all);
    for (const end = performance.now() + 25_000; left.size > expected.length && performance.now() < end; ) {
      for (const [name, expression] of left) if ((await prometheus.query(expression)).length > 0) left.delete(name);
      await setTimeout(250);
    }
    return [...left.keys()];
  };

  test("every expression of every dashboard returns data", async () => {
    const all = dashboardsOf(tidyLab).flatMap(expressionsIn);
    const queries = new Map(all.map(({ where, expr }) => [where, filled(expr, chosen[where])]));
    expect(queries.size).toBe(all.length);
    expect(await without(queries, Object.keys(empty))).toEqual(Object.keys(empty));
  });

  test("every series that a rule asks for is there, and every recording rule has data", async () => {
    const queries = new Map<string, string>();
    for (const { name, expression } of Object.values(rulesOf(tidyLab, Date.now())).flat())
      for (const {
        select: { metric, where },
      } of selections(expression))
        queries.set(`${name}: ${metric}`, promql({ ...select(metric), where }));
    for (const { record, expression } of recordingRules) queries.set(record, promql(expression));
    expect(await without(queries, Object.keys(unmet))).toEqual(Object.keys(unmet));
  });

  test("every page is read, the exporter's and the server's among them, and no rule fails to be evaluated", async () => {
    type Targets = { activeTargets: { scrapeUrl: string; health: string; lastError: string }[] };
    const { activeTargets } = (await prometheus.get("/api/v1/targets")) as Targets;
    expect(activeTargets.map(({ health, lastError }) => ({ health, lastError }))).toEqual(
      Array.from({ length: 3 }, () => ({ health: "up", lastError: "" })),
    );
    type Rules = { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    const rules = ((await prometheus.get("/api/v1/rules")) as Rules).groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(40);
    expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
  });

  test("the server tells every metric of a cluster that a dashboard asks for", async () => {
    // Tasks are told of a minute later.
    const asks = asked.cluster.filter((name) => !name.startsWith("pve_tasks_"));
    const told = new Map(asks.map((name) => [name, `beside_${name}`]));
    expect(await without(told, Object.keys(untold))).toEqual(Object.keys(untold));
  });

  test("what went wrong is an alert in Prometheus", async () => {
    const alerts = ["BackupFailed", "TaskFailed"];
    expect(
      await without(new Map(alerts.map((name) => [name, `ALERTS{alertname="${name}",alertstate="firing"}`])), []),
    ).toEqual([]);
    const firing = await prometheus.query('ALERTS{alertstate="firing"}');
    const of = (name: string) => firing.find(({ metric }) => metric.alertname === name)?.metric;
    expect(of("BackupFailed")).toMatchObject({ cluster, node: "pve2", severity: "warning" });
    expect(of("TaskFailed")).toMatchObject({ cluster, node: "pve2", type: "qmsnapshot" });
  });
});
