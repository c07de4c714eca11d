/** `npm start`, `npm test`, `npm run check`, `npm run fuzz`, `npm run bench`: set up what is missing, then run on the project's own Node. */
import { spawn, spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { setUpDebian } from "./debian.mjs";
import { example } from "./example.mjs";
import { bin, root } from "./root.mjs";
import { setUp } from "./set-up.mjs";

const [task, ...rest] = process.argv.slice(2);

setUp();
const env = { ...process.env, PATH: `${dirname(bin("node"))}:${process.env.PATH}` };

/** Runs one command in the foreground; ends this process with its status when it fails. */
const run = (command, args) => {
  const { status, signal } = spawnSync(bin(command), args, { cwd: root, env, stdio: "inherit" });
  if (signal || status !== 0) process.exit(status ?? 1);
};

/** Runs commands side by side; prints each one's output whole, as it ends. */
const runAll = async (commands) => {
  const one = ([name, command, args]) =>
    new Promise((resolve) => {
      const began = performance.now();
      let output = "";
      const child = spawn(bin(command), args, { cwd: root, env });
      child.stdout.on("data", (chunk) => (output += chunk));
      child.stderr.on("data", (chunk) => (output += chunk));
      child.on("close", (status) => {
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        process.stdout.write(`${status === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)\n${status === 0 ? "" : output}`);
        resolve(status === 0);
      });
    });
  const results = await Promise.all(commands.map(one));
  if (results.includes(false)) process.exit(1);
};

/** What people run is what is tested and measured. */
const bundle = () => run("node", ["scripts/bundle.mjs"]);

const tasks = {
  start: async () => {
    bundle();
    process.exit(await example(rest));
  },
  test: () => {
    setUpDebian(rest);
    bundle();
    run("vitest", ["run", ...rest]);
  },
  check: () =>
    runAll([
      ["types", "tsc", ["-p", "tsconfig.json"]],
      ["types of core, without Node or DOM", "tsc", ["-p", "tsconfig.core.json"]],
      ["types of the console", "tsc", ["-p", "apps/console/tsconfig.json"]],
      ["format, imports, boundaries", "biome", ["check", "--error-on-warnings", "."]],
      ["lint with types", "oxlint", ["--type-aware", "--deny-warnings"]],
      ["dead code", "knip", []],
      ["architecture", "vitest", ["run", "test/architecture"]],
    ]),
  fuzz: () => run("node", ["test/fuzz/main.ts", ...rest]),
  bench: () => {
    bundle();
    run("node", ["test/bench/main.ts", ...rest]);
  },
};

if (!Object.hasOwn(tasks, task)) {
  process.stderr.write(`Unknown task ${task}. Known: ${Object.keys(tasks).join(", ")}.\n`);
  process.exit(2);
}
await tasks[task]();
