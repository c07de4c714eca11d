/**
 * Bundles `apps/cli` into `apps/cli/dist`, so that a command reads a dozen files when it starts and not four hundred.
 * `apps/cli/src/main.mjs` runs the bundle as long as nothing that went into it has changed, and the sources otherwise:
 * without a bundle everything works as with one, only slower.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { bundleIn, isFresh, stampOf } from "../apps/cli/src/bundle.mjs";
import { root } from "./root.mjs";

const dist = join(root, "apps/cli/dist");

/** Packages of others that are bundled too: those that most commands start with. The rest stays where npm put it. */
const taken = /^(zod|commander|temporal-polyfill|temporal-utils|@orrery\/[\w-]+)(\/|$)/;

/** What a source reaches by its own address, a worker or data beside it, it goes on reaching there. */
const ownAddresses = {
  name: "own-addresses",
  transform: {
    filter: { code: /\bimport\.meta\.url\b/ },
    handler: (code, file) => {
      const from = JSON.stringify(relative(join(dist, "build"), file));
      return { code: code.replaceAll("import.meta.url", `new URL(${from}, import.meta.url).href`) };
    },
  },
};

/** Zod imports its messages in 63 languages, twice; Orrery words its own. `main.mjs` leaves them out of the sources. */
const oneLanguage = {
  name: "one-language",
  resolveId: {
    filter: { id: /^\.\.\/locales\/index\.js$/ },
    handler(_id, importer) {
      return this.resolve("../locales/en.js", importer);
    },
  },
};

/** Makes the bundle anew in a folder of its own. The one before stays, for what still runs from it. */
const build = async (before) => {
  const { rolldown } = await import("rolldown");
  const began = Date.now();
  const folder = `${began.toString(36)}-${process.pid}`;
  const bundle = await rolldown({
    cwd: root,
    input: { program: join(root, "apps/cli/src/program.ts") },
    platform: "node",
    external: (id) => /^[@\w]/.test(id) && !taken.test(id),
    plugins: [ownAddresses, oneLanguage],
  });
  const { output } = await bundle.write({ dir: join(dist, folder), format: "esm" });
  await bundle.close();
  const modules = output.flatMap((one) => (one.type === "chunk" ? one.moduleIds : []));
  const sources = modules.filter((file) => file.startsWith("/")).map((file) => relative(root, file));
  const others = ["node_modules/.package-lock.json", "scripts/bundle.mjs", "apps/cli/src/bundle.mjs"];
  const own = sources.filter((file) => !file.startsWith("node_modules"));
  const manifests = own.map((file) => file.split("/").slice(0, 2).concat("package.json").join("/"));
  const inputs = [...new Set([...own, ...manifests, ...others])].map((file) => stampOf(`${root}/`, file));
  // What was changed while it was read may be in the bundle or not.
  if (inputs.some(([, mtimeMs]) => !(mtimeMs < began))) return;
  const list = join(dist, "bundle.json");
  writeFileSync(`${list}.${process.pid}`, JSON.stringify({ folder, inputs }));
  renameSync(`${list}.${process.pid}`, list);
  for (const one of readdirSync(dist))
    if (![folder, before?.folder, "bundle.json"].includes(one)) rmSync(join(dist, one), { recursive: true });
};

const before = bundleIn(dist);
if (before === undefined || !isFresh(`${root}/`, before)) {
  mkdirSync(dist, { recursive: true });
  await build(before).catch((error) => process.stderr.write(`Not bundled, commands start slower: ${error.message}\n`));
}
