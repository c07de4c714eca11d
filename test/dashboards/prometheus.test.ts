import { setTimeout } from "node:timers/promises";
import { monitoringOf, promql, recordingRules, rulesOf, select, selections } from "@orrery/alerting";
import { dashboardsOf, expressionsIn, stackOf } from "@orrery/dashboards";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reasonToSkip } from "../others/debian.ts";
import { tidyLab } from "./labs.ts";
import { type RunningPrometheus, startExporter, startPrometheus } from "./prometheus.ts";
import { type TroubledLab, troubledLab } from "./troubled-lab.ts";

const reason = reasonToSkip("dashboards/prometheus.test.ts");
const cluster = tidyLab.cluster.name;

/** What is exported, with other addresses and a shorter breath. */
const configuration = (lab: string, exporter: string): Map<string, string> => {
  const { files } = stackOf(tidyLab);
  const exported = new Map(
    [...monitoringOf(tidyLab, Date.now()).files, ...files].map(({ path, text }) => [path, text]),
  );
  const text = (path: string): string => exported.get(path) ?? expect.fail(`there is no ${path}`);
  const [whole = "", itself = ""] = text("targets/orrery.yml").split(/^(?=- targets)/m);
  const at = (target: string, address: string): string => target.replace("127.0.0.1:9221", address);
  return exported
    .set("prometheus.yml", text("prometheus.yml").replace('"10s"', '"1s"').replace('"30s"', '"1s"') + beside(exporter))
    .set("targets/orrery.yml", at(whole, lab) + at(itself, exporter));
};

/** The cluster again as the real exporter tells it, by names that no rule and no dashboard asks for. */
const beside = (exporter: string): string => `  - job_name: beside
    metrics_path: /pve
    static_configs:
      - targets: ["${exporter}"]
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
  "NodeInMaintenance: orrery_maintenance_window_open": "nobody tells it yet",
  "ZfsPoolDegraded: pve_node_zfs_pool_healthy": unmodelled,
  "GuestAgentSilent: pve_guest_agent_up": "nobody tells it yet",
  "SnapshotOld: pve_guest_snapshot_oldest_timestamp_seconds": "nobody tells it yet",
  "BackupBroken: pve_guest_backup_last_verified": unverified,
};

let lab: TroubledLab;
let exporter: Awaited<ReturnType<typeof startExporter>>;
let prometheus: RunningPrometheus;

describe.skipIf(reason !== undefined)(`Prometheus${reason === undefined ? "" : ` (${reason})`}`, () => {
  beforeAll(async () => {
    lab = await troubledLab();
    exporter = await startExporter(lab.twin.url, lab.twin.fingerprint, "root@pam!metrics=s3cret");
    prometheus = await startPrometheus(configuration(lab.url, exporter.address));
  });

  afterAll(async () => {
    await prometheus?.stop();
    await exporter?.stop();
    await lab?.stop();
  });

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
    const asked = new Map(all.map(({ where, expr }) => [where, filled(expr, chosen[where])]));
    expect(asked.size).toBe(all.length);
    expect(await without(asked, Object.keys(empty))).toEqual(Object.keys(empty));
  });

  test("every series that a rule asks for is there, and every recording rule has data", async () => {
    const asked = new Map<string, string>();
    for (const { name, expression } of Object.values(rulesOf(tidyLab, Date.now())).flat())
      for (const {
        select: { metric, where },
      } of selections(expression))
        asked.set(`${name}: ${metric}`, promql({ ...select(metric), where }));
    for (const { record, expression } of recordingRules) asked.set(record, promql(expression));
    expect(await without(asked, Object.keys(unmet))).toEqual(Object.keys(unmet));
  });

  test("both pages are read, the real exporter's among them, and no rule fails to be evaluated", async () => {
    type Targets = { activeTargets: { scrapeUrl: string; health: string; lastError: string }[] };
    const { activeTargets } = (await prometheus.get("/api/v1/targets")) as Targets;
    expect(activeTargets.map(({ health, lastError }) => ({ health, lastError }))).toEqual(
      Array.from({ length: 3 }, () => ({ health: "up", lastError: "" })),
    );
    type Rules = { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    const rules = ((await prometheus.get("/api/v1/rules")) as Rules).groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(40);
    expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
    const nodes = (job: string): Promise<number> =>
      prometheus.query(job).then((elements) => Number(elements[0]?.value[1]));
    expect(await nodes('count(beside_pve_up{job="beside", id=~"node/.+"})')).toBe(3);
  });

  test("what went wrong is an alert in Prometheus", async () => {
    const firing = await prometheus.query('ALERTS{alertstate="firing"}');
    const of = (name: string) => firing.find(({ metric }) => metric.alertname === name)?.metric;
    expect(of("BackupFailed")).toMatchObject({ node: "pve2", severity: "warning" });
    expect(of("TaskFailed")).toMatchObject({ node: "pve2", type: "qmsnapshot" });
  });
});
