import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const root = join(import.meta.dirname, "../..");

const leftOut = new Set(["node_modules", ".git", "coverage", "dist", "artifacts"]);

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (leftOut.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [relative(root, path).split(sep).join("/")] : [];
  });

/** Every file of the repository, by its path from the root. */
export const files: readonly string[] = filesUnder(root).sort();

export const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

/** Data that was taken from elsewhere or made by a program: its names and words are not ours. */
export const isGiven = (file: string): boolean => /(^|\/)(generated|fixtures|data|recordings)\//.test(file);

export const isTest = (file: string): boolean => /\.test\.ts$|^test\/|\/src\/(.+\/)?testing\//.test(file);

/** What makes a package and does not go into it. */
export const isMaker = (file: string): boolean => /^[^/]+\/[^/]+\/(generator|build)\//.test(file);

/** Down the list is up the stack: a package uses only what stands above it, or beside it. */
export const tiers: readonly string[] = ["core", "io", "twin", "engine", "apps"];

export type Package = {
  readonly name: string;
  /** `core/model`. */
  readonly folder: string;
  /** `core`, `examples`, `test`. */
  readonly tier: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  readonly exports: unknown;
  readonly bin: Readonly<Record<string, string>>;
};

export const packages: readonly Package[] = files
  .filter((file) => /^([a-z-]+\/){1,2}package\.json$/.test(file))
  .map((file) => {
    const manifest = JSON.parse(textOf(file));
    const folder = file.slice(0, -"/package.json".length);
    return {
      name: manifest.name,
      folder,
      tier: folder.split("/")[0] ?? "",
      dependencies: Object.keys(manifest.dependencies ?? {}),
      devDependencies: Object.keys(manifest.devDependencies ?? {}),
      exports: manifest.exports,
      bin: manifest.bin ?? {},
    };
  });

/** The packages that the product is made of: not its examples, not its tests. */
export const parts = packages.filter(({ tier }) => tiers.includes(tier));

export const packageOf = (file: string): Package | undefined =>
  packages.find(({ folder }) => file.startsWith(`${folder}/`));

export const sources = files.filter((file) => /\.tsx?$/.test(file) && !isGiven(file) && packageOf(file) !== undefined);

/** What a source imports, types included. Text that a test writes into files stands in strings, not at the start of a line. */
export const importsOf = (file: string): string[] => {
  const text = textOf(file);
  const found = [
    ...text.matchAll(/^(?:import|export)\b[^"';]*?\bfrom "([^"]+)"/gm),
    ...text.matchAll(/^import "([^"]+)"/gm),
    ...text.matchAll(/^[^"'`\n]*\bimport\("([^"]+)"\)/gm),
  ];
  return found.map((match) => match[1] ?? "");
};

/** The code of a source without comments and text; what is worked out inside a template stays. */
export const codeOf = (file: string): string =>
  textOf(file).replace(
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (token) => (token.startsWith("`") ? [...token.matchAll(/\$\{([^}]*)\}/g)].map((match) => match[1]).join(";") : ""),
  );
