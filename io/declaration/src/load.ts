import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { type Lab, type Path, parseLab } from "@orrery/model";
import { readJson } from "./json.ts";
import { locate } from "./locate.ts";
import { type Modules, openModules } from "./modules.ts";
import type { Place } from "./place.ts";
import { plainOf } from "./plain.ts";
import { closed, codeOf, describeThrown, type Refused, refusedAt } from "./refusal.ts";

export type Declaration = {
  readonly kind: "declaration";
  readonly lab: Lab;
  /** Where a path of the lab stands: the deepest property or element on it that is known. Files are absolute. */
  locate(path: Path): Place | undefined;
  /** The files that it was read from, absolute, the named one first. */
  readonly files: readonly string[];
};

/** Why there is no lab: one problem of reading, or all problems of what was read. */
export type Refusal = { readonly kind: "refused"; readonly problems: readonly Refused[] };

const names = ["orrery.config.ts", "orrery.config.mts", "orrery.config.js", "orrery.config.mjs", "orrery.config.json"];
const readable = /\.(ts|mts|js|mjs|json)$/;
/** A declaration is data; one that waits this long, in milliseconds, waits for something that does not come. */
const patience = 10_000;

type Found = { readonly kind: "file"; readonly file: string } | Refusal;
type Run = { readonly kind: "value"; readonly value: unknown; readonly start: Place | undefined } | Refusal;

const refused = (...problems: Refused[]): Refusal => ({ kind: "refused", problems });

const find = (path: string): Found => {
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

const overdue = Symbol("overdue");

const importWithin = async (url: string): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof overdue>((resolveLate) => {
    timer = setTimeout(() => resolveLate(overdue), patience);
  });
  try {
    return await Promise.race([import(url) as Promise<unknown>, late]);
  } finally {
    clearTimeout(timer);
  }
};

const problemOfThrow = (modules: Modules, file: string, error: unknown): Refused => {
  const { words, stack } = describeThrown(error);
  const place = modules.thrownAt(stack) ?? { file, line: 1, column: 1 };
  // An export that is missing is a SyntaxError of linking, and says all that there is to say.
  const linking = /^SyntaxError: The requested module/.test(words);
  return linking
    ? refusedAt(place, `${closed(words.replace(/^SyntaxError: The/, "the").replace(/\?orrery-load=\d+/, ""))}; check the name.`)
    : refusedAt(place, `the declaration throws ${closed(words)}. Mend the code at this line.`);
};

const run = async (modules: Modules, file: string): Promise<Run> => {
  let loaded: unknown;
  try {
    loaded = await importWithin(modules.urlOf(pathToFileURL(file).href));
  } catch (error) {
    return refused(modules.refusal() ?? problemOfThrow(modules, file, error));
  }
  const start = modules.defaultExportOf(file) ?? { file, line: 1, column: 1 };
  if (loaded === overdue) {
    const message = `the declaration is still waiting for something after ${patience / 1_000} s. Take the \`await\` out.`;
    return refused(refusedAt(start, message));
  }
  if (typeof loaded !== "object" || loaded === null || !("default" in loaded)) {
    return refused(refusedAt(start, "has no default export. End the file with `export default defineLab({ … })`."));
  }
  if (types.isPromise(loaded.default)) {
    loaded.default.catch(() => {});
    return refused(refusedAt(start, "the default export is a promise. Put `await` before what gives it."));
  }
  return { kind: "value", value: loaded.default, start };
};

const readJsonFile = (file: string): Run => {
  try {
    const read = readJson(file, readFileSync(file, "utf8").replace(/^\uFEFF/, " "));
    return read.kind === "refused"
      ? refused(read.problem)
      : { kind: "value", value: read.value, start: { file, line: 1, column: 1 } };
  } catch (error) {
    const why = closed(describeThrown(error).words);
    return refused({ message: `Cannot read ${file}: ${why}. Make it a file that you may read.` });
  }
};

const declarationOf = ({ value, start }: Extract<Run, { kind: "value" }>, files: readonly string[]) => {
  const plain = plainOf(value);
  const place = (path: Path) => locate(plain.value, path, plain.rawOf, start);
  const refuse = (problems: readonly { path: Path; message: string }[]): Refusal =>
    refused(...problems.map(({ path, message }) => ({ ...refusedAt(place(path), message), path })));
  if (plain.problems.length > 0) return refuse(plain.problems);
  const parsed = parseLab(plain.value);
  if (parsed.kind === "problems") return refuse(parsed.problems);
  return { kind: "declaration", lab: parsed.lab, locate: place, files } as const;
};

/**
 * Loads a declaration: runs its files, checks what they give, and remembers where everything in it stands.
 *
 * @param path a declaration file, or a folder with an `orrery.config.ts` (or .mts, .js, .mjs, .json)
 * @returns the lab, or every problem that keeps it from being one. Rejects never.
 */
export const loadDeclaration = async (path: string): Promise<Declaration | Refusal> => {
  const found = find(path);
  if (found.kind === "refused") return found;
  const { file } = found;
  if (file.endsWith(".json")) {
    const read = readJsonFile(file);
    return read.kind === "refused" ? read : declarationOf(read, [file]);
  }
  const modules = openModules();
  try {
    const ran = await run(modules, file);
    return ran.kind === "refused" ? ran : declarationOf(ran, modules.files());
  } finally {
    modules.end();
  }
};
