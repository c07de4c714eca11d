import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { Measure } from "@orrery/collect";
import { crowdedWorld, watchedWorld } from "../monitor/watched-world.ts";
import { measurePveExporter } from "./exporter-python.ts";

const main = join(import.meta.dirname, "../../apps/cli/src/main.mjs");

const middle = (values: readonly number[], share = 0.5): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? Number.NaN;

export type ExporterFigure = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: string;
};

export type ServedCrowd = {
  readonly url: string;
  /** The door of each node. */
  readonly urls: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  /** How many requests it was sent until now. */
  readonly requests: () => Promise<number>;
  readonly stop: () => Promise<unknown>;
};

const servedCrowd = async (guests: number, delayMs: number): Promise<ServedCrowd> => {
  const worker = new Worker(new URL("./exporter-twin.ts", import.meta.url), { workerData: { guests, delayMs } });
  const [{ url, urls, fingerprint }] = (await once(worker, "message")) as [ServedCrowd];
  const requests = async (): Promise<number> => {
    const answer = once(worker, "message");
    worker.postMessage("how many");
    return ((await answer) as [number])[0];
  };
  return { url, urls, fingerprint, requests, stop: () => worker.terminate() };
};

/** The real command, with modules that all ask the same twin: each begins with nothing known, in a process that is warm. */
const startedExporter = async (
  { url, fingerprint }: ServedCrowd,
  folder: string,
  modules: number,
): Promise<{ child: ChildProcess; at: string }> => {
  const file = join(folder, "pve.yml");
  const module = (index: number): string =>
    `m${index}:\n  user: root@pam\n  token_name: bench\n  token_value: env:BENCH_SECRET\n  targets: ["${url}"]\n  fingerprint: "${fingerprint}"\n`;
  writeFileSync(file, Array.from({ length: modules }, (_, index) => module(index)).join(""));
  const child = spawn(
    process.execPath,
    [main, "exporter", "--config", file, "--listen", "127.0.0.1:0", "--no-guests"],
    {
      env: { ...process.env, BENCH_SECRET: "s3cret", XDG_CACHE_HOME: join(folder, "cache") },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
  return { child, at: String(line).split("/pve")[0] ?? "" };
};

const scrape = async (at: string, module: string, encoding: string): Promise<number> => {
  const began = performance.now();
  const response = await fetch(`${at}/pve?module=${module}`, { headers: { "accept-encoding": encoding } });
  const page = await response.text();
  if (response.status !== 200) throw new Error(page);
  return performance.now() - began;
};

/** Seconds of the processor that the exporter has used. */
const cpuOf = async (at: string): Promise<number> =>
  Number(/^process_cpu_seconds_total (\S+)$/m.exec(await (await fetch(`${at}/metrics`)).text())?.[1]);

/** Until what a module asks in the background is asked: the next one must not pay for it. */
const quiet = async (at: string): Promise<void> => {
  let before = await cpuOf(at);
  for (let turn = 0; turn < 20; turn += 1) {
    await setTimeout(300);
    const now = await cpuOf(at);
    if (now - before < 0.03) return;
    before = now;
  }
};

const overHttp = async (guests: number, delayMs: number): Promise<ExporterFigure[]> => {
  // Each goes on watching once it was asked: of a large crowd a few are enough.
  const modules = guests > 1000 ? 3 : 8;
  const folder = mkdtempSync(join(tmpdir(), "orrery-bench-"));
  const served = await servedCrowd(guests, delayMs);
  const { child, at } = await startedExporter(served, folder, modules);
  const about = `${guests} guests${delayMs > 0 ? `, ${delayMs} ms away` : ""}`;
  const isTarget = guests === 500 && delayMs === 0;
  try {
    const cold: number[] = [];
    for (let index = 0; index < modules; index += 1) {
      await quiet(at);
      cold.push(await scrape(at, `m${index}`, "identity"));
    }
    const figures: ExporterFigure[] = [
      {
        what: `/pve cold, ${about}`,
        value: middle(cold.slice(modules / 2)),
        unit: "ms",
        ...(isTarget ? { target: "< 40" } : {}),
      },
    ];
    if (delayMs > 0) return figures;
    for (const encoding of ["identity", "gzip"]) {
      const took: number[] = [];
      const before = await cpuOf(at);
      for (let turn = 0; turn < 60; turn += 1) took.push(await scrape(at, "m0", encoding));
      const target = isTarget ? { target: "< 15" } : {};
      figures.push({ what: `/pve from cache, ${encoding}, p50, ${about}`, value: middle(took), unit: "ms", ...target });
      figures.push({ what: `/pve from cache, ${encoding}, p95, ${about}`, value: middle(took, 0.95), unit: "ms" });
      const cpu = (((await cpuOf(at)) - before) * 1000) / took.length;
      figures.push({ what: `  of the processor, ${encoding}, ${about}`, value: cpu, unit: "ms" });
    }
    return figures;
  } finally {
    child.kill("SIGTERM");
    await once(child, "close");
    await served.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A page made anew out of what is held, in this process. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const rendered = async (guests: number): Promise<ExporterFigure[]> => {
  const watched = await watchedWorld(crowdedWorld(guests));
  await watched.pass(guests > 1000 ? 20_000 : 240_000);
  const measure = new Measure();
  const [pages, packs]: [number[], number[]] = [[], []];
  let lines = 0;
  for (let turn = 0; turn < 20; turn += 1) {
    const began = cpuMs();
    const page = Buffer.from(measure.page(watched.monitor.seen(), { cluster: true, node: true }).text("prometheus"));
    pages.push(cpuMs() - began);
    const packing = cpuMs();
    gzipSync(page, { level: 1 });
    packs.push(cpuMs() - packing);
    lines = page.toString().split("\n").length;
  }
  return [
    { what: `a page anew, processor time, ${guests} guests`, value: middle(pages), unit: "ms" },
    { what: `its gzip, processor time, ${guests} guests`, value: middle(packs), unit: "ms" },
    { what: `its lines, ${guests} guests`, value: lines, unit: "" },
  ];
};

const steady =
  /^\/cluster\/(resources|status|metrics\/export|tasks|ha\/status\/current)$|^\/nodes\/\{node\}\/(status|replication|rrddata)$/;

/** Requests of a cycle once everything is known: five nodes, 500 guests. */
const requests = async (): Promise<ExporterFigure[]> => {
  const watched = await watchedWorld(crowdedWorld(500));
  await watched.pass(600_000);
  const late = watched.asked.filter(({ at }) => at >= 300_000);
  const perCycle = new Map<number, number>();
  for (const { path, at } of late)
    if (steady.test(path)) perCycle.set(Math.floor(at / 10_000), (perCycle.get(Math.floor(at / 10_000)) ?? 0) + 1);
  return [
    {
      what: "steady requests in a cycle, at the most",
      value: Math.max(...perCycle.values()),
      unit: "",
      target: "<= 6",
    },
    { what: "all requests in a cycle, on average", value: late.length / 30, unit: "" },
    { what: "requests in a minute, of all nodes", value: late.length / 5, unit: "" },
  ];
};

/** What it costs to watch a cluster of five nodes, and to answer a scrape. */
export const measureExporter = async (): Promise<ExporterFigure[]> => [
  ...(await overHttp(500, 0)),
  ...(await overHttp(500, 5)),
  ...(await overHttp(5000, 0)),
  ...(await rendered(500)),
  ...(await rendered(5000)),
  ...(await requests()),
  ...(await measurePveExporter(servedCrowd)),
];

export const exporterTable = (figures: readonly ExporterFigure[]): string => {
  const widest = Math.max(...figures.map(({ what }) => what.length));
  const rows = figures.map(({ what, value, unit, target }) => {
    const text = value < 100 ? value.toFixed(1) : value.toFixed(0);
    return `| ${what.padEnd(widest)} | ${`${text} ${unit}`.trim().padStart(10)} | ${(target ?? "").padEnd(6)} |`;
  });
  return [
    "exporter, five nodes",
    "",
    `| ${"".padEnd(widest)} | ${"".padStart(10)} | target |`,
    `|${"-".repeat(widest + 2)}|${"-".repeat(12)}|--------|`,
    ...rows,
  ].join("\n");
};
