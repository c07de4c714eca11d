import { posix } from "node:path";
import { expect, test } from "vitest";
import {
  importsOf,
  isMaker,
  isTest,
  type Package,
  packageOf,
  packages,
  parts,
  sources,
  textOf,
  tiers,
} from "./repository.ts";

const tierOf = (one: Package): number => tiers.indexOf(one.tier);
const byName = new Map(packages.map((one) => [one.name, one]));
/** `@orrery/model` of `@orrery/model/deep`. */
const nameOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

const imports = sources.flatMap((file) =>
  importsOf(file).map((specifier) => ({ file, specifier, from: packageOf(file) })),
);
const between = imports.flatMap(({ file, specifier, from }) => {
  const to = byName.get(nameOf(specifier));
  return from === undefined || to === undefined ? [] : [{ file, specifier, from, to }];
});

test("there is something to look at", () => {
  expect(parts.length).toBeGreaterThan(4);
  expect(between.length).toBeGreaterThan(50);
});

test("a package uses only what stands above it in the order of tiers", () => {
  const upward = between.filter(
    ({ file, from, to }) =>
      // An example stands on the model alone, and a test may stand on it.
      !(isTest(file) && to.tier === "examples") &&
      tierOf(from) !== -1 &&
      (tierOf(to) === -1 || tierOf(to) > tierOf(from)),
  );
  expect(upward.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
});

test("the declared dependencies follow the tiers too, and go in no circle", () => {
  const edges = new Map(
    parts.map((one) => [one.name, one.dependencies.flatMap((name) => byName.get(name) ?? [])] as const),
  );
  const upward = parts.flatMap((one) =>
    (edges.get(one.name) ?? []).filter((to) => tierOf(to) > tierOf(one)).map((to) => `${one.name} -> ${to.name}`),
  );
  expect(upward).toEqual([]);
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (edges.get(from) ?? []).some(({ name }) => {
      if (name === to) return true;
      if (seen.has(name)) return false;
      return reaches(name, to, seen.add(name));
    });
  expect(parts.filter(({ name }) => reaches(name, name)).map(({ name }) => name)).toEqual([]);
});

test("an example knows the model and nothing else", () => {
  const other = imports.filter(
    ({ from, specifier }) => from?.tier === "examples" && !specifier.startsWith(".") && specifier !== "@orrery/model",
  );
  expect(other.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
});

test("no relative import leaves its package", () => {
  const leaving = imports.filter(({ file, specifier, from }) => {
    if (!specifier.startsWith(".") || from === undefined) return false;
    return !posix.join(posix.dirname(file), specifier).startsWith(`${from.folder}/`);
  });
  expect(leaving.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
});

/**
 * A twin that is started reads all that it imports before it answers. Where it takes one small thing of a large package,
 * that thing has a door of its own; `npm run bench -- twin-start` tells what that is worth.
 */
const sideDoors: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "@orrery/plan": { "./guest-lines": "./src/kinds/guests/lines.ts" },
  "@orrery/protection": { "./proxmox-times": "./src/proxmox-times.ts" },
};

/** What a package may be entered by: its door; an example, by each of the labs that it declares. */
const doorsOf = ({ name, tier, exports }: Package): readonly string[] =>
  tier === "examples" && typeof exports === "object" && exports !== null
    ? Object.keys(exports).map((key) => name + key.slice(1))
    : [name, ...Object.keys(sideDoors[name] ?? {}).map((key) => name + key.slice(1))];

test("a package is entered by its door", () => {
  const deep = between.filter(({ specifier, to }) => !doorsOf(to).includes(specifier));
  expect(deep.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
});

test("every package that a source uses is declared where it is used", () => {
  const undeclared = between.filter(({ file, from, to }) => {
    if (from.name === to.name || from.dependencies.includes(to.name)) return false;
    return !((isTest(file) || isMaker(file)) && from.devDependencies.includes(to.name));
  });
  expect(undeclared.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
});

test("core and the twin's world know nothing of Node", () => {
  const pure = /^(core\/[^/]+|twin\/world)\/src\//;
  const node = imports.filter(
    ({ file, specifier }) => pure.test(file) && !isTest(file) && specifier.startsWith("node:"),
  );
  expect(node.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
});

test("each package has one door: src/index.ts with named exports, or commands", () => {
  for (const { name, folder, exports, bin } of parts) {
    if (Object.keys(bin).length > 0) {
      expect({ name, exports }).toEqual({ name, exports: undefined });
      for (const file of Object.values(bin)) expect(textOf(`${folder}/${file}`)).toMatch(/^#!\/usr\/bin\/env node\n/);
      continue;
    }
    expect({ name, exports }).toEqual({ name, exports: { ".": "./src/index.ts", ...sideDoors[name] } });
    expect({ name, default: /^export default/m.test(textOf(`${folder}/src/index.ts`)) }).toEqual({
      name,
      default: false,
    });
  }
});
