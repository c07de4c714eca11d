import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { type Instrumented, instrument } from "./instrument.ts";
import type { Place } from "./place.ts";
import { closed, codeOf, describeThrown, type Refused, refusedAt } from "./refusal.ts";
import { registry } from "./registry.ts";
import { stripTypes } from "./strip.ts";

/** Marks the modules of one load, so that each load reads its files anew and touches nobody else's modules. */
const mark = "orrery-load";
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

export const openModules = (): Modules => {
  loads += 1;
  const query = `?${mark}=${loads}`;
  const known = new Map<string, Instrumented>();
  const literals: number[] = [];
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

  const marked = (file: string, text: string): Instrumented => {
    try {
      return instrument(file, text, (literal) => {
        const id = registry.add(literal);
        literals.push(id);
        return id;
      });
    } catch (error) {
      if (error instanceof RangeError || /stack space/.test(describeThrown(error).message))
        return stop({ file, line: 1, column: 1 }, "is nested too deeply to be read.");
      const words = describeThrown(error)
        .words.replace(/^SyntaxError: /, "")
        .replace(/ \(\d+:\d+\)$/, "");
      return stop({ file, ...positionOf(error) }, `syntax error: ${closed(words)}. Mend it.`);
    }
  };

  const placeOfImport = (parent: string, specifier: string): Place | undefined => {
    const file = fileURLToPath(parent);
    return known.get(file)?.imports.get(specifier) ?? { file, line: 1, column: 1 };
  };

  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      const parent = context.parentURL;
      if (parent === undefined || !parent.endsWith(query)) return nextResolve(specifier, context);
      try {
        const resolved = nextResolve(specifier, context);
        // What the declaration names by its path is part of it; what it names as a package is not.
        const own = /^\.{0,2}\//.test(specifier) && !resolved.url.includes("/node_modules/");
        return own && /\.(ts|mts|js|mjs)$/.test(resolved.url) ? { ...resolved, url: resolved.url + query } : resolved;
      } catch (error) {
        if (specifier === "@orrery/model") return nextResolve(specifier, { ...context, parentURL: import.meta.url });
        if (codeOf(error) === "ERR_UNSUPPORTED_DIR_IMPORT") {
          return stop(
            placeOfImport(parent, specifier),
            `cannot import "${specifier}": it is a folder; name a file in it.`,
          );
        }
        const why = specifier.startsWith(".")
          ? "no such file; check the path, and that it ends in .ts"
          : "no such package; install it, or take the import out";
        const known = ["ERR_MODULE_NOT_FOUND", "ENOENT"].includes(codeOf(error));
        return stop(
          placeOfImport(parent, specifier),
          `cannot import "${specifier}": ${known ? why : closed(describeThrown(error).words)}.`,
        );
      }
    },
    load(url, context, nextLoad) {
      if (!url.endsWith(query)) return nextLoad(url, context);
      const file = fileURLToPath(url);
      const instrumented = marked(file, strip(file, read(file), url));
      known.set(file, instrumented);
      return { format: "module", source: instrumented.code, shortCircuit: true };
    },
  });

  return {
    urlOf: (fileUrl) => fileUrl + query,
    files: () => [...known.keys()],
    refusal: () => refusal,
    thrownAt: (stack) => {
      for (const [, url, line, column] of stack.matchAll(/(file:\/\/[^\s?]+)\?orrery-load=\d+:(\d+)(?::(\d+))?/g)) {
        if (url === undefined) continue;
        const file = fileURLToPath(url);
        const at = Number(line);
        if (column === undefined) return { file, line: at, column: 1 };
        const place = known.get(file)?.original(at, Number(column));
        if (place !== undefined) return place;
      }
      return undefined;
    },
    defaultExportOf: (file) => known.get(file)?.defaultExport,
    end: () => {
      hooks.deregister();
      registry.release(literals);
    },
  };
};
