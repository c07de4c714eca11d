import type { Path } from "@orrery/model";
import { expect, test } from "vitest";
import { onDisk, placeOf } from "./on-disk.ts";
import { readDeclaration } from "./read.ts";

/** Reads one declaration and compares places: a path, and the snippet that stands at its place (in the first file, or in one named). */
const expectPlaces = async (
  files: Readonly<Record<string, string>>,
  places: readonly (readonly [path: Path, snippet: string, file?: string])[],
): Promise<void> => {
  const folder = onDisk(files);
  const read = await readDeclaration(folder);
  if (read.kind === "refused") throw new Error(JSON.stringify(read.problems));
  for (const [path, snippet, file = "orrery.config.ts"] of places) {
    expect({ path, at: read.locate(path) }).toEqual({ path, at: placeOf(folder, file, snippet) });
  }
};

test("a property stands where its name is written", async () => {
  await expectPlaces(
    { "orrery.config.ts": "export default {\n  a: { b: [1, { c: 2 }] },\n  'd e': 3,\n  4: 5,\n};\n" },
    [
      [["a"], "a: {"],
      [["a", "b"], "b: ["],
      [["a", "b", 0], "1, {"],
      [["a", "b", 1], "{ c"],
      [["a", "b", 1, "c"], "c: 2"],
      [["d e"], "'d e'"],
      [["4"], "4: 5"],
    ],
  );
});

test("a path that leads past what is written stands where it was last known", async () => {
  await expectPlaces({ "orrery.config.ts": "export default {\n  a: [\n    { b: 1 },\n  ],\n};\n" }, [
    [[], "{\n  a"],
    [["z"], "{\n  a"],
    [["a", 0, "missing", "deeper"], "{ b"],
    [["a", 7], "a: ["],
    [["a", 0, "b", "c"], "b: 1"],
  ]);
});

test("types are taken out without moving anything", async () => {
  const text =
    "type A = { readonly a: number };\nconst x = { a: 1 as number } satisfies A;\nexport default ({ x: x as A, y: [<never>null, 2] as const } as const);\n";
  await expectPlaces({ "orrery.config.ts": text.replace("<never>null", "null!") }, [
    [["x", "a"], "a: 1"],
    [["y", 1], "2]"],
  ]);
});

test("what another file declares stands in that file", async () => {
  await expectPlaces(
    {
      "orrery.config.ts":
        'import { guests } from "./guests.ts";\nimport * as more from "./deep/more.ts";\nexport default { guests, also: more.also, list: [guests], n: more.n };\n',
      "guests.ts": "export const guests = {\n  items: [\n    { id: 1 },\n  ],\n};\n",
      "deep/more.ts": "export const n = 3;\nexport const also = {\n  b: 1,\n};\n",
    },
    [
      [["guests"], "{\n  items", "guests.ts"],
      [["guests", "items", 0, "id"], "id: 1", "guests.ts"],
      [["also", "b"], "b: 1", "deep/more.ts"],
      [["list", 0, "items", 0], "{ id", "guests.ts"],
      [["n"], "n: more.n"],
    ],
  );
});

test("what a function makes stands where the function is called, and so does all inside it", async () => {
  const text =
    "const disk = (size) => ({ storage: 'a', size, tags: ['x'] });\nexport default {\n  disks: [\n    disk(1),\n    disk(2),\n  ],\n  spread: { ...disk(3) },\n};\n";
  await expectPlaces({ "orrery.config.ts": text }, [
    [["disks", 1], "disk(2)"],
    [["disks", 1, "size"], "disk(2)"],
    [["disks", 0, "tags", 0], "disk(1)"],
    [["spread", "size"], "...disk(3)"],
  ]);
});

test("what is given to a function and comes back stands where it was given", async () => {
  const text =
    'import { defineChapter } from "@orrery/model";\nconst same = (_name, x) => x;\nconst wrap = (inner) => ({ inner });\nexport default {\n  a: same("a", {\n    b: 1,\n  }),\n  w: wrap({ c: 2 }),\n  d: defineChapter("x", { e: 1 }),\n};\n';
  await expectPlaces({ "orrery.config.ts": text }, [
    [["a", "b"], "b: 1"],
    [["w", "inner", "c"], "c: 2"],
    [["d", "e"], "e: 1"],
  ]);
});

test("what a list is mapped to stands in the mapping", async () => {
  const text =
    "const names = ['x', 'y'];\nexport default {\n  items: names.map((name) => ({\n    name,\n    size: 1,\n  })),\n};\n";
  await expectPlaces({ "orrery.config.ts": text }, [[["items", 1, "size"], "size: 1"]]);
});

test("a filtered or sorted list keeps the places of its elements", async () => {
  const text =
    "const all = [\n  { n: 3 },\n  { n: 1 },\n  { n: 2 },\n];\nexport default {\n  few: all.filter((one) => one.n < 3),\n  sorted: all.sort((a, b) => a.n - b.n),\n};\n";
  await expectPlaces({ "orrery.config.ts": text }, [
    [["few", 0, "n"], "n: 1"],
    [["few", 1], "{ n: 2"],
    [["sorted", 0, "n"], "n: 1"],
    [["sorted", 2, "n"], "n: 3"],
  ]);
});

test("a property that a spread brings stands where the spread object declares it, unless it is written again", async () => {
  const text =
    "const base = {\n  used: 'u',\n  memory: 1,\n};\nconst more = { ...base, extra: 2 };\nexport default {\n  a: { ...base, memory: 2 },\n  b: { memory: 3, ...more },\n  c: { ...(true ? { d: 4 } : {}) },\n  e: { ...undefined, f: 5 },\n};\n";
  await expectPlaces({ "orrery.config.ts": text }, [
    [["a", "used"], "used: 'u'"],
    [["a", "memory"], "memory: 2"],
    [["b", "memory"], "memory: 1"],
    [["b", "used"], "used: 'u'"],
    [["b", "extra"], "extra: 2"],
    [["c", "d"], "d: 4"],
    [["e", "f"], "f: 5"],
  ]);
});

test("spreads do not shift the elements of a list", async () => {
  const text =
    "const two = ['p', { q: 1 }];\nconst make = () => [7, 8];\nexport default {\n  list: [10, ...two, 11, ...make(), , 12, ...new Set([13, 14]), 15],\n  nested: [...[...[21, 22], 23], 24],\n};\n";
  await expectPlaces({ "orrery.config.ts": text }, [
    [["list", 0], "10"],
    [["list", 1], "'p'"],
    [["list", 2], "{ q"],
    [["list", 2, "q"], "q: 1"],
    [["list", 3], "11"],
    [["list", 4], "...make()"],
    [["list", 7], "12"],
    [["list", 9], "...new Set"],
    [["list", 10], "15"],
    [["nested", 1], "22"],
    [["nested", 2], "23"],
    [["nested", 3], "24"],
  ]);
});

test("a list that grew after it was written says nothing of its elements but what they say themselves", async () => {
  const text = "const list = [1, { a: 2 }];\nlist.unshift({ b: 3 });\nexport default {\n  list,\n};\n";
  await expectPlaces({ "orrery.config.ts": text }, [
    [["list", 0, "b"], "b: 3"],
    [["list", 2, "a"], "a: 2"],
    [["list", 1], "list,\n"],
  ]);
});

test("a property with a computed name stands where it is computed", async () => {
  const text =
    "const n = 'x';\nexport default {\n  a: { [n + 1]: { b: 1 }, [n + 2]: { c: 2 } },\n  d: { [n]: 3 },\n};\n";
  await expectPlaces({ "orrery.config.ts": text }, [
    [["a", "x1", "b"], "b: 1"],
    [["a", "x2"], "[n + 2]"],
    [["d", "x"], "[n]: 3"],
  ]);
});

test("marks leave odd but legal code as it was", async () => {
  const text = `#!/usr/bin/env node
const f = () => { return[1,2] }
const g = function* () { yield[3]; yield{ a: 4 } }
const { p, ...rest } = { p: 1, q: { r: 2 } };
const [h = { i: 1 }, ...tail] = [undefined, [5]];
class K { field = { s: 1 }; static t = [6] }
const tagged = ((s, ...v) => ({ v })) \`x\${{ u: 7 }}\`;
for (const one of[8]) void one;
let grow = []; grow = [...grow, ...(0, [9])];
export const cyclic = () => ({ ...rest });
export default { f: f(), g: [...g()], rest, h, tail, k: new K().field, t: K.t, tagged, grow };
`;
  const read = await readDeclaration(onDisk({ "orrery.config.ts": text }));
  expect(read).toMatchObject({
    kind: "read",
    value: {
      f: [1, 2],
      g: [[3], { a: 4 }],
      rest: { q: { r: 2 } },
      h: { i: 1 },
      tail: [[5]],
      k: { s: 1 },
      t: [6],
      tagged: { v: [{ u: 7 }] },
      grow: [9],
    },
  });
});

test("files that import one another in a circle are read", async () => {
  await expectPlaces(
    {
      "orrery.config.ts": 'import { a } from "./a.ts";\nexport const late = { z: 1 };\nexport default { a: a() };\n',
      "a.ts": 'import { late } from "./orrery.config.ts";\nexport const a = () => ({ late, own: 1 });\n',
    },
    [
      [["a"], "a: a()"],
      [["a", "late", "z"], "z: 1"],
    ],
  );
});

test("JSON has places too", async () => {
  const folder = onDisk({ "orrery.config.json": '{\n  "a": [1, {"b": 2}],\n  "c": {"d": []}\n}\n' });
  const read = await readDeclaration(folder);
  if (read.kind === "refused") throw new Error(JSON.stringify(read.problems));
  expect(read.locate(["a", 1, "b"])).toEqual(placeOf(folder, "orrery.config.json", '"b"'));
  expect(read.locate(["c", "d", 3])).toEqual(placeOf(folder, "orrery.config.json", '"d"'));
});

test("a file is read anew each time", async () => {
  const { writeFileSync } = await import("node:fs");
  const folder = onDisk({
    "orrery.config.ts": 'import { n } from "./n.ts"; export default { n };',
    "n.ts": "export const n = 1;",
  });
  expect(await readDeclaration(folder)).toMatchObject({ value: { n: 1 } });
  writeFileSync(`${folder}/n.ts`, "export const n = 2;");
  expect(await readDeclaration(folder)).toMatchObject({ value: { n: 2 } });
});

test("two declarations can be read at once", async () => {
  const slow = onDisk({
    "orrery.config.ts": 'import { n } from "./n.ts"; await null; export default { n };',
    "n.ts": "await null; export const n = { a: 1 };",
  });
  const other = onDisk({
    "orrery.config.ts": 'import { n } from "./n.ts"; export default { n };',
    "n.ts": "export const n = { b: 2 };",
  });
  const [a, b] = await Promise.all([readDeclaration(slow), readDeclaration(other)]);
  if (a.kind === "refused" || b.kind === "refused") throw new Error("refused");
  expect(a.locate(["n", "a"])).toEqual(placeOf(slow, "n.ts", "a: 1"));
  expect(b.locate(["n", "b"])).toEqual(placeOf(other, "n.ts", "b: 2"));
});
