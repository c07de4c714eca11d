import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "./asker.ts";

const root = join(import.meta.dirname, "../..");
const main = join(root, "apps/cli/src/main.mjs");
const token = "root@pam!bench=secret-of-bench";
const serve = ["twin", "serve", "examples/astronomy-lab", "--listen", "127.0.0.1:0", "--token", token, "--json"];

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;

type Run = {
  /** What Node itself takes to start and end, at this moment of this machine. */
  readonly nodeMs: number;
  readonly firstMs: number;
  readonly resourcesMs: number;
  /** The first answer that needs more than the first ones do. */
  readonly furtherMs: number;
  /** CPU of all threads to the first answer. */
  readonly cpuMs: number;
  readonly rssMb: number;
  /** The most that it ever had, after all three answers. */
  readonly mostMb: number;
};

export type StartFigures = {
  readonly runs: number;
  readonly median: Run;
  readonly best: Run;
  /** The same from the sources, without the bundle. */
  readonly sources: { readonly median: Run; readonly best: Run };
};

/** Milliseconds of CPU that a process has had, all its threads. */
const cpuOf = (pid: number | undefined): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
};

const memoryOf = (pid: number | undefined, name: "VmRSS" | "VmHWM"): number =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1000;

const nodeAlone = (): number => {
  const began = performance.now();
  spawnSync(process.execPath, ["-e", "0"]);
  return performance.now() - began;
};

const startOnce = async (env: Readonly<Record<string, string>> = {}): Promise<Run> => {
  const nodeMs = nodeAlone();
  const began = performance.now();
  const child = spawn(process.execPath, [main, ...serve], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  const { url } = JSON.parse(String(line));
  const asked = async (path: string): Promise<number> => {
    const asker = await open(url, path, token, false);
    await asker.ask();
    asker.close();
    return performance.now() - began;
  };
  const firstMs = await asked("/api2/json/version");
  const cpuMs = cpuOf(child.pid);
  const rssMb = memoryOf(child.pid, "VmRSS");
  const resourcesMs = await asked("/api2/json/cluster/resources");
  const furtherMs = await asked("/api2/json/nodes/node01/qemu");
  const mostMb = memoryOf(child.pid, "VmHWM");
  child.kill("SIGTERM");
  await once(child, "exit");
  return { nodeMs, firstMs, resourcesMs, furtherMs, cpuMs, rssMb, mostMb };
};

const ofAll = (runs: readonly Run[], choose: (values: readonly number[]) => number): Run => ({
  nodeMs: choose(runs.map(({ nodeMs }) => nodeMs)),
  firstMs: choose(runs.map(({ firstMs }) => firstMs)),
  resourcesMs: choose(runs.map(({ resourcesMs }) => resourcesMs)),
  furtherMs: choose(runs.map(({ furtherMs }) => furtherMs)),
  cpuMs: choose(runs.map(({ cpuMs }) => cpuMs)),
  rssMb: choose(runs.map(({ rssMb }) => rssMb)),
  mostMb: choose(runs.map(({ mostMb }) => mostMb)),
});

const fromSources = { ORRERY_DEBUG: "1" };

/** From the start of the process `orrery twin serve examples/astronomy-lab` to its first answers, and its memory. */
export const measureStart = async (count = 15): Promise<StartFigures> => {
  // The first ones fill the caches of compiled modules and of the declaration.
  await startOnce();
  await startOnce(fromSources);
  const runs: Run[] = [];
  const others: Run[] = [];
  while (runs.length < count) {
    runs.push(await startOnce());
    if (runs.length % 3 === 0) others.push(await startOnce(fromSources));
  }
  const least = (values: readonly number[]): number => Math.min(...values);
  return {
    runs: count,
    median: ofAll(runs, median),
    best: ofAll(runs, least),
    sources: { median: ofAll(others, median), best: ofAll(others, least) },
  };
};

/** As a person reads it. What else runs on the machine shows in Node's own start. */
export const startLines = ({ runs, median: middle, best, sources }: StartFigures): string[] => {
  const line = (name: string, of: (run: Run) => number, unit: string, target = "") =>
    `  ${name.padEnd(44)}${of(middle).toFixed(0).padStart(6)} ${unit} median ${of(best).toFixed(0).padStart(6)} ${unit} best${target}`;
  return [
    `orrery twin serve examples/astronomy-lab, started ${runs} times`,
    line("Node alone, node -e 0", ({ nodeMs }) => nodeMs, "ms"),
    line("to the first answer, GET /version", ({ firstMs }) => firstMs, "ms", "   (target 300)"),
    line("to the second, GET /cluster/resources", ({ resourcesMs }) => resourcesMs, "ms"),
    line("to the third, GET /nodes/node01/qemu", ({ furtherMs }) => furtherMs, "ms"),
    line("CPU to the first answer, all threads", ({ cpuMs }) => cpuMs, "ms"),
    line("memory at the first answer", ({ rssMb }) => rssMb, "MB", "   (target 120)"),
    line("most memory, after the third", ({ mostMb }) => mostMb, "MB"),
    `  From the sources, without the bundle: ${sources.median.firstMs.toFixed(0)} ms median, ${sources.best.firstMs.toFixed(0)} ms best, ${sources.median.cpuMs.toFixed(0)} ms of CPU, ${sources.median.rssMb.toFixed(0)} MB.`,
    `  The first answer took ${(middle.firstMs / middle.nodeMs).toFixed(1)} times as long as Node alone, by medians.`,
  ];
};
