import { join } from "node:path";
import { Measure, Monitor } from "@orrery/collect";
import { connectPve, systemClock } from "@orrery/pve";
import { startTwin } from "@orrery/twin-server";
import { advanceTo, bareWorld, fault, type World } from "@orrery/twin-world";
import { describe, expect, test } from "vitest";
import { crowdedWorld } from "../monitor/watched-world.ts";
import { runProgram } from "../others/program.ts";
import { familiesOf } from "./page.ts";
import names from "./pve-exporter-names.json" with { type: "json" };
import { labWorld } from "./watched-lab.ts";

const checkout = process.env.ORRERY_PVE_EXPORTER;

/** One page, as its HTTP handler makes it. */
const program = `
import sys
from pve_exporter.collector import CollectorsOptions, collect_pve
config = {"user": "root@pam", "token_name": "beside", "token_value": "s3cret", "verify_ssl": False}
options = CollectorsOptions(**{name: True for name in CollectorsOptions._fields})
sys.stdout.buffer.write(collect_pve(config, sys.argv[1], True, True, options))
`;

/** Five hundred guests that have started. */
const crowd = (): World => {
  const world = crowdedWorld(500);
  advanceTo(world, world.now + 120_000);
  return world;
};

/** A lab of a day, with HA, replication, tags, a lock, a subscription, and a guest outside every job. */
const livedIn = (): World => {
  const world = labWorld();
  advanceTo(world, world.now + 24 * 3_600_000);
  fault(world, {
    subject: { kind: "guest", vmid: 105 },
    what: { kind: "stays-locked", lock: "migrate" },
    at: world.now,
  });
  return world;
};

const worlds: Readonly<Record<string, () => World>> = {
  "two empty nodes": () => bareWorld({ nodes: ["pve1", "pve2"] }),
  "a lab that lives": livedIn,
  "five nodes and 500 guests": crowd,
};

/** What changes from one moment to the next, and what it tells of the node that it asked alone. */
const moving = /^pve_(cpu_usage_ratio|memory_usage|uptime|disk_usage|network_|disk_(read|write|written))/;
const ofOneNode = /^pve_(onboot|replication|subscription)_/;

describe.skipIf(checkout === undefined)(
  `prometheus-pve-exporter${checkout === undefined ? " (ORRERY_PVE_EXPORTER names no checkout of it)" : ""}`,
  () => {
    test.each(Object.entries(worlds))("of %s all its series are among ours, with the same values", async (_, world) => {
      const twin = await startTwin({ world: world(), speed: 1, tokens: { "root@pam!beside": "s3cret" } });
      const pve = connectPve({
        endpoints: [{ url: twin.url, trust: { kind: "fingerprint", sha256: twin.fingerprint } }],
        credentials: { kind: "token", id: "root@pam!beside", secret: "s3cret" },
      });
      try {
        const { stdout } = await runProgram(
          "/usr/bin/python3",
          ["-W", "ignore", "-c", program, twin.url.replace("https://", "")],
          { cwd: new URL(".", import.meta.url), env: { PYTHONPATH: join(checkout ?? "", "src"), TZ: "UTC" } },
        );
        const monitor = new Monitor(pve, systemClock);
        await monitor.cycle();
        // Configurations are read a few at a time.
        while (Object.values(monitor.seen().guests).some((kept) => kept.kind === "awaited")) await monitor.cycle();
        const page = new Measure().page(monitor.seen(), { cluster: true, node: true }).text("prometheus");
        const [theirs, ours] = [familiesOf(stdout), familiesOf(page)];
        expect(theirs.size).toBeGreaterThan(10);
        for (const [name, { type, labels, values }] of theirs) {
          if (!Object.hasOwn(names, name)) continue;
          const own = ours.get(name);
          expect({ name, type: own?.type, labels: own?.labels }).toEqual({ name, type, labels });
          for (const [series, value] of values) {
            expect({ name, series, there: own?.values.has(series) }).toEqual({ name, series, there: true });
            if (!moving.test(name))
              expect({ name, series, value: own?.values.get(series) }).toEqual({ name, series, value });
          }
          if (!ofOneNode.test(name)) expect({ name, count: own?.values.size }).toEqual({ name, count: values.size });
        }
      } finally {
        await pve.close();
        await twin.stop();
      }
    });
  },
);
