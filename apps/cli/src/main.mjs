#!/usr/bin/env node
// Plain JavaScript: Node takes the types out of its entry before any cache can be switched on, which costs 45 ms.
import * as nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleIn, isFresh } from "./bundle.mjs";

// What Node compiled of Orrery's modules, types taken out, and what was found in declarations: a check takes half the
// time from the second run on. An ordinary cache, as XDG has it; where it cannot be written, Orrery goes without.
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "orrery");

/**
 * Zod imports its messages in 63 languages, twice; Orrery speaks English, and words its own. Without the others a command
 * starts sooner and takes less memory. Should Zod come to name them otherwise, they are loaded as before.
 */
const leaveLanguagesOut = () => {
  let left = 2;
  const hooks = nodeModule.registerHooks({
    resolve(specifier, context, nextResolve) {
      const isIndex = specifier === "../locales/index.js" && context.parentURL?.includes("/node_modules/zod/v4/");
      if (!isIndex) return nextResolve(specifier, context);
      left -= 1;
      if (left === 0) hooks.deregister();
      return nextResolve("../locales/en.js", context);
    },
  });
};

/**
 * The folder of what `scripts/bundle.mjs` made of the sources, which starts in two thirds of the time; undefined where
 * there is none, where a source has changed since, and where somebody wants to see sources in stack traces.
 */
const bundled = () => {
  if (process.env.ORRERY_DEBUG) return undefined;
  const dist = fileURLToPath(new URL("../dist", import.meta.url));
  const bundle = bundleIn(dist);
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  return bundle && isFresh(root, bundle) ? join(dist, bundle.folder) : undefined;
};

/** Has Node keep what it compiles: of a bundle beside it, to go when it goes, wherever that may be written. */
const keepCompiled = (bundle) => {
  const { FAILED } = nodeModule.constants.compileCacheStatus;
  if (bundle !== undefined && nodeModule.enableCompileCache(join(bundle, "compiled")).status !== FAILED) return;
  nodeModule.enableCompileCache(join(cache, "compiled"));
};

// The declaration is TypeScript, which Node runs from 24 on; an older one would end in a stack trace.
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `Orrery needs Node 24 or newer, and this is Node ${process.versions.node}. Run it as \`npx orrery\` in its folder, which brings its own.\n`,
  );
  process.exitCode = 2;
} else {
  const bundle = bundled();
  keepCompiled(bundle);
  if (bundle === undefined) leaveLanguagesOut();
  const { run } = await (bundle === undefined
    ? import("./program.ts")
    : import(pathToFileURL(join(bundle, "program.js")).href));
  await run(process.argv.slice(2), join(cache, "declarations"));
}
