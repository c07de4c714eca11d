import { readdirSync, readFileSync } from "node:fs";
import { type Method, PveError } from "@orrery/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PveClient } from "./index.ts";
import { aCertificate } from "./testing/certificates.ts";
import { clientOf } from "./testing/clients.ts";
import { type HttpsNode, startNode } from "./testing/https-node.ts";

interface Exchange {
  readonly request: { readonly method: string; readonly path: string };
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly response?: unknown;
  readonly responseText?: string;
}

const folder = new URL("../../../test/conformance/recordings/", import.meta.url);
const recorded = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .flatMap((name): Exchange[] => JSON.parse(readFileSync(new URL(name, folder), "utf8")));
const isMethod = (method: string): method is Method => /^(GET|POST|PUT|DELETE)$/.test(method);

let current: Exchange | undefined;
let node: HttpsNode;
let pve: PveClient;

beforeAll(async () => {
  node = await startNode(await aCertificate(), (_, response) => {
    const { status = 500, statusText = "", headers = {}, response: body, responseText = "" } = current ?? {};
    const { "content-length": _length, ...others } = headers;
    response.writeHead(status, statusText, { connection: status >= 400 ? "close" : "keep-alive", ...others });
    response.end(body === null || body === undefined ? responseText : JSON.stringify(body));
  });
  pve = clientOf([node], { rounds: 1 });
});

afterAll(async () => {
  await pve.close();
  await node.stop();
});

test("every recorded exchange comes over HTTPS as what Proxmox answered", async () => {
  const asked = recorded.filter(({ request }) => isMethod(request.method) && request.path.startsWith("/"));
  expect(asked.length).toBeGreaterThan(1700);
  for (const exchange of asked) {
    current = exchange;
    const { method, path } = exchange.request;
    const result = await pve
      .request(isMethod(method) ? method : "GET", path)
      .then(({ data }) => ({
        status: exchange.status,
        reason: exchange.statusText,
        hasData: data !== null && data !== "",
      }))
      .catch((error: unknown) => {
        if (!(error instanceof PveError)) throw error;
        return { status: error.status, reason: error.reason.split("\n")[0], hasData: false };
      });
    const body = Object(exchange.response);
    const hasData = exchange.status < 400 && ((body.data ?? null) !== null || (exchange.responseText ?? "") !== "");
    expect(result).toEqual({ status: exchange.status, reason: exchange.statusText.trimEnd(), hasData });
  }
});
