import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../testing/serve.ts";

const script = "export const answer = 42;\n".repeat(100);

/** A folder as a build leaves it. */
const built = async (): Promise<URL> => {
  const folder = await mkdtemp(join(tmpdir(), "orrery-console-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), '<meta nonce="{{nonce}}"><script nonce="{{nonce}}" src="/assets/a.js">');
  await writeFile(join(folder, "assets/a.js"), script);
  await writeFile(join(folder, "assets/a.js.gz"), gzipSync(script));
  await writeFile(join(folder, "assets/b.woff2"), "letters");
  return pathToFileURL(`${folder}/`);
};

test("the console's page stands at its own addresses and no others, each time with a new nonce for its styles", async () => {
  const { ask } = await serve([], { console: await built() });
  const seen = new Set<string>();
  for (const path of ["/", "/sign-in", "/setup", "/c/lab", "/c/lab/", "/c/lab/guests/100"]) {
    const { status, headers, text } = await ask("GET", path);
    expect([path, status, headers["content-type"]]).toEqual([path, 200, "text/html; charset=utf-8"]);
    expect(headers["cache-control"]).toBe("no-store");
    const [, nonce = ""] = /nonce="([^"]+)"/.exec(text) ?? [];
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain("unsafe");
    seen.add(nonce);
  }
  expect(seen.size).toBe(6);
  for (const path of ["/guests", "/c", "/api/nothing", "/assets/../index.html"])
    expect([path, (await ask("GET", path)).status]).toEqual([path, 404]);
});

test("what a page asks for may be kept for ever, and comes packed to those who can unpack it", async () => {
  const { ask } = await serve([], { console: await built() });
  const plain = await ask("GET", "/assets/a.js");
  expect([plain.status, plain.text, plain.headers["content-encoding"]]).toEqual([200, script, undefined]);
  expect(plain.headers["content-type"]).toBe("text/javascript; charset=utf-8");
  expect(plain.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect(plain.headers["content-security-policy"]).toContain("default-src 'none'");
  const packed = await ask("GET", "/assets/a.js", { headers: { "accept-encoding": "br, gzip" } });
  expect([packed.headers["content-encoding"], packed.headers.vary]).toEqual(["gzip", "accept-encoding"]);
  const never = await ask("GET", "/assets/a.js", { headers: { "accept-encoding": "gzip;q=0, br" } });
  expect(never.headers["content-encoding"]).toBeUndefined();
  const letters = await ask("GET", "/assets/b.woff2", { headers: { "accept-encoding": "gzip" } });
  expect([letters.text, letters.headers["content-type"]]).toEqual(["letters", "font/woff2"]);
  expect((await ask("GET", "/assets/a.js.gz")).status).toBe(404);
});

test("where no console is built the door says how to build it, and the one-time link works without", async () => {
  const { ask } = await serve([], { console: new URL("file:///nowhere/at/all/") });
  const door = await ask("GET", "/");
  expect([door.status, door.text]).toEqual([200, expect.stringContaining("npm run build -w @orrery/console")]);
  expect((await ask("GET", "/setup")).text).toContain("/setup.js");
  expect((await ask("GET", "/c/lab")).status).toBe(404);
});
