import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "orrery-start-"));
// Where root runs this, PostgreSQL runs as somebody else, who has to get there.
chmodSync(home, 0o755);
afterAll(() => rmSync(home, { recursive: true, force: true }));

const start = (...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ["scripts/run.mjs", "start", ...args], {
    cwd: root,
    env: { ...process.env, ORRERY_HOME: home },
    stdio: ["ignore", "pipe", "inherit"],
  });

/** What it prints until that holds a pattern; all of it where there is none. */
const printed = async (child: ChildProcess, until?: RegExp): Promise<string> => {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (until?.test(text)) break;
  }
  return text;
};

const answers = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const tell = (does: boolean): void => {
      socket.destroy();
      resolve(does);
    };
    socket.once("connect", () => tell(true)).once("error", () => tell(false));
  });

const untilNoneAnswers = async (urls: readonly string[]): Promise<void> => {
  while ((await Promise.all(urls.map(answers))).includes(true)) await sleep(50);
};

const urlsIn = (text: string): string[] => text.match(/https:\/\/127\.0\.0\.1:\d+/g) ?? [];

test("once, it shows the check, the twin's status and the server's answer, and ends", async () => {
  const child = start("--once");
  const text = await printed(child);
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(text).toMatch(/Objectives ─+ \d+ of \d+ met/);
  expect(text).toMatch(/Storages\n/);
  expect(text).toContain('{"status":"ready"}; its console: 200 Orrery\n');
  await untilNoneAnswers(urlsIn(text));
});

test("an option for the check gets the check alone", async () => {
  const child = start("--json");
  const text = await printed(child);
  expect(JSON.parse(text)).toMatchObject({ objectives: expect.any(Array) });
});

test("it stays up and serves twin and server, and a killed start takes them with it and hinders no other", async () => {
  const first = start("--speed", "60");
  const told = await printed(first, /rules checked/);
  expect(told).toContain("a day passes in 24 min");
  expect(told).toMatch(/Storages\n/);
  expect(told).toMatch(/Objectives ─+ \d+ of \d+ met/);
  const urls = urlsIn(told);
  expect(urls).toHaveLength(2);
  expect(await Promise.all(urls.map(answers))).toEqual([true, true]);
  expect(readFileSync(join(home, "twin.env"), "utf8")).toContain(`export ORRERY_URL='${urls[1]}'`);
  first.kill("SIGKILL");
  await untilNoneAnswers(urls);
  const second = start();
  const again = urlsIn(await printed(second, /rules checked/));
  expect(await Promise.all(again.map(answers))).toEqual([true, true]);
  second.kill("SIGINT");
  expect(await once(second, "exit")).toEqual([0, null]);
  await untilNoneAnswers(again);
});
