import {
  type Alert,
  alertsOf,
  type Metric,
  metrics,
  nothingYet,
  quietOf,
  reachOf,
  rulesOf,
  type Sample,
  SeriesWindow,
  type Watch,
  watch,
} from "@orrery/alerting";
import { Measure } from "@orrery/collect";
import tidy from "@orrery/example-tidy-lab";
import { type Lab, parseLab } from "@orrery/model";
import { worldOf } from "@orrery/twin-lab";
import { type AskedFault, clearFault, fault } from "@orrery/twin-world";
import { expect, test } from "vitest";
import { watchedWorld } from "../monitor/watched-world.ts";

const lab: Lab = (() => {
  const parsed = parseLab(tidy);
  if (parsed.kind === "problems") throw new Error("no lab");
  return parsed.lab;
})();

/** Every sample of a page. */
const samplesOf = (page: string): readonly Sample[] =>
  [...page.matchAll(/^([a-z_:]\w*)(?:\{(.*)\})? (\S+)$/gm)].map(([, metric = "", labels = "", value]) => ({
    metric,
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = "", text = ""]) => [name, text]),
    ),
    value: Number(value),
  }));

const look = 30_000;

/** The lab's twin, watched as it is to be watched, with its alerts evaluated every half minute. */
const watchedLab = async () => {
  const world = worldOf(lab, { seed: 1, now: Date.UTC(2026, 10, 22, 12) });
  const watched = await watchedWorld(world);
  const rules = Object.values(rulesOf(lab, world.now)).flat();
  const series = new SeriesWindow(reachOf(rules));
  const measure = new Measure();
  let state: Watch = nothingYet;
  let page: readonly Sample[] = [];
  const failures: string[] = [];
  const firing = (): readonly Alert[] => alertsOf(state).filter((alert) => alert.state.kind === "firing");
  /** `NodeDown pve1`: alerts that somebody is told of. */
  const told = (): readonly string[] =>
    firing()
      .filter((alert) => quietOf(alert, { firing: firing(), silences: [], openWindows: [] }, world.now) === undefined)
      .map(({ name, labels }) => `${name} ${labels.name ?? labels.storage ?? labels.node ?? labels.id ?? ""}`.trim());
  const step = async (): Promise<void> => {
    await watched.pass(look);
    const at = watched.clock.now();
    page = samplesOf(measure.page(watched.monitor.seen(), { cluster: true, node: true }).text("prometheus"));
    series.take(at, page);
    const after = watch(rules, series, state, at);
    state = after.watch;
    failures.push(...after.failures.map(({ rule, why }) => `${rule}: ${why}`));
  };
  /** Lets time pass until that holds; how many minutes it took, undefined where it took more than these. */
  const until = async (holds: () => boolean, minutes: number): Promise<number | undefined> => {
    for (let looks = 1; looks <= minutes * 2; looks++) {
      await step();
      if (holds()) return looks / 2;
    }
    return undefined;
  };
  return { world, step, until, told, firing, failures, page: () => page };
};

test("nobody is told of anything while all is well", async () => {
  const { step, told, failures } = await watchedLab();
  const seen = new Set<string>();
  for (let looks = 0; looks < 60; looks++) {
    await step();
    for (const one of told()) seen.add(one);
  }
  expect([...seen]).toEqual([]);
  expect(failures).toEqual([]);
});

const onNode = (node: string) => ({ kind: "node", node }) as const;
const onGuest = (vmid: number) => ({ kind: "guest", vmid }) as const;

const faults: readonly (readonly [string, AskedFault, string, number])[] = [
  ["a node that loses power", { subject: onNode("pve3"), what: { kind: "loses-power" } }, "NodeDown pve3", 4],
  ["a node that is cut off", { subject: onNode("pve2"), what: { kind: "is-partitioned" } }, "NodeDown pve2", 4],
  [
    "a lock that is left behind",
    { subject: onGuest(105), what: { kind: "stays-locked", lock: "migrate" } },
    "GuestLockStuck mon1",
    4,
  ],
  [
    "a disk that fails",
    { subject: { kind: "disk", node: "pve1", devpath: "/dev/nvme0n1" }, what: { kind: "fails" } },
    "DiskFailing pve1",
    65,
  ],
  [
    "a storage that fills",
    { subject: { kind: "backing", backing: "pve1/local-zfs" }, what: { kind: "fills", bytes: 1.9e12 } },
    "StorageFull local-zfs",
    10,
  ],
  [
    "a certificate that expires",
    { subject: onNode("pve2"), what: { kind: "certificate-expires" } },
    "CertificateExpires pve2",
    65,
  ],
  [
    "a clock that is wrong",
    { subject: onNode("pve2"), what: { kind: "clock-wrong", byMs: 60_000 } },
    "NodeClockOff pve2",
    30,
  ],
  [
    "an API that refuses",
    { subject: { kind: "path", path: "/nodes/pve2/disks" }, what: { kind: "api-fails", status: 595, reason: "no" } },
    "SectionFailing pve2",
    90,
  ],
];

test.each(faults)("%s is told of, and clears when it ends", async (_, asked, alert, within) => {
  const { world, until, told, failures } = await watchedLab();
  await until(() => true, 2);
  const made = fault(world, asked);
  if ("refused" in made) throw new Error(made.refused);
  expect(await until(() => told().includes(alert), within)).toBeDefined();
  clearFault(world, made.id);
  expect(await until(() => !told().includes(alert), within + 10)).toBeDefined();
  expect(failures).toEqual([]);
});

test("a node that is lost is told of, and what is on it is not", async () => {
  const { world, until, told, firing } = await watchedLab();
  await until(() => true, 2);
  fault(world, { subject: onNode("pve1"), what: { kind: "loses-power" } });
  const kept = new Set<string>();
  const heard = new Set<string>();
  await until(() => {
    const on = firing().filter(({ labels: { node, scope } }) => node === "pve1" && scope !== "node");
    for (const { name } of on) kept.add(name);
    for (const one of told()) if (on.some(({ name }) => one.startsWith(name))) heard.add(one);
    return false;
  }, 8);
  expect(told()).toContain("NodeDown pve1");
  expect(kept.size).toBeGreaterThan(0);
  expect([...heard]).toEqual([]);
});

test("quorum that is lost is told of, and not each node that is missing for it", async () => {
  const { world, until, told } = await watchedLab();
  await until(() => true, 2);
  fault(world, { subject: onNode("pve2"), what: { kind: "loses-power" } });
  fault(world, { subject: onNode("pve3"), what: { kind: "loses-power" } });
  expect(await until(() => told().includes("QuorumLost cluster/tidy-lab"), 4)).toBeDefined();
  await until(() => false, 3);
  expect(told().filter((one) => one.startsWith("NodeDown") || one.startsWith("QuorumMargin"))).toEqual([]);
});

test("what the twin's metrics are called is what the rules call them", async () => {
  const { step, page } = await watchedLab();
  await step();
  const offered = new Map<string, ReadonlySet<string>>();
  for (const { metric, labels } of page()) offered.set(metric, new Set(Object.keys(labels)));
  const wrong = Object.entries(metrics).flatMap(([name, { labels }]) => {
    const has = offered.get(name);
    return has === undefined ? [] : labels.flatMap((label) => (has.has(label) ? [] : [`${name}{${label}}`]));
  });
  expect(wrong).toEqual([]);
  const missing = Object.keys(metrics).filter((name) => !offered.has(name));
  expect(missing.toSorted()).toEqual(Object.keys(notHere).toSorted());
});

/** Metrics that this lab, a minute after its watching began, does not tell, and why. */
const notHere: Readonly<Partial<Record<Metric, string>>> = {
  up: "told by whoever scrapes",
  pve_qdevice_up: "the lab has no quorum device",
  pve_not_backed_up_info: "every guest is covered",
  orrery_objective_state: "nobody judges the declaration here",
  orrery_findings: "nobody judges the declaration here",
  orrery_drift_changes: "nobody judges the declaration here",
  pve_subscription_next_due_timestamp_seconds: "no node has a subscription",
  pve_tasks_ended_total: "no task has ended",
  pve_tasks_last_end_timestamp_seconds: "no task has ended",
  pve_tasks_running: "no task runs",
  pve_node_zfs_pool_healthy: "its pools are not modelled",
  pve_guest_backup_last_timestamp_seconds: "no backup was made yet",
  pve_guest_backup_last_verified: "no backup was made yet",
  pve_scrape_api_duration_seconds_sum: "told on the page of the exporter itself",
  pve_scrape_api_duration_seconds_count: "told on the page of the exporter itself",
  pve_guest_snapshot_oldest_timestamp_seconds: "no guest has a snapshot",
  orrery_maintenance_window_open: "nobody judges the declaration here",
};
