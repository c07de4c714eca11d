import { PveError } from "@orrery/contract";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PveClient } from "./index.ts";
import { aCertificate } from "./testing/certificates.ts";
import { clientOf } from "./testing/clients.ts";
import { answer, type Behaviour, type HttpsNode, startNode } from "./testing/https-node.ts";

let behave: Behaviour = (_, response) => answer(response, { data: null });
let node: HttpsNode;
let pve: PveClient;
const json = { "content-type": "application/json;charset=UTF-8" };

beforeAll(async () => {
  node = await startNode(await aCertificate(), (request, response) => behave(request, response));
  pve = clientOf([node], { rounds: 1, answerBytes: 1_000_000, withinMs: 20_000 });
});

afterAll(async () => {
  await pve.close();
  await node.stop();
});

/** What a read of the version comes to while the server behaves so. */
const outcome = async (how: Behaviour, withinMs?: number): Promise<unknown> => {
  behave = how;
  return pve.request("GET", "/version", {}, { withinMs }).then(
    ({ data }) => ({ data }),
    (error: unknown) => (error instanceof PveError ? error.kind : error),
  );
};

const broken: readonly (readonly [string, Behaviour])[] = [
  ["JSON that is cut off", (_, response) => void response.writeHead(200, json).end('{"data":{"version":"9.')],
  ["a body that is no JSON", (_, response) => void response.writeHead(200, json).end("<html>login</html>")],
  ["no body", (_, response) => void response.writeHead(200, json).end()],
  [
    "more than anybody can want",
    (_, response) => void response.writeHead(200, json).end(JSON.stringify({ data: "x".repeat(2_000_000) })),
  ],
  ["no HTTP", (_, response) => void response.socket?.end("SSH-2.0-OpenSSH_9.2p1\r\n\r\n")],
];

test.each(broken)("%s is a broken answer", async (_, how) => {
  expect(await outcome(how)).toBe("broken-answer");
});

const lost: readonly (readonly [string, Behaviour])[] = [
  ["a connection that is reset", (_, response) => void response.socket?.destroy()],
  [
    "a connection that is closed in the head",
    (_, response) => void response.socket?.end("HTTP/1.1 200 OK\r\ncontent-"),
  ],
  [
    "a body that is shorter than announced",
    (_, response) => {
      response.writeHead(200, { ...json, "content-length": "1000" });
      response.write('{"data":');
      response.socket?.destroySoon();
    },
  ],
];

test.each(lost)("%s is no answer", async (_, how) => {
  expect(await outcome(how)).toBe("unreachable");
});

test("an error without a body is understood by its reason phrase, one with a broken body too", async () => {
  for (const body of ["", "{broken", "<html>"]) {
    behave = (_, response) => void response.writeHead(500, "VM 100 is not running", json).end(body);
    await expect(pve.get("/version")).rejects.toMatchObject({ kind: "failed", reason: "VM 100 is not running" });
  }
});

test("a redirect is not followed", async () => {
  const before = node.received.length;
  expect(await outcome((_, response) => void response.writeHead(302, { location: "/elsewhere" }).end())).toBe("failed");
  expect(node.received.length).toBe(before + 1);
});

test("a server that says nothing is given up at the deadline", async () => {
  const began = performance.now();
  expect(await outcome(() => undefined, 150)).toBe("deadline");
  expect(performance.now() - began).toBeLessThan(5000);
});

test("a server that drips its answer is given up at the deadline", async () => {
  const drips: Behaviour = (_, response) => {
    response.writeHead(200, json);
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  };
  expect(await outcome(drips, 200)).toBe("deadline");
});

test("a change that ran into its deadline may have happened; a read never", async () => {
  behave = () => undefined;
  await expect(pve.post("/pools", { poolid: "blue" }, { withinMs: 100 })).rejects.toMatchObject({ uncertain: true });
  await expect(pve.get("/pools", {}, { withinMs: 100 })).rejects.toMatchObject({ uncertain: false });
});

test("an abort ends the call at once, on the wire too", async () => {
  const controller = new AbortController();
  const closed = new Promise<void>((resolve) => {
    behave = (_, response) => {
      response.on("close", () => resolve());
      controller.abort(new Error("no longer wanted"));
    };
  });
  const call = pve.get("/version", {}, { signal: controller.signal });
  await expect(call).rejects.toMatchObject({ kind: "aborted", uncertain: false });
  await closed;
});

test("a call that is aborted before it begins sends nothing", async () => {
  const before = node.received.length;
  const call = pve.get("/version", {}, { signal: AbortSignal.abort() });
  await expect(call).rejects.toMatchObject({ kind: "aborted" });
  expect(node.received.length).toBe(before);
});

test("any body under any status comes as data or as a PveError", async () => {
  const body = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc
      .record({ data: fc.jsonValue(), message: fc.jsonValue(), errors: fc.jsonValue() })
      .map((value) => JSON.stringify(value)),
  );
  const type = fc.constantFrom("application/json;charset=UTF-8", "text/plain", "text/html", "");
  const status = fc.oneof(fc.constantFrom(200, 400, 401, 403, 500, 501, 595), fc.integer({ min: 200, max: 699 }));
  const reason = fc.stringMatching(/^[\x20-\x7e]{0,40}$/);
  await fc.assert(
    fc.asyncProperty(body, type, status, reason, async (text, contentType, code, phrase) => {
      const result = await outcome((_, response) => {
        response.writeHead(code, phrase, { "content-type": contentType });
        response.end(code === 204 || code === 304 ? "" : text);
      });
      expect(typeof result === "string" || (typeof result === "object" && result !== null && "data" in result)).toBe(
        true,
      );
    }),
    { numRuns: 300 },
  );
});

test("what Proxmox would mean by it is data: {data} taken out, text as it is, booleans by the contract", async () => {
  expect(await outcome((_, response) => answer(response, { data: { version: 9 } }))).toEqual({
    data: { version: "9" },
  });
  expect(
    await outcome((_, response) => void response.writeHead(200, { "content-type": "text/plain" }).end("log")),
  ).toEqual({
    data: "log",
  });
  behave = (_, response) => answer(response, { data: [{ vmid: "100", template: "1", status: "running" }] });
  expect(await pve.get("/nodes/{node}/qemu", { node: "pve1" })).toEqual([
    { vmid: 100, template: 1, status: "running" },
  ]);
});
