import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sender } from "@orrery/notify";
import { systemClock } from "@orrery/pve";
import { bareWorld } from "@orrery/twin-world";
import { type AlertMemory, AlertWatch, memoryAlertMemory } from "@orrery/watch";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { reasonToSkip } from "../others/debian.ts";
import { watchedCluster } from "./watched-cluster.ts";

const reason = reasonToSkip("watch/alertmanager.test.ts");

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

/** Debian's Alertmanager, that tells nobody. */
const startAlertmanager = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-alertmanager-"));
  const config = join(folder, "alertmanager.yml");
  writeFileSync(config, "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n");
  const url = `http://127.0.0.1:${await freePort()}`;
  const child: ChildProcess = spawn(
    "prometheus-alertmanager",
    [
      `--config.file=${config}`,
      `--storage.path=${folder}`,
      `--web.listen-address=${url.slice("http://".length)}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
  });
  const isReady = async (): Promise<void> => {
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
  };
  await vi.waitFor(isReady, { timeout: 20_000, interval: 50 });
  return url;
};

describe.skipIf(reason !== undefined)(`Alertmanager${reason === undefined ? "" : ` (${reason})`}`, () => {
  test("is told what fires, and that it is over", async () => {
    const url = await startAlertmanager();
    // Alertmanager goes by the clock of this machine: what fires has to be of now, and its end not of tomorrow.
    const world = bareWorld({ nodes: ["pve1", "pve2", "pve3"], now: Date.now() - 8 * 60_000 });
    const { clock, watch, pass, befall } = await watchedCluster(world);
    const memory: AlertMemory = memoryAlertMemory();
    const notifier = sender({ clock: systemClock, secrets: () => Promise.resolve(undefined) });
    onTestFinished(() => notifier.close());
    const alerts = new AlertWatch({
      cluster: "lab",
      clock,
      memory,
      notifier,
      receivers: () => Promise.resolve({ am: { kind: "alertmanager", severities: ["critical", "warning"], url } }),
      externalUrl: () => "https://orrery.example",
    });
    watch.listen((look) => alerts.look(look));
    const firing = async (): Promise<unknown[]> => {
      const all = (await (await fetch(`${url}/api/v2/alerts`)).json()) as { labels: Record<string, string> }[];
      return all.map(({ labels: { alertname, node, cluster } }) => `${alertname} ${node ?? ""} ${cluster}`);
    };
    await pass(4 * 60_000);
    const end = befall({ kind: "node", node: "pve3" }, { kind: "is-partitioned" });
    await pass(30_000);
    await alerts.settled();
    await vi.waitFor(async () => expect(await firing()).toContain("NodeDown pve3 lab"), { timeout: 20_000 });
    end();
    await pass(110_000);
    await alerts.settled();
    await vi.waitFor(async () => expect(await firing()).not.toContain("NodeDown pve3 lab"), { timeout: 20_000 });
  });
});
