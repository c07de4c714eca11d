import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { onDisk, placeOf } from "./on-disk.ts";
import { type Read, readDeclaration } from "./read.ts";

const text = "const base = { u: 1 };\nexport default {\n  a: [{ b: 2 }, ...[3]],\n  ...base,\n  ['c']: 4,\n};\n";

const readIn = async (folder: string, cacheFolder: string): Promise<Read> => {
  const read = await readDeclaration(folder, { cacheFolder });
  if (read.kind === "refused") throw new Error(JSON.stringify(read.problems));
  return read;
};
const paths = [[], ["a"], ["a", 0, "b"], ["a", 1], ["u"], ["c"]];

test("what was kept of a file gives the same value and places as the file itself", async () => {
  const folder = onDisk({ "orrery.config.ts": text });
  const cache = join(onDisk({}), "deep/declarations");
  const first = await readIn(folder, cache);
  const [kept = ""] = readdirSync(cache);
  const second = await readIn(folder, cache);
  expect(readdirSync(cache)).toEqual([kept]);
  expect(second.value).toEqual(first.value);
  expect(paths.map(second.locate)).toEqual(paths.map(first.locate));
  expect(second.locate(["a", 0, "b"])).toEqual(placeOf(folder, "orrery.config.ts", "b: 2"));
});

test("a changed file is read anew, and what was kept of it is replaced", async () => {
  const folder = onDisk({ "orrery.config.ts": text });
  const cache = onDisk({});
  await readIn(folder, cache);
  writeFileSync(join(folder, "orrery.config.ts"), `\n${text.replace("b: 2", "b: 5")}`);
  const changed = await readIn(folder, cache);
  expect(changed.value).toMatchObject({ a: [{ b: 5 }, 3] });
  expect(changed.locate(["a", 0, "b"])).toEqual(placeOf(folder, "orrery.config.ts", "b: 5"));
  expect(readdirSync(cache)).toHaveLength(1);
});

test("a cache that is broken, or can be no folder, is gone without", async () => {
  const folder = onDisk({ "orrery.config.ts": text });
  const cache = onDisk({});
  await readIn(folder, cache);
  const file = join(cache, readdirSync(cache)[0] ?? "");
  writeFileSync(file, readFileSync(file, "utf8").slice(0, 100));
  expect((await readIn(folder, cache)).value).toMatchObject({ c: 4 });
  expect((await readIn(folder, join(folder, "orrery.config.ts"))).value).toMatchObject({ c: 4 });
});
