import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "vite";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const stamp = join(dist, "built-from");

/** What the build reads: our sources, and by the lock file the packages that they use. */
const inputs = async (): Promise<readonly string[]> => {
  const found = await readdir(join(root, "src"), { recursive: true, withFileTypes: true });
  const sources = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const others = ["index.html", "vite.config.ts", "package.json", "build/main.ts", "../../package-lock.json"];
  return [...sources.filter((path) => !path.endsWith(".test.ts")), ...others.map((path) => join(root, path))].sort();
};

const digestOf = async (paths: readonly string[]): Promise<string> => {
  const hash = createHash("sha256");
  for (const path of paths)
    hash
      .update(relative(root, path))
      .update("\0")
      .update(await readFile(path))
      .update("\0");
  return hash.digest("hex");
};

const brotli = promisify(brotliCompress);
const packed = new Set([".js", ".css", ".svg"]);

/** Writes what browsers would have the server compress beside each file that gains by it. */
const compress = async (folder: string): Promise<void> => {
  const names = (await readdir(folder)).filter((name) => packed.has(extname(name)));
  await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const bytes = await readFile(path);
      const quality = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      const [br, gz] = await Promise.all([brotli(bytes, { params: quality }), promisify(gzip)(bytes, { level: 9 })]);
      if (gz.length < bytes.length) await writeFile(`${path}.gz`, gz);
      if (br.length < bytes.length) await writeFile(`${path}.br`, br);
    }),
  );
};

// What a test that builds it has there would bring React as its makers have it: larger, and ten times as slow.
process.env.NODE_ENV = "production";

const began = performance.now();
const digest = await digestOf(await inputs());
if ((await readFile(stamp, "utf8").catch(() => "")) === digest) {
  process.stdout.write("The console is built from these sources already.\n");
} else {
  // Built aside and put in its place whole: whoever serves it meanwhile, or builds it too, never sees half of one.
  const aside = `${dist}-${process.pid}`;
  await build({
    root,
    configFile: join(root, "vite.config.ts"),
    logLevel: "warn",
    build: { outDir: aside, emptyOutDir: true },
  });
  await compress(join(aside, "assets"));
  await writeFile(join(aside, "built-from"), digest);
  await rm(dist, { recursive: true, force: true });
  await rename(aside, dist).catch(async (error: unknown) => {
    await rm(aside, { recursive: true, force: true });
    // Another build was quicker by a moment.
    if (!(error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST")))
      throw error;
  });
  process.stdout.write(`Built the console in ${((performance.now() - began) / 1000).toFixed(1)} s.\n`);
}
