/** `npm start`, `npm test`, `npm run check`, `npm run fuzz`, `npm run bench`: set up what is missing, then run on the project's own Node. */
import { spawn, spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { setUpDebian } from "./debian.mjs";
import { bin, root } from "./root.mjs";
import { setUp } from "./set-up.mjs";

const [task, ...rest] = process.argv.slice(2);

setUp();
const env = { ...process.env, PATH: `${dirname(bin("node"))}:${process.env.PATH}` };
const cli = ["apps/cli/src/main.mjs"];

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

const lab = "examples/astronomy-lab";

/** Brings the lab's twin up and shows its status, read through the real client over HTTPS. It stays up only when asked to. */
const showTwin = async (stay) => {
  const serve = [...cli, "twin", "serve", lab, "--listen", stay ? "127.0.0.1:8006" : "127.0.0.1:0", "--json"];
  const twin = spawn(bin("node"), serve, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => twin.on("close", resolve));
  const line = await Promise.race([new Promise((resolve) => twin.stdout.once("data", resolve)), ended]);
  if (typeof line === "number" || line === null) return line ?? 1;
  const { url, fingerprint, user, password, tokens } = JSON.parse(String(line));
  const [token] = tokens;
  const ask = { ORRERY_URL: url, ORRERY_FINGERPRINT: fingerprint, ORRERY_TOKEN: `${token.id}=${token.secret}` };
  process.stdout.write(`\nIts twin, ${url}, asked over HTTPS:\n\n`);
  const asked = { cwd: root, env: { ...env, ...ask }, stdio: "inherit" };
  const { status } = spawnSync(bin("node"), [...cli, "status"], asked);
  if (stay) {
    process.stdout.write(`\n${url}  fingerprint ${fingerprint}\n${user}, password ${password}. Interrupt to stop.\n`);
    // An interrupt reaches the twin too, which ends by itself.
    process.on("SIGINT", () => {});
  } else {
    process.stdout.write("\n`npm start -- --stay` keeps it up; `npx orrery twin --help` tells what it can do.\n");
    twin.kill("SIGTERM");
  }
  const code = await ended;
  return status === 0 ? (code ?? 1) : (status ?? 1);
};

/** What people run is what is tested and measured. */
const bundle = () => run("node", ["scripts/bundle.mjs"]);

const tasks = {
  /** The check of the example lab, which has findings by design: that is what is there to be seen. Then its twin. */
  start: async () => {
    bundle();
    const stay = rest.includes("--stay");
    const args = rest.filter((arg) => arg !== "--stay");
    const check = spawnSync(bin("node"), [...cli, "check", lab, ...args], { cwd: root, env, stdio: "inherit" });
    if (check.status !== 3 && check.status !== 0) process.exit(check.status ?? 1);
    // Options are for the check: a program that asks for its JSON gets nothing else.
    if (args.length > 0) return;
    process.exit(await showTwin(stay));
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
