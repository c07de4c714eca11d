import { afterAll, beforeAll, expect, test } from "vitest";
import type { PveClient } from "./index.ts";
import { aCertificate } from "./testing/certificates.ts";
import { clientOf } from "./testing/clients.ts";
import { answer, type HttpsNode, startNode } from "./testing/https-node.ts";

const patiently = { timeout: 20_000 };

let node: HttpsNode;
let pve: PveClient;
const waiting = new Map<string, (() => void)[]>();
const sockets = new Set<unknown>();

beforeAll(async () => {
  node = await startNode(await aCertificate(), ({ path }, response) => {
    sockets.add(response.socket);
    const name = /^\/nodes\/([^/]+)/.exec(path)?.[1] ?? "";
    waiting.set(name, [...(waiting.get(name) ?? []), () => answer(response, { data: [] })]);
  });
  pve = clientOf([node], { perNode: 3 });
});

afterAll(async () => {
  await pve.close();
  await node.stop();
});

const underWay = (name: string) => waiting.get(name)?.length ?? 0;
const answerAll = (name: string) => {
  for (const go of waiting.get(name)?.splice(0) ?? []) go();
};

test("a node has no more requests at a time than it may, while others have theirs", async () => {
  const ask = (name: string) => pve.get("/nodes/{node}/qemu", { node: name });
  let answered = 0;
  const calls = Array.from({ length: 8 }, () => ask("pve1").then(() => (answered += 1)));
  await expect.poll(() => underWay("pve1"), patiently).toBe(3);
  const other = ask("pve2");
  await expect.poll(() => underWay("pve2"), patiently).toBe(1);
  expect(underWay("pve1")).toBe(3);
  answerAll("pve2");
  await other;
  for (const done of [3, 6, 8]) {
    answerAll("pve1");
    await expect.poll(() => answered, patiently).toBe(done);
    await expect.poll(() => underWay("pve1"), patiently).toBe(Math.min(3, 8 - done));
  }
  await Promise.all(calls);
});

test("connections are kept and used again", async () => {
  const open = sockets.size;
  for (let times = 0; times < 10; times += 1) {
    const call = pve.get("/version");
    await expect.poll(() => underWay(""), patiently).toBe(1);
    answerAll("");
    await call;
  }
  expect(open).toBeGreaterThan(0);
  expect(sockets.size).toBe(open);
});
