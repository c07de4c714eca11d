import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ExporterFigure, ServedCrowd } from "./exporter.ts";

/**
 * Scrapes as its HTTP handler does, and prints how long each scrape took, in milliseconds: first the whole of one node, then
 * of each other node what it tells of the node that it asked alone.
 */
const program = `
import json, sys, time
from pve_exporter.collector import CollectorsOptions, collect_pve
config = {"user": "root@pam", "token_name": "bench", "token_value": "s3cret", "verify_ssl": False}
options = CollectorsOptions(**{name: True for name in CollectorsOptions._fields})
took = []
for index, host in enumerate(sys.argv[1:]):
    began = time.perf_counter()
    collect_pve(config, host, index == 0, True, options)
    took.append((time.perf_counter() - began) * 1000)
print(json.dumps(took))
`;

const scrapes = async (checkout: string, hosts: readonly string[]): Promise<readonly number[]> => {
  const child = spawn("/usr/bin/python3", ["-W", "ignore", "-c", program, ...hosts], {
    env: { ...process.env, PYTHONPATH: join(checkout, "src") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [said, complained] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complained += text));
  const [status] = (await once(child, "close")) as [number | null];
  if (status !== 0) throw new Error(`prometheus-pve-exporter did not run: ${complained}`);
  return JSON.parse(said) as number[];
};

const rounds = 3;
const middle = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * prometheus-pve-exporter on the same twin, where ORRERY_PVE_EXPORTER names its checkout and Debian's Python has what it
 * imports (python3-proxmoxer, python3-requests, python3-prometheus-client). It keeps nothing between scrapes.
 */
export const measurePveExporter = async (
  serve: (guests: number, delayMs: number) => Promise<ServedCrowd>,
): Promise<ExporterFigure[]> => {
  const checkout = process.env.ORRERY_PVE_EXPORTER;
  if (checkout === undefined) return [];
  const figures: ExporterFigure[] = [];
  for (const delayMs of [0, 5]) {
    const { urls, requests, stop } = await serve(500, delayMs);
    const hosts = Object.values(urls).map((url) => url.replace("https://", ""));
    const [ones, alls]: [number[], number[]] = [[], []];
    let [ofOne, ofAll] = [Number.NaN, Number.NaN];
    for (let round = 0; round < rounds; round += 1) {
      const before = await requests();
      const [one = Number.NaN] = await scrapes(checkout, hosts.slice(0, 1));
      const between = await requests();
      const all = await scrapes(checkout, hosts);
      ones.push(one);
      alls.push(all.reduce((sum, took) => sum + took, 0));
      [ofOne, ofAll] = [between - before, (await requests()) - between];
    }
    await stop();
    const about = `prometheus-pve-exporter, 500 guests${delayMs > 0 ? `, ${delayMs} ms away` : ""}`;
    figures.push(
      { what: `${about}: one node of five`, value: middle(ones), unit: "ms" },
      { what: `${about}: all nodes, one by one`, value: middle(alls), unit: "ms" },
    );
    if (delayMs === 0)
      figures.push(
        { what: `${about}: requests of a scrape, one node`, value: ofOne, unit: "" },
        { what: `${about}: requests of a scrape, all nodes`, value: ofAll, unit: "" },
      );
  }
  return figures;
};
