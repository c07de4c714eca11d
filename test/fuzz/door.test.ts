import { connect as connectPlain, type Socket } from "node:net";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { brokenRequests } from "./broken.ts";
import { rootHeaders } from "./campaign.ts";
import { Dice } from "./dice.ts";
import { fuzzDoor, type Opened, openTwin } from "./door.ts";
import { type Came, Wire } from "./wire.ts";

let opened: Opened;

beforeAll(async () => {
  opened = await openTwin();
});
afterAll(async () => {
  await opened.running.stop();
});

const ask = Buffer.from("GET /api2/json/access/domains HTTP/1.1\r\nHost: twin\r\n\r\n");

const told = (came: Came): string =>
  came.kind === "answer" ? `${came.answer.status} ${came.answer.reason}` : came.kind;

/** What a plain request is answered, over a connection of its own. */
const works = async (): Promise<string> => {
  const wire = new Wire(opened.port);
  const came = await wire.send([ask]);
  wire.close();
  return told(came);
};

test("what is hardly a request is refused in a sentence, or ends the connection", async () => {
  const answers = await Promise.all(
    Object.entries(brokenRequests).map(async ([name, text]) => {
      const wire = new Wire(opened.port);
      const came = await wire.send([Buffer.from(text, "latin1")], 2000);
      wire.close();
      return [name, told(came)] as const;
    }),
  );
  expect(Object.fromEntries(answers)).toEqual({
    ...Object.fromEntries(Object.keys(brokenRequests).map((name) => [name, "400 bad request"])),
    // It waits for the request that is to follow, as the product does.
    "nothing but line ends": "silent",
    "HTTP/0.9": expect.stringMatching(/^500 file error - /),
    "HTTP/1.0 without a host": "401 No ticket",
    "HTTP/1.1 without a host": "401 No ticket",
    "an absolute address": "501 no such uri",
    "OPTIONS of everything": "501 method 'OPTIONS' not available",
    "a tunnel": "closed",
    "an upgrade": "401 No ticket",
    "an expectation": "401 No ticket",
    "continue, please": "400 Parameter verification failed.",
    "two hosts": "401 No ticket",
    chunks: "501 chunked transfer encoding not supported",
    "bad chunks": "501 chunked transfer encoding not supported",
    "an unknown encoding": "501 Unknown transfer encoding 'gzip, magic'",
    "a body of 600 kB": "501 for data too large",
    "a path of dots": "401 No ticket",
    "a path of encoded dots": "401 No ticket",
  });
  expect(await works()).toBe("200 OK");
});

test("mutated recordings over HTTPS are answered in the product's words", async () => {
  const { sent, findings } = await fuzzDoor(opened, new Dice(7), { at: performance.now() + 30_000, count: 1000 });
  expect(findings).toEqual([]);
  expect(sent).toBe(1000);
  expect(await works()).toBe("200 OK");
});

const opening = (socket: Socket, event: string): Promise<Socket> =>
  new Promise((resolve) => {
    socket.on("error", () => resolve(socket));
    socket.once(event, () => resolve(socket));
  });

test("two thousand connections that say nothing hold nobody up", async () => {
  const before = process.memoryUsage().rss;
  const plain = Array.from({ length: 2000 }, () => opening(connectPlain(opened.port, "127.0.0.1"), "connect"));
  const secure = Array.from({ length: 100 }, () =>
    opening(connect({ host: "127.0.0.1", port: opened.port, rejectUnauthorized: false }), "secureConnect"),
  );
  const sockets = await Promise.all([...plain, ...secure]);
  expect(sockets.filter(({ destroyed }) => destroyed)).toEqual([]);
  expect(await works()).toBe("200 OK");
  for (const socket of sockets) socket.destroy();
  expect(await works()).toBe("200 OK");
  expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
});

test("slow, broken and unencrypted connections hold nobody up", async () => {
  const wires = Array.from({ length: 20 }, () => new Wire(opened.port));
  const slow = wires.map((wire) => wire.send([...ask].map((byte) => Buffer.from([byte]))));
  const broken = Array.from({ length: 40 }, async (_, index) => {
    const socket = await opening(connectPlain(opened.port, "127.0.0.1"), "connect");
    if (index % 4 === 0) socket.end("GET / HTTP/1.1\r\nHost: twin\r\n\r\n");
    if (index % 4 === 1) socket.end(Buffer.from("16030100ff01", "hex"));
    if (index % 4 === 2) socket.resetAndDestroy();
    if (index % 4 === 3) socket.destroy();
  });
  const halves = Array.from({ length: 20 }, async (_, index) => {
    const options = { host: "127.0.0.1", port: opened.port, rejectUnauthorized: false };
    const socket = await opening(connect(options), "secureConnect");
    socket.write(ask.subarray(0, 5 + index * 2), () => socket.destroy());
  });
  await Promise.all([...broken, ...halves]);
  expect(await works()).toBe("200 OK");
  expect(new Set((await Promise.all(slow)).map(told))).toEqual(new Set(["200 OK"]));
  for (const wire of wires) wire.close();
});

test("a file of 100 MB is uploaded without being held in memory", async () => {
  const { running, port, failures } = await openTwin();
  const { world, api } = running;
  const file = Buffer.alloc(1_000_000, "orrery");
  const head = Buffer.from(
    '--X\r\nContent-Disposition: form-data; name="content"\r\n\r\niso\r\n--X\r\nContent-Disposition: form-data; name="filename"; filename="big.iso"\r\n\r\n',
  );
  const end = Buffer.from("\r\n--X--\r\n");
  const lines = Object.entries({
    ...rootHeaders(api),
    Host: "twin",
    "Content-Type": "multipart/form-data; boundary=X",
    "Content-Length": `${head.length + 100 * file.length + end.length}`,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const start = Buffer.from(`POST /api2/json/nodes/pve1/storage/local/upload HTTP/1.1\r\n${lines.join("")}\r\n`);
  const before = process.memoryUsage().rss;
  const wire = new Wire(port);
  const came = await wire.send([start, head, ...Array.from({ length: 100 }, () => file), end]);
  wire.close();
  expect(told(came)).toBe("200 OK");
  expect(world.backings["pve1/local"]?.volumes["local:iso/big.iso"]).toMatchObject({ size: 100_000_000 });
  expect(process.memoryUsage().rss - before).toBeLessThan(80e6);
  await running.stop();
  expect(failures).toEqual([]);
});

test("the twin met nothing that it did not know to answer", () => {
  expect(opened.failures).toEqual([]);
});
