import { createServer } from "node:http";
import { Declared, Measure, Monitor, observe, proveLab } from "@orrery/collect";
import { type PveVersion, proxmoxOver } from "@orrery/contract";
import tidy from "@orrery/example-tidy-lab";
import { parseLab } from "@orrery/model";
import { compareLab } from "@orrery/plan";
import { keptValue } from "@orrery/state";
import { InProcessTransport } from "@orrery/twin-api";
import { worldOf } from "@orrery/twin-lab";
import { type RunningTwin, startTwin } from "@orrery/twin-server";
import { addGuest, advanceTo, dict, fault, setMaintenance, startGuest, type World } from "@orrery/twin-world";

import { until } from "./prometheus.ts";

const hours = 3_600_000;
/** So that a look at the cluster takes half a second. */
const speed = 20;

/** The tidy lab, so that something is found in it, and something is waived. */
const lab = (() => {
  const parsed = parseLab({
    ...tidy,
    cluster: { ...tidy.cluster, cpuOvercommit: 0.1 },
    waivers: [
      {
        rule: "capacity/node-cpu",
        subject: "pve1",
        owner: "Platform Team",
        reason: "It is a test.",
        expires: "2099-01-01",
      },
    ],
  });
  if (parsed.kind === "problems") throw new Error("the tidy lab does not parse");
  return parsed.lab;
})();

/** A day and two hours old, with a guest that nobody covers, and one of every trouble that leaves figures behind. */
const troubledWorld = (): World => {
  const world = worldOf(lab, { seed: 1, now: Date.now() - 26 * hours });
  const config = dict<string | number>([
    ["name", "forgotten"],
    ["memory", "2048"],
    ["tags", "b;a"],
    ["onboot", 1],
  ]);
  addGuest(world, { vmid: 9001, kind: "qemu", node: "pve1", config, installed: true });
  startGuest(world, { user: "root@pam" }, { node: "pve1", kind: "qemu", vmid: 9001 });
  advanceTo(world, Date.now());
  return world;
};

type TroubledLab = { readonly url: string; readonly twin: RunningTwin; readonly stop: () => Promise<void> };

/**
 * A twin whose time is fast, and the metrics of it over HTTP as the exporter has them: what the exporter asks once a minute is
 * asked every three seconds.
 */
export const troubledLab = async (): Promise<TroubledLab> => {
  const world = troubledWorld();
  const twin = await startTwin({ world, speed, tokens: { "root@pam!metrics": "s3cret" } });
  const { clock } = twin;
  const pve = proxmoxOver<PveVersion>(world.release, new InProcessTransport(twin.api, { clock }), clock);
  const stop = new AbortController();
  const [measure, monitor, declared] = [new Measure(), new Monitor(pve, clock), new Declared(lab)];
  type Parameters = Readonly<Record<string, string | number>>;
  const put = (path: string, parameters: Parameters) => pve.request("PUT", path, parameters);
  const post = (path: string, parameters: Parameters) => pve.request("POST", path, parameters);
  await put("/nodes/{node}/subscription", { node: "pve1", key: "pve2c-0123456789" });
  await put("/nodes/{node}/qemu/{vmid}/config", { node: "pve1", vmid: 101, memory: 4096, tags: "edge" });
  const { data } = await pve.request("GET", "/cluster/backup");
  for (const { id, all } of data as readonly { readonly id: string; readonly all?: number }[])
    if (all === 1) await put("/cluster/backup/{id}", { id, exclude: "9001" });
  declared.proven(clock.now(), proveLab(lab, clock.now()));
  const { state } = await observe(pve, clock);
  declared.compared(state.at, compareLab(lab, state));
  const running = monitor.run(stop.signal);
  // Tasks count that end while somebody watches.
  await until(
    () => keptValue(monitor.seen().cluster.tasks),
    5_000,
    () => "the tasks are not answered",
  );
  const server = createServer((_, response) => {
    const seen = monitor.seen();
    const page = measure.page(seen, { cluster: true, node: true });
    declared.measure(page, seen);
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(page.text("prometheus"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  // What goes wrong only now leaves counters that grow while they are watched.
  fault(world, {
    subject: { kind: "guest", vmid: 105 },
    what: { kind: "stays-locked", lock: "migrate" },
    at: clock.now(),
  });
  fault(world, {
    subject: { kind: "guest", vmid: 103 },
    what: { kind: "task-fails", type: "vzdump", share: 0.5, message: "no space left on device" },
    at: clock.now(),
  });
  fault(world, {
    subject: { kind: "path", path: "/nodes/pve3/disks" },
    what: { kind: "api-fails", status: 500, reason: "no" },
    at: clock.now(),
  });
  setMaintenance(world, "pve3", true);
  twin.changed();
  await post("/nodes/{node}/vzdump", { node: "pve2", vmid: "103", storage: "pbs" });
  // The second finds its name taken, and fails.
  for (const snapname of ["before", "before"])
    await post("/nodes/{node}/qemu/{vmid}/snapshot", { node: "pve2", vmid: 102, snapname });
  // It goes on for as long as anybody looks.
  await post("/nodes/{node}/qemu/{vmid}/migrate", {
    node: "pve1",
    vmid: 9001,
    target: "pve2",
    online: 1,
    bwlimit: 512,
  });
  await post("/nodes/{node}/services/{service}/stop", { node: "pve2", service: "cron" });
  return {
    url: `127.0.0.1:${port}`,
    twin,
    stop: async () => {
      stop.abort();
      await running;
      await new Promise((resolve) => server.close(resolve));
      await twin.stop();
    },
  };
};
