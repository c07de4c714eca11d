import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { loadDeclaration } from "./index.ts";
import { onDisk, placeOf } from "./on-disk.ts";

/** The problems of a declaration that must not load. */
const problemsOf = async (path: string) => {
  const loaded = await loadDeclaration(path);
  if (loaded.kind !== "refused") throw new Error("it loaded");
  return loaded.problems;
};

/** One file, one problem: its place is where the snippet stands, its message what is expected. */
const expectRefusal = async (text: string, snippet: string, message: string | RegExp, name = "orrery.config.ts") => {
  const folder = onDisk({ [name]: text });
  const [problem, ...more] = await problemsOf(folder);
  expect(more).toEqual([]);
  expect(problem?.message).toMatch(message);
  expect(problem?.place).toEqual(placeOf(folder, name, snippet));
  expect(problem?.message).not.toMatch(/orrery-load|\$orrery|node:internal|\n/);
};

test("a path that leads nowhere says so", async () => {
  const folder = onDisk({});
  expect((await problemsOf(join(folder, "nowhere")))[0]?.message).toMatch(/no such file or folder\. Name the folder/);
  expect((await problemsOf(folder))[0]?.message).toMatch(/There is no orrery\.config\.ts in /);
  expect((await problemsOf("a\0b"))[0]?.message).toMatch(/NUL/);
});

test("a file of another kind says which kinds there are", async () => {
  const folder = onDisk({ "lab.yaml": "a: 1", lab: "" });
  expect((await problemsOf(join(folder, "lab.yaml")))[0]?.message).toMatch(/ending \.yaml; a declaration ends in \.ts/);
  expect((await problemsOf(join(folder, "lab")))[0]?.message).toMatch(/has no ending/);
});

test("a folder in the place of a file says so", async () => {
  const folder = onDisk({});
  mkdirSync(join(folder, "orrery.config.ts"));
  expect((await problemsOf(folder))[0]?.message).toMatch(/orrery\.config\.ts is a folder\. Make it/);
  const other = onDisk({ "orrery.config.ts": 'import "./guests.ts";\nimport "./more";\n', "more/a.ts": "" });
  mkdirSync(join(other, "guests.ts"));
  expect((await problemsOf(other))[0]?.message).toMatch(/it is a folder/);
});

test("a file that cannot be read says why", async () => {
  const folder = onDisk({});
  symlinkSync("orrery.config.ts", join(folder, "orrery.config.ts"));
  expect((await problemsOf(folder))[0]?.message).toMatch(/^Cannot read .*ELOOP/);
});

test("a syntax error says where", async () => {
  await expectRefusal("export default {\n  a: 1,,\n};\n", ",\n}", /^syntax error: Unexpected token `,`.* Mend it\.$/);
  await expectRefusal("export default {\n  a: (,\n};\n", ",\n}", /^syntax error: .* Mend it\.$/, "orrery.config.mjs");
  await expectRefusal("enum A { b }\nexport default {};\n", "enum", /enum is not supported.*leaves no trace/);
});

test("a missing default export says where one belongs", async () => {
  await expectRefusal("export const lab = {};\n", "export", /no default export\. End the file with/);
  await expectRefusal("module.exports = {};\n", "module", /throws ReferenceError: module is not defined/);
});

test("a throw says its message and its line", async () => {
  const text = "const a = [1, { b: 2 }], c = undefined;\nexport default { a: [{}, [c.memory]] };\n";
  await expectRefusal(
    text,
    "memory",
    /the declaration throws TypeError: Cannot read properties of undefined \(reading 'memory'\)\. Mend the code at this line\./,
  );
  await expectRefusal('throw "no";\n', "throw", /the declaration throws "no"\./);
  await expectRefusal("throw null;\n", "throw", /the declaration throws null\./);
  await expectRefusal("throw { get message() { throw 1 } };\n", "throw", /an object without a message/);
  await expectRefusal("export default a; const a = {};\n", "a; const", /Cannot access 'a' before initialization/);
  await expectRefusal(
    "const f = () => f();\nexport default f();\n",
    "f();\nexport",
    /Maximum call stack size exceeded/,
  );
});

test("an import that leads nowhere says where it stands", async () => {
  await expectRefusal(
    '\nimport { a } from "./a.ts";\nexport default a;\n',
    "import",
    /cannot import "\.\/a\.ts": no such file; check the path/,
  );
  await expectRefusal(
    'import { a } from "left-out";\nexport default a;\n',
    "import",
    /cannot import "left-out": no such package; install it/,
  );
  const folder = onDisk({ "orrery.config.ts": 'import "./b.ts";\n', "b.ts": '\n\nexport { x } from "./c.ts";\n' });
  expect((await problemsOf(folder))[0]?.place).toEqual(placeOf(folder, "b.ts", "export"));
});

test("an import of what the other file does not export says so", async () => {
  const folder = onDisk({
    "orrery.config.ts": '\nimport { x } from "./b.ts";\nexport default x;\n',
    "b.ts": "export {};\n",
  });
  expect(await problemsOf(folder)).toEqual([
    {
      place: placeOf(folder, "orrery.config.ts", "import"),
      message: expect.stringMatching(/'\.\/b\.ts' does not provide an export named 'x'; check the name\./),
    },
  ]);
});

test("a promise asks for await", async () => {
  await expectRefusal("export default Promise.resolve({});\n", "export default", /is a promise\. Put `await`/);
  await expectRefusal(
    "export default Promise.reject(new Error('x'));\n",
    "export default",
    /is a promise\. Put `await`/,
  );
  await expectRefusal(
    "export default {\n  service: Promise.resolve(1),\n};\n",
    "service",
    /is a promise; put `await` before/,
  );
});

test("a declaration that waits for what does not come is given up", async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const folder = onDisk({ "orrery.config.ts": "await new Promise(() => {});\nexport default {};\n" });
  const refused = problemsOf(folder);
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await refused)[0]?.message).toMatch(/still waiting for something after 10 s\. Take the `await` out\./);
});

test("what is not data says what it is", async () => {
  const of = (value: string, before = "") => `${before}\nexport default {\n  a: ${value},\n};\n`;
  await expectRefusal(
    of("self", "const self = {}; self.me = self;"),
    "{}; self.me",
    /a cycle: this is the same object as a; name it/,
  );
  await expectRefusal(of("{ get b() { throw new Error('not now') } }"), "get b", /cannot be read \(not now\)/);
  await expectRefusal(of("new Proxy({}, {})"), "a: new", /is a Proxy/);
  await expectRefusal(of("new Proxy([], { get() { throw 1 } })"), "a: new", /is a Proxy/);
  await expectRefusal(of("() => 1"), "a: ()", /is a function; call it/);
  await expectRefusal(of("Symbol('x')"), "a: S", /is a symbol/);
  await expectRefusal(of("new Map()"), "a: new", /is a Map; write plain data/);
  await expectRefusal(of("new Date(0)"), "a: new", /is a Date/);
  await expectRefusal(of("new (class X {})()"), "a: new", /an object of a class/);
  await expectRefusal(of("{ __proto__: { b: 1 } }"), "a: {", /an object of a class/);
  await expectRefusal(of("{ ['__proto__']: 1 }"), "['__proto__']", /cannot be named __proto__/);
  await expectRefusal(of("{ constructor: 1 }"), "constructor", /cannot be named constructor/);
  await expectRefusal(of("new Array(1e9)"), "{\n  a", /more than 1,000,000 values/);
  await expectRefusal(
    of("deep", "let deep = {}; for (let i = 0; i < 1e5; i++) deep = { deep };"),
    "deep }",
    /levels deep/,
  );
  await expectRefusal(
    of("x", "let x = ['lol']; for (let i = 0; i < 30; i++) x = [x, x, x];"),
    "{\n  a",
    /more than 1,000,000 values/,
  );
});

test("what is nested past reading is refused", async () => {
  const folder = onDisk({
    "orrery.config.mjs": `export default ${"[".repeat(2e4)}${"]".repeat(2e4)};`,
    "b.json": "[".repeat(2e4) + "]".repeat(2e4),
  });
  expect((await problemsOf(folder))[0]?.message).toMatch(/nested too deeply|levels deep/);
  expect((await problemsOf(join(folder, "b.json")))[0]?.message).toMatch(/nested too deeply|levels deep/);
});

test("JSON that is none says where", async () => {
  await expectRefusal(
    '{\n  "a": 1,\n}\n',
    "}",
    /^syntax error: .*Mend it; JSON takes no comments/,
    "orrery.config.json",
  );
  await expectRefusal('{\n  "a": [1 2]\n}\n', "2]", /^syntax error/, "orrery.config.json");
  await expectRefusal("", "", /^syntax error: Unexpected end of JSON input/, "orrery.config.json");
  await expectRefusal('{"__proto__": 1}', '"__proto__"', /cannot be named __proto__/, "orrery.config.json");
});

test("every problem of a lab is told at once, each with its place", async () => {
  const text =
    'import { defineLab } from "@orrery/model";\nexport default defineLab({\n  service: { id: 5 },\n  cluster: { nodes: {\n    n1: { memory: "64 gigs" } } },\n  wrong: 1,\n});\n';
  const folder = onDisk({ "orrery.config.ts": text });
  const problems = await problemsOf(folder);
  const at = (path: string) => problems.find((problem) => problem.path?.join(".") === path)?.place;
  expect(at("service.id")).toEqual(placeOf(folder, "orrery.config.ts", "id: 5"));
  expect(at("cluster.nodes.n1.memory")).toEqual(placeOf(folder, "orrery.config.ts", "memory:"));
  expect(at("cluster.nodes.n1.purpose")).toEqual(placeOf(folder, "orrery.config.ts", "n1: {"));
  expect(at("wrong")).toEqual(placeOf(folder, "orrery.config.ts", "wrong"));
  expect(at("guests")).toEqual(placeOf(folder, "orrery.config.ts", "{\n  service"));
});
