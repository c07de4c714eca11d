import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import type { Path } from "@orrery/model";
import { find } from "./find.ts";
import { locate } from "./locate.ts";
import { type Modules, openModules } from "./modules.ts";
import { importNatively } from "./native-import.ts";
import type { Place } from "./place.ts";
import { plainOf } from "./plain.ts";
import { closed, describeThrown, type Refusal, type Refused, refused, refusedAt } from "./refusal.ts";

/** A declaration is data; one that waits this long, in milliseconds, waits for something that does not come. */
const patience = 10_000;

type Run = { readonly kind: "value"; readonly value: unknown; readonly start: Place | undefined } | Refusal;

/** What a declaration's files give, before anybody asked whether it is a lab. */
export type Read = {
  readonly kind: "read";
  readonly value: unknown;
  readonly locate: (path: Path) => Place | undefined;
  readonly files: readonly string[];
};

const overdue = Symbol("overdue");

const importWithin = async (url: string): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof overdue>((resolveLate) => {
    timer = setTimeout(() => resolveLate(overdue), patience);
  });
  try {
    return await Promise.race([importNatively(url), late]);
  } finally {
    clearTimeout(timer);
  }
};

const problemOfThrow = (modules: Modules, file: string, error: unknown): Refused => {
  const { words, stack } = describeThrown(error);
  const place = modules.thrownAt(stack) ?? { file, line: 1, column: 1 };
  // An export that is missing is a SyntaxError of linking, and says all that there is to say.
  const linking = words.startsWith("SyntaxError: The requested module");
  return linking
    ? refusedAt(
        place,
        `${closed(words.replace(/^SyntaxError: The/, "the").replace(/\?orrery-load=\d+/, ""))}; check the name.`,
      )
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

const readJsonFile = async (file: string): Promise<Run> => {
  try {
    const { readJson } = await import("./json.ts");
    const read = readJson(file, readFileSync(file, "utf8").replace(/^\uFEFF/, " "));
    return read.kind === "refused"
      ? refused(read.problem)
      : { kind: "value", value: read.value, start: { file, line: 1, column: 1 } };
  } catch (error) {
    const why = closed(describeThrown(error).words);
    return refused({ message: `Cannot read ${file}: ${why}. Make it a file that you may read.` });
  }
};

/** The problems of what was read, with their places. */
export const refusedIn = (
  problems: readonly { readonly path: Path; readonly message: string }[],
  place: (path: Path) => Place | undefined,
): Refusal => refused(...problems.map(({ path, message }) => ({ ...refusedAt(place(path), message), path })));

const readOf = (ran: Run, files: readonly string[]): Read | Refusal => {
  if (ran.kind === "refused") return ran;
  const { value, problems, rawOf } = plainOf(ran.value);
  const place = (path: Path): Place | undefined => locate(value, path, rawOf, ran.start);
  return problems.length > 0 ? refusedIn(problems, place) : { kind: "read", value, locate: place, files };
};

export type ReadOptions = {
  /** A folder of this user's, where what was found in files is kept, so that the next load need not parse them. */
  readonly cacheFolder?: string | undefined;
};

/** Reads a declaration into plain data. Rejects never. */
export const readDeclaration = async (path: string, { cacheFolder }: ReadOptions = {}): Promise<Read | Refusal> => {
  const found = find(path);
  if (found.kind === "refused") return found;
  const { file } = found;
  if (file.endsWith(".json")) return readOf(await readJsonFile(file), [file]);
  const modules = openModules(cacheFolder);
  try {
    return readOf(await run(modules, file), modules.files());
  } finally {
    modules.end();
  }
};
