import { PveError, type TaskLogLine } from "@orrery/contract";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { PveClient } from "./index.ts";
import { aCertificate, type Certificate } from "./testing/certificates.ts";
import { clientOf } from "./testing/clients.ts";
import { answer, type Behaviour, type HttpsNode, startNode } from "./testing/https-node.ts";

const upid = "UPID:pve3:000002D5:0004077F:6B02AF50:vzdump:100:root@pam:";

let certificate: Certificate;
let nodes: HttpsNode[] = [];
let pve: PveClient | undefined;

beforeAll(async () => {
  certificate = await aCertificate();
});

afterEach(async () => {
  await pve?.close();
  for (const node of nodes) await node.stop();
  nodes = [];
});

/** A task as the nodes tell of it: so many lines so far, and its exit status once it has one. */
interface Told {
  lines: string[];
  exitstatus: string | undefined;
}

const tells =
  (task: Told): Behaviour =>
  ({ path }, response) => {
    const url = new URL(path, "https://pve1");
    const base = `/nodes/pve3/tasks/${encodeURIComponent(upid)}`;
    if (url.pathname === `${base}/status`) {
      const { exitstatus } = task;
      const status = exitstatus === undefined ? { status: "running" } : { status: "stopped", exitstatus };
      return answer(response, { data: { upid, node: "pve3", ...status } });
    }
    if (url.pathname !== `${base}/log`)
      return answer(response, { data: null }, 501, `Method '${path}' not implemented`);
    // As Proxmox has it for an empty log.
    if (task.lines.length === 0) return answer(response, { total: 1, data: [{ n: 1, t: "no content" }] });
    const start = Number(url.searchParams.get("start"));
    const limit = Number(url.searchParams.get("limit"));
    const rows = task.lines.map((t, index) => ({ n: index + 1, t })).slice(start, start + limit);
    return answer(response, { total: task.lines.length, data: rows });
  };

const followed = async (behaviours: readonly Behaviour[]) => {
  nodes = await Promise.all(behaviours.map((behave) => startNode(certificate, behave)));
  pve = clientOf(nodes, { rounds: 1 });
  return pve;
};

const collect = async (lines: AsyncIterable<TaskLogLine>, each: (line: TaskLogLine) => void = () => undefined) => {
  const all: TaskLogLine[] = [];
  for await (const line of lines) {
    all.push(line);
    each(line);
  }
  return all;
};

test("the log comes line by line as it grows, each line once, to the end", async () => {
  const task: Told = { lines: [], exitstatus: undefined };
  const client = await followed([tells(task)]);
  const whole = Array.from({ length: 1203 }, (_, index) => `INFO: ${index}% of it`);
  const running = client.follow(upid, { pollMs: 5 });
  const reading = collect(running, (line) => {
    if (line.number === 2) task.lines.push(...whole.slice(2));
    if (line.number === whole.length) task.exitstatus = "OK";
  });
  task.lines.push(...whole.slice(0, 2));
  expect(await reading).toEqual(whole.map((text, index) => ({ number: index + 1, text })));
  expect(await running.end()).toEqual({ kind: "ok" });
});

test("an empty log has no lines, whatever Proxmox answers for it", async () => {
  const client = await followed([tells({ lines: [], exitstatus: "OK" })]);
  expect(await collect(client.follow(upid))).toEqual([]);
});

test.each([
  ["OK", { kind: "ok" }],
  ["WARNINGS: 3", { kind: "warnings", count: 3 }],
  ["VM 100 already running", { kind: "failed", reason: "VM 100 already running" }],
  ["unexpected status", { kind: "unknown", reason: "unexpected status" }],
  ["", { kind: "unknown", reason: "the task stopped without an exit status" }],
])("a task that stopped with «%s» ended so", async (exitstatus, end) => {
  const client = await followed([tells({ lines: ["x"], exitstatus })]);
  expect(await client.follow(upid).end()).toEqual(end);
});

test("following goes on, without a line lost or doubled, when the node that answered dies", async () => {
  const task: Told = { lines: ["one", "two"], exitstatus: undefined };
  const client = await followed([tells(task), tells(task)]);
  const running = client.follow(upid, { pollMs: 5 });
  let dying: Promise<void> | undefined;
  const lines = await collect(running, ({ text }) => {
    if (text === "two") {
      dying = nodes[0]?.stop();
      task.lines.push("three");
      task.exitstatus = "OK";
    }
  });
  await dying;
  expect(lines.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  expect(await running.end()).toEqual({ kind: "ok" });
  expect(nodes[1]?.received.length).toBeGreaterThan(0);
});

test("following waits for a node that is away, and then tells how the task ended", async () => {
  let away = 4;
  const told = tells({ lines: ["one"], exitstatus: "unexpected status" });
  const client = await followed([
    (request, response) => {
      away -= 1;
      if (away < 0) return told(request, response);
      return void response.writeHead(595, "No route to host", { connection: "close" }).end();
    },
  ]);
  const end = await client.follow(upid, { pollMs: 5 }).end();
  expect(end).toEqual({ kind: "unknown", reason: "unexpected status" });
  expect(away).toBeLessThan(0);
});

test("a task whose node stays away has an unknown end, not a failed one", async () => {
  const client = await followed([
    (_, response) => void response.writeHead(595, "No route to host", { connection: "close" }).end(),
  ]);
  const running = client.follow(upid, { pollMs: 5, patienceMs: 50 });
  expect(await running.end()).toMatchObject({ kind: "unknown", reason: expect.stringContaining("No route to host") });
  expect(await collect(running)).toEqual([]);
});

test("following ends at its deadline and at its abort; the task itself is not touched", async () => {
  const client = await followed([tells({ lines: ["one"], exitstatus: undefined })]);
  await expect(client.follow(upid, { pollMs: 5, withinMs: 60 }).end()).rejects.toMatchObject({ kind: "deadline" });
  const controller = new AbortController();
  const reading = collect(client.follow(upid, { pollMs: 5, signal: controller.signal }), () => controller.abort());
  await expect(reading).rejects.toMatchObject({ kind: "aborted" });
  expect(nodes[0]?.received.every(({ method }) => method === "GET")).toBe(true);
});

test("what is no UPID is not followed, and a task that nobody knows is an error", async () => {
  const unknown: Behaviour = (_, response) =>
    answer(response, { errors: { upid: "no such task" }, data: null }, 400, "Parameter verification failed.");
  const client = await followed([unknown]);
  expect(() => client.follow("garbage")).toThrow(PveError);
  await expect(client.follow(upid).end()).rejects.toMatchObject({ kind: "invalid", errors: { upid: "no such task" } });
});
