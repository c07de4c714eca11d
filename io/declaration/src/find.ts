import { readdirSync, statSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { closed, codeOf, describeThrown, type Refusal, refused } from "./refusal.ts";

const names = ["orrery.config.ts", "orrery.config.mts", "orrery.config.js", "orrery.config.mjs", "orrery.config.json"];
const readable = /\.(ts|mts|js|mjs|json)$/;

type Found = { readonly kind: "file"; readonly file: string } | Refusal;

/** The file that a path means: itself, or the declaration in a folder. */
export const find = (path: string): Found => {
  if (path.includes("\0")) return refused({ message: "A path cannot hold a NUL character." });
  const at = resolve(path);
  try {
    if (!statSync(at).isDirectory()) {
      if (readable.test(at)) return { kind: "file", file: at };
      const ending = extname(at) === "" ? "no ending" : `the ending ${extname(at)}`;
      return refused({ message: `${path} has ${ending}; a declaration ends in .ts, .mts, .js, .mjs or .json.` });
    }
    const there = new Set(readdirSync(at));
    const name = names.find((candidate) => there.has(candidate));
    if (name !== undefined && statSync(join(at, name)).isDirectory())
      return refused({ message: `${join(at, name)} is a folder. Make it the declaration's file.` });
    if (name !== undefined) return { kind: "file", file: join(at, name) };
    return refused({
      message: `There is no ${names[0]} in ${at}. Name the folder or the file of a declaration, as in \`orrery check examples/astronomy-lab\`.`,
    });
  } catch (error) {
    const missing = ["ENOENT", "ENOTDIR"].includes(codeOf(error));
    const why = missing ? "there is no such file or folder" : closed(describeThrown(error).words);
    return refused({ message: `Cannot read ${path}: ${why}. Name the folder or the file of a declaration.` });
  }
};
