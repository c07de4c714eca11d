import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, main, repository } from "./orrery-process.ts";

type Coverage = { readonly result: readonly { readonly url: string }[] };

/** The modules that a twin has loaded which nobody has asked anything. */
const loadedBy = async (env: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const folder = folderWith({});
  const child = spawn(
    process.execPath,
    [main, "twin", "serve", "--bare", "pve1", "--listen", "127.0.0.1:0", "--json"],
    {
      cwd: repository,
      env: { ...process.env, XDG_CACHE_HOME: folder, NODE_V8_COVERAGE: join(folder, "coverage"), ...env },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  await once(child, "exit");
  const [file = ""] = readdirSync(join(folder, "coverage"));
  const { result }: Coverage = JSON.parse(readFileSync(join(folder, "coverage", file), "utf8"));
  return result.map(({ url }) => url).filter((url) => url.startsWith("file:"));
};

const bundle = join(repository, "apps/cli/dist/bundle.json");

test("a twin that nobody has asked anything has loaded no language but English, and no method of guests", async () => {
  const urls = await loadedBy({ ORRERY_DEBUG: "1" });
  const loaded = (part: string): string[] => urls.filter((url) => url.includes(part));
  expect(loaded("/zod/v4/locales/").map((url) => url.replace(/.*\//, ""))).toEqual(["en.js"]);
  expect(loaded("/twin/api/src/handlers/cluster-state.ts")).toHaveLength(1);
  expect(loaded("/twin/api/src/handlers/guest")).toEqual([]);
});

test.skipIf(!existsSync(bundle))("of the bundle it loads a few files, and no source", async () => {
  const urls = await loadedBy({});
  expect(urls.filter((url) => url.endsWith(".ts"))).toEqual([]);
  expect(urls.filter((url) => url.includes("/apps/cli/dist/")).length).toBeGreaterThan(2);
  expect(urls.length).toBeLessThan(50);
});
