import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { ExporterFigure } from "./exporter.ts";

type Serve = (
  guests: number,
  delayMs: number,
) => Promise<{ readonly url: string; readonly stop: () => Promise<unknown> }>;

/** Scrapes five times as its HTTP handler does, and prints how long each took, in milliseconds. */
const program = `
import json, sys, time
from pve_exporter.collector import CollectorsOptions, collect_pve
config = {"user": "root@pam", "token_name": "bench", "token_value": "s3cret", "verify_ssl": False}
options = CollectorsOptions(**{name: True for name in CollectorsOptions._fields})
took = []
for _ in range(5):
    began = time.perf_counter()
    collect_pve(config, sys.argv[1], True, True, options)
    took.append((time.perf_counter() - began) * 1000)
print(json.dumps(took))
`;

/**
 * prometheus-pve-exporter on the same twin, where ORRERY_PVE_EXPORTER names its checkout and Debian's Python has what it
 * imports (python3-proxmoxer, python3-requests, python3-prometheus-client). It tells of one node of the five.
 */
export const measurePveExporter = async (serve: Serve): Promise<ExporterFigure[]> => {
  const checkout = process.env.ORRERY_PVE_EXPORTER;
  if (checkout === undefined) return [];
  const figures: ExporterFigure[] = [];
  for (const delayMs of [0, 5]) {
    const { url, stop } = await serve(500, delayMs);
    const { stdout, stderr, status } = spawnSync(
      "/usr/bin/python3",
      ["-W", "ignore", "-c", program, url.replace("https://", "")],
      { encoding: "utf8", env: { ...process.env, PYTHONPATH: join(checkout, "src") } },
    );
    await stop();
    if (status !== 0) throw new Error(`prometheus-pve-exporter did not run: ${stderr}`);
    const took = (JSON.parse(stdout) as number[]).toSorted((one, other) => one - other);
    const away = delayMs > 0 ? `, ${delayMs} ms away` : "";
    figures.push({ what: `prometheus-pve-exporter, 500 guests${away}`, value: took[2] ?? Number.NaN, unit: "ms" });
  }
  return figures;
};
