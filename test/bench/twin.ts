import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { open } from "./asker.ts";
import type { LifeFigures } from "./twin-load.ts";
import { measureStart, median, type StartFigures, startLines } from "./twin-start.ts";

const root = join(import.meta.dirname, "../..");
const load = join(import.meta.dirname, "twin-load.ts");

const tell = async (child: ChildProcess, what: string): Promise<{ cpu: NodeJS.CpuUsage; rss: number }> => {
  const answered = once(child, "message");
  child.send(what);
  const [answer] = await answered;
  return answer;
};

type Spent = { readonly cpu: NodeJS.CpuUsage };
const cpuMsBetween = (before: Spent, after: Spent): number =>
  (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1000;

export type ServingFigures = {
  readonly guests: number;
  readonly gzip: boolean;
  readonly answerKb: number;
  readonly perSecond: number;
  readonly perCpuSecond: number;
  /** From asking to the answer after a change, and the server's CPU for it. */
  readonly freshMs: number;
  readonly freshCpuMs: number;
  readonly rssMb: number;
};

/** Authenticated GET /cluster/resources over TLS, as often as one server process answers it. */
const serving = async (nodes: number, guests: number, gzip: boolean, seconds: number): Promise<ServingFigures> => {
  const child = fork(load, ["serve", String(nodes), String(guests)], { cwd: root });
  const [{ url }] = await once(child, "message");
  const path = "/api2/json/cluster/resources";
  const askers = await Promise.all(
    Array.from({ length: 16 }, () => open(url, path, "root@pam!bench=secret-of-bench", gzip)),
  );
  const [first] = askers;
  if (first === undefined) throw new Error("no connection");
  const { bytes } = await first.ask();
  // What an answer costs that nobody asked for before: something has changed each time.
  const fresh: number[] = [];
  const cold = await tell(child, "cpu");
  for (let count = 0; count < 15; count++) {
    await tell(child, "change");
    const began = performance.now();
    await first.ask();
    fresh.push(performance.now() - began);
  }
  const freshCpuMs = cpuMsBetween(cold, await tell(child, "cpu")) / fresh.length;
  const run = async (until: number): Promise<number> => {
    const counts = await Promise.all(
      askers.map(async (asker) => {
        let count = 0;
        for (; performance.now() < until; count++) await asker.ask();
        return count;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };
  await run(performance.now() + 500);
  const before = await tell(child, "cpu");
  const began = performance.now();
  const requests = await run(began + seconds * 1000);
  const tookMs = performance.now() - began;
  const after = await tell(child, "cpu");
  const cpuMs = cpuMsBetween(before, after);
  for (const asker of askers) asker.close();
  child.send("stop");
  await once(child, "exit");
  return {
    guests,
    gzip,
    answerKb: bytes / 1000,
    perSecond: (1000 * requests) / tookMs,
    perCpuSecond: (1000 * requests) / cpuMs,
    freshMs: median(fresh),
    freshCpuMs,
    rssMb: after.rss / 1e6,
  };
};

/** One measurement in a process of its own, so that none warms or burdens the next. */
const alone = (...args: readonly string[]): unknown => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", load, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

type QueueFigures = { readonly cpuMs: number; readonly meanWait: number };
const customers = 40_000;

const simpy = (): QueueFigures | undefined => {
  const { status, stdout } = spawnSync("/usr/bin/python3", [join(import.meta.dirname, "queue.py"), String(customers)], {
    encoding: "utf8",
  });
  return status === 0 ? JSON.parse(stdout) : undefined;
};

export type TwinFigures = {
  readonly start: StartFigures;
  readonly serving: readonly ServingFigures[];
  readonly lives: readonly LifeFigures[];
  readonly queue: { readonly customers: number; readonly twin: QueueFigures; readonly simpy: QueueFigures | undefined };
};

/** Measures the twin: its start, what it serves, how it lives, and a queue beside SimPy. */
export const measureTwin = async (): Promise<TwinFigures> => {
  const lab = "examples/astronomy-lab";
  const lives = [
    ["30", "1"],
    ["90", "1"],
    ["365", "1"],
    ["90", "2"],
    ["90", "4"],
  ].map(([days = "", times = ""]) => alone("live", lab, days, times) as LifeFigures);
  return {
    start: await measureStart(),
    serving: [await serving(5, 500, false, 3), await serving(5, 500, true, 3), await serving(32, 10_000, false, 3)],
    lives,
    queue: { customers, twin: alone("queue", String(customers)) as QueueFigures, simpy: simpy() },
  };
};

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en-US", { maximumFractionDigits: digits, minimumFractionDigits: digits });

/** The figures as a person reads them, each with its target where there is one. */
export const twinTable = ({ start, serving: served, lives, queue }: TwinFigures): string => {
  const lines = [
    ...startLines(start),
    "",
    "GET /cluster/resources over TLS, by token",
    "  guests   answer kB   a second   a second of the server's CPU   fresh ms   fresh CPU ms   RSS MB",
    ...served.map(
      ({ guests, gzip, answerKb, perSecond, perCpuSecond, freshMs, freshCpuMs, rssMb }) =>
        `  ${number(guests).padStart(6)}   ${number(answerKb).padStart(9)}   ${number(perSecond).padStart(8)}   ${number(perCpuSecond).padStart(28)}   ${number(freshMs, 1).padStart(8)}   ${number(freshCpuMs, 1).padStart(12)}   ${number(rssMb).padStart(6)}${gzip ? "   gzip" : ""}`,
    ),
    "  (targets: 3,000 a second of CPU with 500 guests; fresh under 60 ms with 10,000)",
    "",
    "A lab's life in virtual time: backups, prunes, load, a dozen failures (target: a year in 3,000 ms)",
    "    days   guests    events   CPU ms   events/s   heap MB   saved MB",
    ...lives.map(
      ({ days, guests, events, cpuMs, heapMb, savedMb }) =>
        `  ${number(days).padStart(6)}   ${number(guests).padStart(6)}   ${number(events).padStart(7)}   ${number(cpuMs).padStart(6)}   ${number((1000 * events) / cpuMs).padStart(8)}   ${number(heapMb).padStart(7)}   ${number(savedMb).padStart(8)}`,
    ),
    "",
    `${number(queue.customers)} customers of four queues with one server each, utilisation 0.8 (mean wait by theory 32 s)`,
    `  twin    ${number(queue.twin.cpuMs)} ms CPU, ${number((1000 * queue.customers) / queue.twin.cpuMs)} customers/s, mean wait ${number(queue.twin.meanWait, 1)} s`,
    queue.simpy === undefined
      ? "  SimPy   not installed (Debian: python3-simpy)"
      : `  SimPy   ${number(queue.simpy.cpuMs)} ms CPU, ${number((1000 * queue.customers) / queue.simpy.cpuMs)} customers/s, mean wait ${number(queue.simpy.meanWait, 1)} s; the twin takes ${number(queue.twin.cpuMs / queue.simpy.cpuMs, 2)} times as long`,
  ];
  return lines.join("\n");
};
