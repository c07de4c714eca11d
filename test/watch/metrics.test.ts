import type { Sample } from "@orrery/alerting";
import type { Clock } from "@orrery/contract";
import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { worldOf } from "@orrery/twin-lab";
import { expect, test } from "vitest";
import { type WatchedCluster, watchedCluster } from "./watched-cluster.ts";

const minutes = 60_000;

const labOf = () => {
  const parsed = parseLab(tidy);
  if (parsed.kind !== "lab") throw new Error("the tidy lab does not parse");
  return parsed.lab;
};

const watchedLab = async (now = Date.UTC(2026, 10, 22, 12)): Promise<WatchedCluster> => {
  const lab = labOf();
  return watchedCluster(worldOf(lab, { seed: 1, now }), { lab });
};

const of = ({ last }: WatchedCluster, metric: string): readonly Sample[] =>
  last().samples.filter((sample) => sample.metric === metric);

test("the agents of running guests that are to have one are asked, and one that died is told of", async () => {
  const lab = await watchedLab();
  await lab.pass(10 * minutes);
  const agents = of(lab, "pve_guest_agent_up");
  expect(agents.length).toBeGreaterThan(3);
  expect(agents.filter(({ value }) => value !== 1)).toEqual([]);
  const vmid = Number(agents[0]?.labels.id?.replace("qemu/", ""));
  const end = lab.befall({ kind: "guest", vmid }, { kind: "agent-dies" });
  await lab.pass(3 * minutes);
  expect(of(lab, "pve_guest_agent_up").filter(({ value }) => value === 0)).toEqual([
    { metric: "pve_guest_agent_up", labels: { id: `qemu/${vmid}` }, value: 0 },
  ]);
  end();
  await lab.pass(5 * minutes);
  expect(of(lab, "pve_guest_agent_up").filter(({ value }) => value === 0)).toEqual([]);
});

test("of a guest's snapshots the oldest is told, and none once they are gone", async () => {
  const lab = await watchedLab();
  await lab.pass(minutes);
  const before = new Set(of(lab, "pve_guest_snapshot_oldest_timestamp_seconds").map(({ labels }) => labels.id));
  const guest = Object.values(lab.world.guests).find(
    ({ kind, vmid, run }) => kind === "qemu" && run.kind === "running" && !before.has(`qemu/${vmid}`),
  );
  if (guest === undefined) expect.fail();
  const { node, vmid } = guest;
  const taken = lab.clock.now() / 1000;
  const base = "/nodes/{node}/qemu/{vmid}/snapshot" as const;
  const oldest = () =>
    of(lab, "pve_guest_snapshot_oldest_timestamp_seconds").find(({ labels }) => labels.id === `qemu/${vmid}`)?.value;
  await lab.pve.request("POST", base, { node, vmid, snapname: "one" });
  await lab.pass(5 * minutes);
  await lab.pve.request("POST", base, { node, vmid, snapname: "two" });
  await lab.pass(5 * minutes);
  expect(oldest()).toBeGreaterThanOrEqual(Math.floor(taken));
  expect(oldest()).toBeLessThan(taken + 60);
  for (const snapname of ["one", "two"]) {
    await lab.pve.request("DELETE", `${base}/{snapname}`, { node, vmid, snapname });
    await lab.pass(5 * minutes);
  }
  expect(oldest()).toBeUndefined();
});

test("a declaration is proven and held against the cluster behind the looks, and its windows are told", async () => {
  const lab = await watchedLab();
  await lab.pass(2 * minutes);
  expect(of(lab, "orrery_objective_state").length).toBeGreaterThan(6);
  expect(of(lab, "orrery_drift_changes").map(({ value }) => value)).toEqual([0, 0, 0]);
  const windows = labOf().service.hours.maintenance.map(({ id }) => id);
  expect(of(lab, "orrery_maintenance_window_open").map(({ labels }) => labels.window)).toEqual(windows);
  const { data } = await lab.pve.request("GET", "/cluster/backup");
  const [job] = data as readonly { readonly id: string }[];
  await lab.pve.request("PUT", "/cluster/backup/{id}", { id: job?.id ?? "", enabled: 0 });
  await lab.pass(25 * minutes);
  expect(of(lab, "orrery_drift_changes").some(({ value }) => value > 0)).toBe(true);
  expect(lab.complaints).toEqual([]);
});

test("what judges may fail or hang: the looks go on, and it is said", async () => {
  const declared = labOf();
  let asked = 0;
  const lab = await watchedCluster(worldOf(declared, { seed: 1, now: Date.UTC(2026, 10, 22, 12) }), {
    lab: declared,
    judge: () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error("no thread")) : new Promise(() => undefined);
    },
  });
  await lab.pass(30 * minutes);
  expect(lab.complaints).toEqual([expect.stringContaining("no thread")]);
  expect(asked).toBe(2);
  expect(lab.looks.length).toBeGreaterThan(170);
});

test("where the clock hurries, what requests take is told in real time, and slows nothing down", async () => {
  const lab = labOf();
  const hurry = 60;
  let clock: Clock | undefined;
  const watched = await watchedCluster(worldOf(lab, { seed: 1, now: Date.UTC(2026, 10, 22, 12) }), {
    lab,
    hurry,
    withinMs: 8000 * hurry,
    seenBy: (seen) => {
      clock = seen;
      return seen;
    },
    through: (pve) => ({
      ...pve,
      request: async (...asked) => {
        await clock?.sleep(0.1 * hurry * 1000);
        return pve.request(...asked);
      },
    }),
  });
  await watched.pass(10 * minutes);
  const all = (metric: string): number => of(watched, metric).reduce((sum, { value }) => sum + value, 0);
  const took = all("pve_scrape_api_duration_seconds_sum") / all("pve_scrape_api_duration_seconds_count");
  expect(took).toBeCloseTo(0.1, 2);
  expect(of(watched, "orrery_collect_pace_ratio").map(({ value }) => value)).toEqual([1]);
});
