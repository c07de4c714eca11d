import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import type { RunningTwin } from "@orrery/twin-server";
import { expect, onTestFinished, test } from "vitest";
import { aClient, aTwin } from "./doors.ts";

const opened = async (twin: RunningTwin): Promise<TLSSocket> => {
  const { hostname, port } = new URL(twin.url);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  await once(socket, "secureConnect");
  return socket;
};

/** Sends bytes and answers the first line of what comes back; empty where the connection was closed without a word. */
const said = async (twin: RunningTwin, text: string): Promise<string> => {
  const socket = await opened(twin);
  socket.write(text);
  const first = await Promise.race([once(socket, "data"), once(socket, "close")]);
  return String(first[0] ?? "").split("\r\n", 1)[0] ?? "";
};

const ask = (line: string, ...rest: string[]): string =>
  [`${line} HTTP/1.1`, "Host: pve1", ...rest, "", ""].join("\r\n");

test.each([
  ["no HTTP at all", "\u0000\u0001\u0002 hello\r\n\r\n", /^$|^HTTP\/1\.1 400 /],
  ["a method that there is not", ask("PATCH /api2/json/version"), /^HTTP\/1\.1 501 /],
  ["a path that leaves the API", ask("GET /api2/json/../../etc/passwd"), /^HTTP\/1\.1 (501|401) /],
  ["a path of percent signs", ask("GET /api2/json/%zz%"), /^HTTP\/1\.1 (501|401) /],
  ["no login", ask("GET /api2/json/nodes"), /^HTTP\/1\.1 401 No ticket$/],
  ["a body on a GET", `${ask("GET /api2/json/version", "Content-Length: 3")}abc`, /^HTTP\/1\.1 501 Unexpected content/],
  [
    "a body of a megabyte",
    ask("POST /api2/json/access/ticket", "Content-Length: 1000000") + "x".repeat(1_000_000),
    /^HTTP\/1\.1 501 for data too large$/,
  ],
  [
    "JSON that is none",
    `${ask("POST /api2/json/access/ticket", "Content-Type: application/json", "Content-Length: 1")}{`,
    /^HTTP\/1\.1 500 /,
  ],
  ["a length that is none", ask("POST /api2/json/access/ticket", "Content-Length: many"), /^HTTP\/1\.1 400 /],
  ["a header of a megabyte", ask("GET /api2/json/version", `X: ${"x".repeat(1_000_000)}`), /^$|^HTTP\/1\.1 4\d\d /],
])("%s is answered or closed, and the twin goes on", async (_, text, answer) => {
  const twin = await aTwin({ bare: ["pve1"], speed: 1 });
  expect(await said(twin, text)).toMatch(answer);
  expect(await aClient(twin).get("/version")).toHaveProperty("release");
});

test("connections that break in the middle of a request, and hundreds at once, leave the twin standing", async () => {
  const twin = await aTwin({ bare: ["pve1"], speed: 1 });
  const broken = await Promise.all(Array.from({ length: 50 }, () => opened(twin)));
  for (const socket of broken) {
    socket.write("POST /api2/json/access/ticket HTTP/1.1\r\nHost: pve1\r\nContent-Length: 100\r\n\r\nhalf");
    socket.destroy();
  }
  const many = await Promise.all(Array.from({ length: 300 }, () => opened(twin)));
  const answers = await Promise.all(
    many.map(async (socket) => {
      socket.write(ask("GET /api2/json/access/domains"));
      return String((await once(socket, "data"))[0]).slice(0, 15);
    }),
  );
  expect(new Set(answers)).toEqual(new Set(["HTTP/1.1 200 OK"]));
});
