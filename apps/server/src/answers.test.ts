import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Agent, request } from "undici";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import type { Cluster } from "./clusters/cluster.ts";
import { exampleLab, fieldOf, seenCluster, serve, setUp } from "./testing/serve.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await seenCluster("tidy", await exampleLab("tidy-lab"));
});

/** A server with an account, and what it sends as it is on the way. */
const asking = async () => {
  const { server, ask } = await serve([cluster]);
  const ada = await setUp(ask, server);
  const made = await ada("POST", "/api/tokens", { body: { about: "a test", roles: ["viewer"], days: 1 } });
  const authorization = `Bearer ${String(fieldOf(made.json, "secret"))}`;
  const dispatcher = new Agent({ connect: { ca: server.certificate } });
  onTestFinished(() => dispatcher.destroy());
  return async (path: string, more: Readonly<Record<string, string>> = {}) => {
    const { statusCode, headers, body } = await request(`${server.url}${path}`, {
      dispatcher,
      headers: { authorization, ...more },
    });
    return { status: statusCode, headers, bytes: Buffer.from(await body.arrayBuffer()) };
  };
};

const guests = "/api/clusters/tidy/guests?limit=1000";

test("a long answer comes packed in the way that whoever asks can read, and is the same in each", async () => {
  const get = await asking();
  const plain = await get(guests);
  expect(plain.headers["content-encoding"]).toBeUndefined();
  const gzip = await get(guests, { "accept-encoding": "gzip" });
  expect(gzip.headers).toMatchObject({ "content-encoding": "gzip", vary: expect.stringContaining("accept-encoding") });
  const brotli = await get(guests, { "accept-encoding": "gzip, deflate, br" });
  expect(brotli.headers["content-encoding"]).toBe("br");
  expect(gunzipSync(gzip.bytes)).toEqual(plain.bytes);
  expect(brotliDecompressSync(brotli.bytes)).toEqual(plain.bytes);
  expect(brotli.bytes.length).toBeLessThan(plain.bytes.length / 3);
});

test("a short answer comes as it is, and so does what is said of the one who asks, however long", async () => {
  const get = await asking();
  const accepts = { "accept-encoding": "gzip, br" };
  expect((await get("/api/clusters", accepts)).headers["content-encoding"]).toBeUndefined();
  const { headers } = await get("/api/tokens", accepts);
  expect(headers).toMatchObject({ "cache-control": "no-store" });
  expect(headers["content-encoding"] ?? headers.etag).toBeUndefined();
});

test("what did not change is not sent again to whoever names what it has; what did is", async () => {
  const get = await asking();
  const first = await get(guests, { "accept-encoding": "br" });
  const tag = String(first.headers.etag);
  expect(first.headers["cache-control"]).toBe("private, no-cache");
  const again = await get(guests, { "if-none-match": tag });
  expect([again.status, again.bytes.length, again.headers.etag]).toEqual([304, 0, tag]);
  expect(again.headers.date).toBeDefined();
  expect((await get(guests, { "if-none-match": `"else", ${tag}` })).status).toBe(304);
  expect((await get(guests, { "if-none-match": '"else"' })).status).toBe(200);
  expect((await get("/api/clusters/tidy/guests?limit=1", { "if-none-match": tag })).status).toBe(200);
});

test("whoever is not let in is not told that nothing changed", async () => {
  const get = await asking();
  const tag = String((await get(guests)).headers.etag);
  const stranger = await get(guests, { "if-none-match": tag, authorization: "Bearer orrery_none" });
  expect([stranger.status, stranger.headers["cache-control"]]).toEqual([401, "no-store"]);
});
