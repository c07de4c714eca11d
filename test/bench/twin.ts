import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import type { LifeFigures } from "./twin-load.ts";

const root = join(import.meta.dirname, "../..");
const load = join(import.meta.dirname, "twin-load.ts");
const main = join(root, "apps/cli/src/main.mjs");

type Answered = { readonly bytes: number };

/** A connection that is kept and asks one question again and again, reading no more of the answers than it must. */
class Asker {
  readonly #socket: TLSSocket;
  readonly #question: string;
  #left = 0;
  #head = "";
  #bytes = 0;
  #done: ((answered: Answered) => void) | undefined;

  constructor(socket: TLSSocket, question: string) {
    this.#socket = socket;
    this.#question = question;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#left > 0) this.#left -= chunk.length;
    else {
      this.#head += chunk.toString("latin1");
      const end = this.#head.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!this.#head.startsWith("HTTP/1.1 200")) throw new Error(this.#head.slice(0, 200));
      const length = Number(/content-length: (\d+)/i.exec(this.#head)?.[1] ?? 0);
      this.#left = length - (this.#head.length - end - 4);
      this.#head = "";
    }
    if (this.#left > 0) return;
    const bytes = this.#bytes;
    this.#bytes = 0;
    this.#done?.({ bytes });
  }

  ask(): Promise<Answered> {
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#socket.write(this.#question);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

const open = async (url: string, path: string, token: string, gzip: boolean): Promise<Asker> => {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const headers = [
    `GET ${path} HTTP/1.1`,
    `Host: ${hostname}`,
    `Authorization: PVEAPIToken=${token}`,
    ...(gzip ? ["Accept-Encoding: gzip"] : []),
  ];
  return new Asker(socket, `${headers.join("\r\n")}\r\n\r\n`);
};

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

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;

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

export type BootFigures = {
  readonly firstAnswerMs: number;
  readonly bestMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
};

/** From the start of the process `orrery twin serve LAB` to its first answer, and its memory then. */
const boot = async (lab: string): Promise<BootFigures> => {
  const runs: { ms: number; cpuMs: number; rssMb: number }[] = [];
  for (let count = 0; count < 6; count++) {
    const began = performance.now();
    const child = spawn(
      process.execPath,
      [main, "twin", "serve", lab, "--listen", "127.0.0.1:0", "--token", "root@pam!bench=secret-of-bench", "--json"],
      { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
    );
    const [line] = await once(child.stdout, "data");
    const asker = await open(
      JSON.parse(String(line)).url,
      "/api2/json/version",
      "root@pam!bench=secret-of-bench",
      false,
    );
    await asker.ask();
    const ms = performance.now() - began;
    const [status, stat] = ["status", "stat"].map((name) => readFileSync(`/proc/${child.pid}/${name}`, "utf8"));
    const ticks = (stat ?? "").slice((stat ?? "").lastIndexOf(")") + 2).split(" ");
    asker.close();
    child.kill("SIGTERM");
    await once(child, "exit");
    // The first one fills the caches of compiled modules and of the declaration.
    if (count > 0)
      runs.push({
        ms,
        cpuMs: 10 * (Number(ticks[11]) + Number(ticks[12])),
        rssMb: Number(/VmRSS:\s+(\d+)/.exec(status ?? "")?.[1]) / 1000,
      });
  }
  return {
    firstAnswerMs: median(runs.map(({ ms }) => ms)),
    bestMs: Math.min(...runs.map(({ ms }) => ms)),
    cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    rssMb: median(runs.map(({ rssMb }) => rssMb)),
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
  readonly boot: BootFigures;
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
    boot: await boot(lab),
    serving: [await serving(5, 500, false, 3), await serving(5, 500, true, 3), await serving(32, 10_000, false, 3)],
    lives,
    queue: { customers, twin: alone("queue", String(customers)) as QueueFigures, simpy: simpy() },
  };
};

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en-US", { maximumFractionDigits: digits, minimumFractionDigits: digits });

/** The figures as a person reads them, each with its target where there is one. */
export const twinTable = ({ boot: start, serving: served, lives, queue }: TwinFigures): string => {
  const lines = [
    "The twin of examples/astronomy-lab",
    `  start of the process to the first answer   ${number(start.firstAnswerMs)} ms median, ${number(start.bestMs)} ms best, ${number(start.cpuMs)} ms CPU (target 300)`,
    `  memory then                                ${number(start.rssMb)} MB (target 120)`,
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
