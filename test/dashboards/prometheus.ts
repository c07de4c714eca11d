import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Comes back with what a look finds, as soon as it finds it; fails with why where it does not within a time. */
export const until = async <T>(
  look: () => Promise<T | undefined> | T | undefined,
  withinMs: number,
  why: () => string,
): Promise<T> => {
  for (const end = performance.now() + withinMs; ; ) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(why());
    await setTimeout(100);
  }
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
};

type Element = { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] };

export type RunningPrometheus = {
  /** What an expression is now. */
  readonly query: (expression: string) => Promise<readonly Element[]>;
  readonly get: (path: string) => Promise<unknown>;
  readonly stop: () => Promise<void>;
};

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
};

/** Debian's Prometheus with these files, on this machine alone. */
export const startPrometheus = async (files: ReadonlyMap<string, string>): Promise<RunningPrometheus> => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-prometheus-"));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const at = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    "/usr/bin/prometheus",
    [
      "--config.file=prometheus.yml",
      `--web.listen-address=${at.replace("http://", "")}`,
      "--storage.tsdb.path=data",
      "--log.level=warn",
    ],
    { cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(at + path);
    const answer = (await response.json()) as { status: string; error?: string; data: unknown };
    if (answer.status !== "success") throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  };
  try {
    await until(
      () =>
        fetch(`${at}/-/ready`).then(
          ({ ok }) => (ok ? true : undefined),
          () => undefined,
        ),
      10_000,
      () => `Prometheus does not start: ${said}`,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    query: async (expression) =>
      ((await get(`/api/v1/query?query=${encodeURIComponent(expression)}`)) as { result: readonly Element[] }).result,
    get,
    stop,
  };
};

const main = join(import.meta.dirname, "../../apps/cli/src/main.mjs");

type Program = { readonly said: string; readonly stop: () => Promise<void> };

/** A command of Orrery that goes on, with the first thing that it said. */
const startProgram = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<Program> => {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await Promise.race([once(child.stdout, "data"), once(child, "close")])) as [unknown];
  if (!(said instanceof Buffer)) throw new Error(`orrery ${args[0]} ended at once`);
  return { said: String(said), stop: () => ended(child) };
};

type Scraped = { readonly address: string; readonly stop: () => Promise<void> };

const token = { id: "root@pam!metrics", secret: "s3cret" } as const;

/** `orrery exporter`, as somebody would start it. */
export const startExporter = async (url: string, fingerprint: string): Promise<Scraped> => {
  const { said, stop } = await startProgram(
    ["exporter", "--url", url, "--fingerprint", fingerprint, "--listen", "127.0.0.1:0"],
    { ORRERY_TOKEN: `${token.id}=${token.secret}` },
  );
  const address = /http:\/\/([^/]+)\/pve/.exec(said)?.[1];
  if (address === undefined) throw new Error(`the exporter said ${said}`);
  return { address, stop };
};

/** `orrery serve` with settings that let everybody scrape it, over HTTPS. */
export const startServer = async (url: string, fingerprint: string): Promise<Scraped> => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-server-"));
  const settings = {
    listen: "127.0.0.1:0",
    metrics: "open",
    clusters: [
      {
        id: "tidy-lab",
        lab: join(import.meta.dirname, "../../examples/tidy-lab"),
        connection: { urls: [url], fingerprint, credentials: { token: token.id, secret: "env:PVE_SECRET" } },
      },
    ],
  };
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
  const { said, stop } = await startProgram(
    ["serve", "--settings", join(folder, "settings.json"), "--memory", "--json"],
    { PVE_SECRET: token.secret, ORRERY_HOME: folder },
  );
  return {
    address: new URL((JSON.parse(said) as { url: string }).url).host,
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
