import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startTwin } from "@orrery/twin-server";
import type { IdleHour, IdleQuestion } from "./idle-server.ts";

const lab = join(import.meta.dirname, "../../examples/astronomy-lab");

export type IdleFigures = { readonly seconds: number; readonly requests: number; readonly hours: readonly IdleHour[] };

/**
 * The server of a lab through a day in which nobody asks it anything, on a clock that runs as fast as it can work. The
 * twin stands in this process, and its time stands still: what it would gather in a day is not the server's.
 */
export const measureIdle = async (hours = 24): Promise<IdleFigures> => {
  const home = mkdtempSync(join(tmpdir(), "orrery-idle-"));
  chmodSync(home, 0o755);
  let requests = 0;
  const twin = await startTwin({
    lab,
    onRequest: () => {
      requests += 1;
    },
  });
  const [token] = twin.credentials.tokens;
  const question: IdleQuestion = {
    lab,
    home,
    url: twin.url,
    fingerprint: twin.fingerprint,
    token: `${token?.id}=${token?.secret}`,
    hours,
  };
  const began = performance.now();
  const args = ["--expose-gc", join(import.meta.dirname, "idle-server.ts"), JSON.stringify(question)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const told: IdleHour[] = [];
  createInterface(child.stdout).on("line", (line) => told.push(JSON.parse(line)));
  const [status] = await once(child, "close");
  await twin.stop();
  rmSync(home, { recursive: true, force: true });
  if (status !== 0) throw new Error(`The idle server ended with ${String(status)}.`);
  return { seconds: (performance.now() - began) / 1000, requests, hours: told };
};

const mb = (bytes: number): string => (bytes / 1e6).toFixed(1).padStart(7);

export const idleLines = ({ seconds, requests, hours }: IdleFigures): string[] => {
  const last = hours.at(-1);
  const shown = hours.filter(({ hour }) => [1, 2, 6, 12, 18].includes(hour) || hour === last?.hour);
  const first = hours.find(({ hour }) => hour === 2) ?? hours[0];
  const grown = last === undefined || first === undefined ? 0 : last.heap + last.external - first.heap - first.external;
  return [
    `A day of the server in which nobody asks, in ${seconds.toFixed(0)} s, ${requests} requests`,
    "  after      heap  outside  process, MB   (run from the sources and without a pause, which takes more than a server does)",
    ...shown.map(
      ({ hour, heap, external, rss }) =>
        `  ${`${hour} h`.padEnd(7)}${mb(heap)}${mb(external).padStart(9)}${mb(rss).padStart(9)}`,
    ),
    `  grown from the second hour on: ${(grown / 1e6).toFixed(1)} MB (target: none)`,
  ];
};
