import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type ServedLab, serveLab } from "./served-lab.ts";

export type ServerFigures = {
  readonly startedMs: number;
  /** To the first whole look at the cluster. */
  readonly seenMs: number;
  readonly seconds: number;
  readonly answers: number;
  readonly rssMb: number;
  readonly mostMb: number;
  /** Of its PostgreSQL, all processes, shared memory counted once. */
  readonly postgresMb: number;
};

const targetMb = 200;

const statusOf = (pid: number | undefined, name: string): number =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

const rollup = (pid: number): number => {
  try {
    return Number(/Pss:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  } catch {
    // Ended meanwhile, or not ours to look at.
    return 0;
  }
};

/** Kilobytes of a process's children and theirs. */
const childrenOf = (pid: number): number => {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = all.flatMap((name) => {
    try {
      return [[Number(name), statusOf(Number(name), "PPid")] as const];
    } catch {
      return [];
    }
  });
  const sum = (of: number): number =>
    parents.filter(([, parent]) => parent === of).reduce((kb, [child]) => kb + rollup(child) + sum(child), 0);
  return sum(pid);
};

/** What somebody asks for who goes through the console. */
const pagesOf = (cluster: string): readonly string[] => [
  "/api/clusters",
  ...["state", "objectives", "findings", "failures", "nodes", "guests", "storages", "tasks"].map(
    (page) => `/api/clusters/${cluster}/${page}`,
  ),
  "/api/audit",
];

const isSeen = (clusters: unknown): boolean => JSON.stringify(clusters).includes('"read"');

const looked = async ({ ask }: ServedLab): Promise<void> => {
  while (!isSeen(await ask("/api/clusters"))) await sleep(50);
};

/** `orrery serve` with the lab declared and its twin to watch, while somebody goes through all pages again and again. */
export const measureServer = async (seconds = 40): Promise<ServerFigures> => {
  const began = performance.now();
  const served = await serveLab("examples/astronomy-lab");
  try {
    await looked(served);
    const seenMs = performance.now() - began;
    let answers = 0;
    for (const until = performance.now() + seconds * 1000; performance.now() < until; await sleep(1000)) {
      for (const page of pagesOf(served.cluster)) {
        await served.ask(page);
        answers += 1;
      }
    }
    const { pid } = served.server;
    return {
      startedMs: served.startedMs,
      seenMs,
      seconds,
      answers,
      rssMb: statusOf(pid, "VmRSS") / 1000,
      mostMb: statusOf(pid, "VmHWM") / 1000,
      postgresMb: childrenOf(pid ?? 0) / 1000,
    };
  } finally {
    await served.stop();
  }
};

export const serverLines = (figures: ServerFigures): string[] => {
  const line = (name: string, value: number, unit: string, target = "") =>
    `  ${name.padEnd(52)}${value.toFixed(0).padStart(6)} ${unit}${target}`;
  return [
    `orrery serve examples/astronomy-lab, ${figures.answers} answers of its pages in ${figures.seconds} s`,
    line("to its first answer, its PostgreSQL made anew", figures.startedMs, "ms"),
    line("its twin started too, to the first look at it", figures.seenMs, "ms"),
    line("memory of the server", figures.rssMb, "MB", `   (target ${targetMb})`),
    line("the most that it had", figures.mostMb, "MB", `   (target ${targetMb})`),
    line("beside it, its PostgreSQL", figures.postgresMb, "MB"),
  ];
};
