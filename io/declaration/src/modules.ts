import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { instrument } from "./instrument.ts";
import { keptOr } from "./kept.ts";
import { type Marked, originalPlace, codeOf as programOf } from "./marked.ts";
import { ownModelCode, ownModelUrl } from "./own-model.ts";
import { type Place, type SourceFile, sourceFile } from "./place.ts";
import { closed, codeOf, describeThrown, type Refused, refusedAt } from "./refusal.ts";
import { registry } from "./registry.ts";
import { stripTypes } from "./strip.ts";

/** Marks the modules of one load, so that each load reads its files anew and touches nobody else's modules. */
const query = "orrery-load";
let loads = 0;

/** The declaration's own modules, while they are being loaded. */
export type Modules = {
  /** The URL to import. */
  urlOf(fileUrl: string): string;
  /** The files read so far, in the order in which they were. */
  files(): readonly string[];
  /** The problem that stopped the load, where one of these modules was it. */
  refusal(): Refused | undefined;
  /** Where in these modules something was thrown. */
  thrownAt(stack: string): Place | undefined;
  defaultExportOf(file: string): Place | undefined;
  end(): void;
};

class Stopped extends Error {}

/** Where Node's message about TypeScript says that the text is wrong: `file:///a.ts:3`, lines around, a caret under the place. */
const placeInStack = (file: string, stack: string): Place => {
  const line = Number(/^[^\n]*:(\d+)\n/.exec(stack)?.[1] ?? 1);
  const indent = /^( *)\^+ *$/m.exec(stack)?.[1] ?? "";
  return { file, line, column: indent.length + 1 };
};

const positionOf = (error: unknown): { line: number; column: number } => {
  const loc: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "loc") : undefined;
  if (typeof loc !== "object" || loc === null) return { line: 1, column: 1 };
  return { line: Number(Reflect.get(loc, "line")), column: Number(Reflect.get(loc, "column")) + 1 };
};

type Known = { readonly source: SourceFile; readonly marked: Marked; readonly first: number };

/** @param cacheFolder where what was found in files is kept for the next load; nowhere where left out */
export const openModules = (cacheFolder?: string): Modules => {
  loads += 1;
  const tag = `?${query}=${loads}`;
  const known = new Map<string, Known>();
  let refusal: Refused | undefined;

  const stop = (place: Place | undefined, message: string): never => {
    refusal ??= refusedAt(place, message);
    throw new Stopped(message);
  };

  const read = (file: string): string => {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      const why = codeOf(error) === "EISDIR" ? "it is a folder" : closed(describeThrown(error).words);
      return stop({ file, line: 1, column: 1 }, `cannot be read: ${why}; make it a file that you may read`);
    }
  };

  const strip = (file: string, text: string, url: string): string => {
    if (extname(file) === ".js" || extname(file) === ".mjs") return text;
    try {
      return stripTypes(text, url);
    } catch (error) {
      const { words, stack } = describeThrown(error);
      const unsupported = codeOf(error) === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX";
      const remedy = unsupported
        ? "Write it in TypeScript that leaves no trace when its types are taken out"
        : "Mend it";
      return stop(
        placeInStack(file, stack),
        `syntax error: ${closed(words.replace(/^SyntaxError: /, ""))}. ${remedy}.`,
      );
    }
  };

  const mark = (file: string, text: string, url: string): Marked => {
    const stripped = strip(file, text, url);
    try {
      return instrument(stripped);
    } catch (error) {
      if (error instanceof RangeError || /stack space/.test(describeThrown(error).message))
        return stop({ file, line: 1, column: 1 }, "is nested too deeply to be read.");
      const message = describeThrown(error).message.replace(/ \(\d+:\d+\)$/, "");
      return stop({ file, ...positionOf(error) }, `syntax error: ${closed(message)}. Mend it.`);
    }
  };

  const placeOfImport = (parent: string, specifier: string): Place | undefined => {
    const file = fileURLToPath(parent);
    const found = known.get(file);
    const at = new Map(found?.marked.imports).get(specifier);
    return (at === undefined ? undefined : found?.source.placeOf(at)) ?? { file, line: 1, column: 1 };
  };

  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      const parent = context.parentURL;
      if (parent === undefined || !parent.endsWith(tag)) return nextResolve(specifier, context);
      if (specifier === "@orrery/model") return { url: ownModelUrl, format: "module", shortCircuit: true };
      try {
        const resolved = nextResolve(specifier, context);
        // What the declaration names by its path is part of it; what it names as a package is not.
        const own = /^\.{0,2}\//.test(specifier) && !resolved.url.includes("/node_modules/");
        return own && /\.(ts|mts|js|mjs)$/.test(resolved.url) ? { ...resolved, url: resolved.url + tag } : resolved;
      } catch (error) {
        if (codeOf(error) === "ERR_UNSUPPORTED_DIR_IMPORT") {
          return stop(
            placeOfImport(parent, specifier),
            `cannot import "${specifier}": it is a folder; name a file in it.`,
          );
        }
        const why = specifier.startsWith(".")
          ? "no such file; check the path, and that it ends in .ts"
          : "no such package; install it, or take the import out";
        const missing = ["ERR_MODULE_NOT_FOUND", "ENOENT"].includes(codeOf(error));
        return stop(
          placeOfImport(parent, specifier),
          `cannot import "${specifier}": ${missing ? why : closed(describeThrown(error).words)}.`,
        );
      }
    },
    load(url, context, nextLoad) {
      if (url === ownModelUrl) return { format: "module", source: ownModelCode(), shortCircuit: true };
      if (!url.endsWith(tag)) return nextLoad(url, context);
      const file = fileURLToPath(url);
      const source = sourceFile(file, read(file));
      const marked = keptOr(cacheFolder, file, source.text, () => mark(file, source.text, url));
      const first = registry.add(source, marked.literals);
      known.set(file, { source, marked, first });
      return { format: "module", source: programOf(marked, first), shortCircuit: true };
    },
  });

  return {
    urlOf: (fileUrl) => fileUrl + tag,
    files: () => [...known.keys()],
    refusal: () => refusal,
    thrownAt: (stack) => {
      for (const [, url, line, column] of stack.matchAll(/(file:\/\/[^\s?]+)\?orrery-load=\d+:(\d+)(?::(\d+))?/g)) {
        if (url === undefined) continue;
        const file = fileURLToPath(url);
        const at = Number(line);
        if (column === undefined) return { file, line: at, column: 1 };
        const found = known.get(file);
        if (found !== undefined) return originalPlace(found.marked, found.source, at, Number(column));
      }
      return undefined;
    },
    defaultExportOf: (file) => {
      const found = known.get(file);
      return found === undefined || found.marked.defaultExport < 0
        ? undefined
        : found.source.placeOf(found.marked.defaultExport);
    },
    end: () => {
      hooks.deregister();
      for (const { first, marked } of known.values()) registry.release(first, marked.literals.length);
    },
  };
};
