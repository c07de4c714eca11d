import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Path, parseLab } from "@orrery/model";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { loadDeclaration } from "./index.ts";
import { onDisk } from "./on-disk.ts";
import { plainOf } from "./plain.ts";
import { readDeclaration } from "./read.ts";

const example = join(import.meta.dirname, "../../../examples/astronomy-lab");

let valid: unknown;
beforeAll(async () => {
  const read = await readDeclaration(example);
  if (read.kind === "refused") throw new Error("the example does not load");
  valid = read.value;
});

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** What cannot be written down by a test that fails, by name. */
const oddities: Readonly<Record<string, () => unknown>> = {
  function: () => () => 1,
  promise: () => Promise.resolve(1),
  proxy: () => new Proxy({}, {}),
  symbol: () => Symbol("s"),
  "object of a class": () => new (class {})(),
  "throwing getter": () => ({
    get broken() {
      throw new Error("not now");
    },
  }),
};
/** What people and accidents put into declarations. */
const junk = fc.oneof(
  fc
    .anything({
      maxDepth: 2,
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
    })
    .map((value) => () => value),
  fc
    .constantFrom<unknown>("", "5", "64 GB", "10.25.20.X", "EST", "node99", -1, 1e308, Number.NaN, [], {}, null)
    .map((value) => () => structuredClone(value)),
  fc
    .constantFrom<unknown>({ kind: "unknown" }, { kind: "unknown", why: 5 }, { kind: "as-written" }, { on: "moon" })
    .map((value) => () => structuredClone(value)),
  fc.constantFrom(...Object.keys(oddities)).map((name) => oddities[name] ?? (() => undefined)),
);
const change = fc.record({
  steps: fc.array(fc.nat(), { minLength: 1, maxLength: 7 }),
  how: fc.constantFrom("replace", "remove", "add", "cycle", "double", "rename"),
  value: junk,
  key: fc.oneof(
    fc.string(),
    fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "0", "kind", "node"),
  ),
});

type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

/** One change at a place that the numbers lead to. */
const apply = (root: Record<string, unknown>, { steps, how, value, key }: Change) => {
  let at = root;
  let last = Object.keys(root)[0] ?? "";
  const above: unknown[] = [root];
  for (const step of steps) {
    const keys = Object.keys(at);
    last = keys[step % Math.max(keys.length, 1)] ?? last;
    // Not by reading it: a getter may have been put there.
    const next: unknown = Object.getOwnPropertyDescriptor(at, last)?.value;
    if (step === steps.at(-1) || !isTree(next)) break;
    at = next;
    above.push(at);
  }
  const put = (name: string, what: unknown) =>
    Object.defineProperty(at, name, { value: what, enumerable: true, configurable: true, writable: true });
  if (how === "replace") put(last, value());
  if (how === "remove") Reflect.deleteProperty(at, last);
  if (how === "add") put(key, value());
  if (how === "cycle") put(last, above[(steps[0] ?? 0) % above.length]);
  if (how === "double" && Array.isArray(at)) at.push(Object.getOwnPropertyDescriptor(at, 0)?.value);
  if (how === "rename") {
    put(key, Object.getOwnPropertyDescriptor(at, last)?.value);
    Reflect.deleteProperty(at, last);
  }
};

test("a broken lab is refused in sentences, and nothing else is thrown", () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const lab = structuredClone(valid) as Record<string, unknown>;
      for (const one of changes) apply(lab, one);
      const plain = plainOf(lab);
      const parsed = plain.problems.length > 0 ? undefined : parseLab(plain.value);
      const problems = parsed === undefined ? plain.problems : parsed.kind === "problems" ? parsed.problems : [];
      for (const { path, message } of problems) {
        expect(message).toMatch(/\S/);
        expect(path satisfies Path).toBeInstanceOf(Array);
      }
    }),
    { numRuns: 300 },
  );
});

const files = readdirSync(example).filter((name) => name.endsWith(".ts"));
const cuts = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(40),
    text: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom(
        "{",
        "}",
        "[",
        "]",
        ",",
        "...",
        '"',
        "`",
        "unknown(",
        "null",
        "=>",
        "await ",
        "enum ",
        "\n",
        "// ",
        "/*",
      ),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

test("a broken text is refused with its file and line, and nothing else is thrown", async () => {
  const folder = onDisk({});
  cpSync(example, folder, { recursive: true });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), cuts, async (name, splices) => {
      const original = readFileSync(join(example, name), "utf8");
      let text = original;
      for (const { at, length, text: inserted } of splices) {
        const offset = Math.floor(at * text.length);
        text = text.slice(0, offset) + inserted + text.slice(offset + length);
      }
      writeFileSync(join(folder, name), text);
      const loaded = await loadDeclaration(folder);
      writeFileSync(join(folder, name), original);
      for (const { message, place } of loaded.kind === "refused" ? loaded.problems : []) {
        expect(message).toMatch(/^\S.*\S$/);
        expect(message).not.toMatch(/orrery-load|\$orrery|node:internal|registry\.ts/);
        expect(place?.file.startsWith(folder)).toBe(true);
        expect(place?.line).toBeGreaterThan(0);
      }
    }),
    { numRuns: 120 },
  );
});

/** A lab that is wrong in one thing only, five thousand times. */
test("5,000 guests load, and 5,000 wrong ones are each refused with their line, in a few seconds", async () => {
  const guest = (index: number, memory: string) =>
    `  { name: "g${index}", id: ${index + 100}, kind: "vm", category: "c", role: "r", os: "o", node: "node01", vcpus: 1, memory: "${memory}", disks: [{ storage: "local-nvme", size: "1 GiB", used: "1 GiB" }], bootTime: "1 min", recoveryTier: 1, onDrain: "migrate" },`;
  const lab = (memory: string) =>
    `export const many = [\n${Array.from({ length: 5_000 }, (_, index) => guest(index, memory)).join("\n")}\n];\n`;
  const folder = onDisk({});
  cpSync(example, folder, { recursive: true });
  const config = readFileSync(join(folder, "orrery.config.ts"), "utf8")
    .replace("  guests,\n", "  guests: { ...guests, items: [...guests.items, ...many] },\n")
    .replace("import { access }", 'import { many } from "./many.ts";\nimport { access }');
  writeFileSync(join(folder, "orrery.config.ts"), config);
  writeFileSync(join(folder, "many.ts"), lab("1 GiB"));
  const began = performance.now();
  const loaded = await loadDeclaration(folder);
  expect(loaded.kind === "refused" ? loaded.problems.slice(0, 3) : []).toEqual([]);
  writeFileSync(join(folder, "many.ts"), lab("1 gig"));
  const refused = await loadDeclaration(folder);
  if (refused.kind !== "refused") throw new Error("it loaded");
  expect(refused.problems).toHaveLength(5_000);
  expect(refused.problems[4_999]?.place).toMatchObject({ file: join(folder, "many.ts"), line: 5_001 });
  expect(performance.now() - began).toBeLessThan(20_000);
});
