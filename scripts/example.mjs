/**
 * The example lab, alive: its twin, the server that watches it, and the console, in processes that end with this one.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bin, root } from "./root.mjs";

const lab = "examples/astronomy-lab";
const cli = "apps/cli/src/main.mjs";
const env = { ...process.env, PATH: `${dirname(bin("node"))}:${process.env.PATH}` };

/** Ends the start with a sentence: whatever failed has said why. */
class NotStarted extends Error {}

const say = (line = "") => process.stdout.write(`${line}\n`);

/** Runs a command to its end and gives what it printed. */
const outputOf = async (args, more = {}) => {
  const child = spawn(bin("node"), args, { cwd: root, env: { ...env, ...more }, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  const [status] = await once(child, "close");
  return { status, text };
};

/** The port, or 0, which is any, where something listens there already. */
const freePort = async (port) => {
  const probe = createServer();
  const taken = await new Promise((resolve) => {
    probe.once("error", () => resolve(true));
    probe.listen({ host: "127.0.0.1", port }, () => resolve(false));
  });
  if (!taken) await new Promise((resolve) => probe.close(resolve));
  return taken ? 0 : port;
};

/**
 * Starts a command that serves, and waits for the line of JSON that it prints. It stands in a process group of its own, so
 * that an interrupt at the keyboard comes to us alone; and it has a channel to us, which tells it when we are gone.
 */
const serving = async (what, args, more = {}) => {
  const child = spawn(bin("node"), [cli, ...args, "--json"], {
    cwd: root,
    env: { ...env, ...more },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    detached: true,
  });
  const ended = new Promise((resolve) => child.once("close", (status, signal) => resolve({ status, signal })));
  let text = "";
  const line = await new Promise((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
    void ended.then(() => resolve(undefined));
  });
  if (line === undefined) throw new NotStarted(`${what} did not start.`);
  const stop = async () => {
    child.kill("SIGTERM");
    // It lets what is under way come to its end, for some seconds.
    const impatient = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(impatient);
  };
  return { told: JSON.parse(line), ended, stop };
};

/** The account that PostgreSQL runs as where we are root has to come to its data through every folder on the way. */
const isOpenToOthers = (folder) => {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 1) === 0) return false;
    if (at === dirname(at)) return true;
  }
};

/** Where the example's server keeps what it keeps: apart from that of a server of one's own. */
const homeOf = () => {
  if (process.env.ORRERY_HOME) return process.env.ORRERY_HOME;
  const ours = join(root, ".orrery");
  return process.getuid?.() !== 0 || isOpenToOthers(root) ? ours : `/var/lib/orrery${ours}`;
};

const passingHome = () => {
  const home = mkdtempSync(join(tmpdir(), "orrery-"));
  chmodSync(home, 0o755);
  return home;
};

/** What a day of the twin takes. */
const dayAt = (speed) => {
  const minutes = 1440 / speed;
  return minutes >= 1 ? `${Number(minutes.toFixed(1))} min` : `${Number((minutes * 60).toFixed(1))} s`;
};

const paceOf = (speed) =>
  speed === 1 ? "in real time" : `${speed} times as fast as real time: a day passes in ${dayAt(speed)}`;

/** So that its backups and tasks are there to be seen. */
const past = "30d";

const startTwin = async (port, speed) => {
  const twin = await serving("The twin", [
    "twin",
    "serve",
    lab,
    "--listen",
    `127.0.0.1:${port}`,
    "--speed",
    `${speed}`,
    "--past",
    past,
  ]);
  const { url, fingerprint, tokens } = twin.told;
  const [token] = tokens;
  const asks = { ORRERY_URL: url, ORRERY_FINGERPRINT: fingerprint, ORRERY_TOKEN: `${token.id}=${token.secret}` };
  return { ...twin, asks };
};

const startServer = ({ asks, told }, port, home) =>
  serving("The server", ["serve", lab, "--listen", `127.0.0.1:${port}`, "--speed", `${told.speed}`], {
    ...asks,
    ORRERY_HOME: home,
  });

/** Asks the server as a browser would. */
const asked = ({ url, certificate }, path) =>
  new Promise((resolve, reject) => {
    get(new URL(path, url), { ca: certificate }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, text }));
    }).on("error", reject);
  });

/** Builds the console where its sources changed. */
const buildConsole = async () => {
  const { status, text } = await outputOf(["apps/console/build/main.ts"]);
  if (status !== 0) throw new NotStarted(`The console could not be built.\n${text}`);
};

const lasting = async (stoppers) => {
  for (const stop of stoppers.toReversed()) await stop();
};

/** Shows that all of it works, with the whole check, and ends. */
const show = async () => {
  const home = passingHome();
  const stoppers = [async () => rmSync(home, { recursive: true, force: true })];
  try {
    const [check] = await Promise.all([outputOf([cli, "check", lab]), buildConsole()]);
    process.stdout.write(check.text);
    if (check.status !== 0 && check.status !== 3) return check.status ?? 1;
    const twin = await startTwin(0, 1);
    stoppers.push(twin.stop);
    say(`\nIts twin, ${twin.told.url}, asked over HTTPS:\n`);
    const status = await outputOf([cli, "status"], twin.asks);
    process.stdout.write(status.text);
    if (status.status !== 0) return status.status ?? 1;
    const server = await startServer(twin, 0, home);
    stoppers.push(server.stop);
    const [ready, page] = [await asked(server.told, "/readyz"), await asked(server.told, "/")];
    const title = /<title>(.*?)<\/title>/.exec(page.text)?.[1];
    say(
      `\nThe server that watches it, ${server.told.url}, answers: ${ready.text}; its console: ${page.status} ${title}`,
    );
    if (ready.status !== 200 || page.status !== 200) return 1;
    return 0;
  } finally {
    await lasting(stoppers);
  }
};

/** An interrupt, the end of the terminal, and the end of npm: killed, it tells nobody. */
const endRequest = () =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => resolve("asked"));
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || resolve("asked"), 500).unref();
  });

/** Brings all of it up and keeps it up until it is asked to end. */
const stay = async (speed) => {
  const began = performance.now();
  const own = homeOf();
  mkdirSync(own, { recursive: true });
  // What a hurried world went through lies in the future of the next one, which begins now.
  const home = speed === 1 ? own : passingHome();
  const done = (what) => say(`  ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${what}`);
  const asksToEnd = endRequest();
  const stoppers = speed === 1 ? [] : [async () => rmSync(home, { recursive: true, force: true })];
  say(`The Proxmox Astronomy Lab, ${lab}`);
  try {
    const built = buildConsole();
    const [twinPort, serverPort] = [await freePort(8006), await freePort(7443)];
    const twin = await startTwin(twinPort, speed);
    stoppers.push(twin.stop);
    done(
      `its twin: ${twin.told.nodes.length} nodes, ${twin.told.guests} guests, Proxmox VE ${twin.told.pve}, ${paceOf(speed)}`,
    );
    const status = outputOf([cli, "status"], twin.asks);
    await built;
    const server = await startServer(twin, serverPort, home);
    stoppers.push(server.stop);
    done(
      `the server, which watches it, and the console; ${speed === 1 ? `data is kept in ${home}` : "nothing is kept afterwards"}`,
    );
    const { setupLink, url } = server.told;
    const { fingerprint, control, user, password } = twin.told;
    const ways = {
      ...twin.asks,
      ORRERY_TWIN_URL: twin.told.url,
      ORRERY_TWIN_FINGERPRINT: fingerprint,
      ORRERY_TWIN_CONTROL: control,
    };
    const exported = Object.entries(ways).map(([name, value]) => `export ${name}='${value}'\n`);
    writeFileSync(join(own, "twin.env"), exported.join(""), { mode: 0o600 });
    const seen = await status;
    say(`\nThe twin, asked over HTTPS as any cluster is:\n\n${seen.text}`);
    if (seen.status !== 0) return seen.status ?? 1;
    say(setupLink === undefined ? `  ${url}` : `  ${setupLink}`);
    say(
      setupLink === undefined
        ? `  Sign in with the account that is there; to begin anew, stop it and remove ${home}.`
        : "  Once, and within an hour, it makes your account. The certificate is its own: the browser will ask.",
    );
    say();
    say(`  The twin as Proxmox VE: ${twin.told.url}, ${user}, password ${password}`);
    say(`  In another terminal: . ${own}/twin.env; npx orrery status`);
    say("  Have something go wrong: npx orrery twin fault add node node02 loses-power --for 10min");
    say("  Interrupt to stop.\n");
    const check = await Promise.race([outputOf([cli, "check", lab]), asksToEnd]);
    if (check !== "asked") {
      const objectives = /^Objectives [\s\S]*?(?=\n\n)/m.exec(check.text)?.[0];
      const counts = /^\d+ errors?,.*$/m.exec(check.text)?.[0];
      say(`${objectives ?? check.text}\n\nnpx orrery check ${lab}: ${counts ?? "ended without a verdict"}`);
    }
    const end = await Promise.race([
      asksToEnd,
      twin.ended.then(() => "The twin"),
      server.ended.then(() => "The server"),
    ]);
    if (end !== "asked") say(`${end} ended by itself.`);
    return end === "asked" ? 0 : 1;
  } finally {
    await lasting(stoppers);
    say("Stopped.");
  }
};

const speedOf = (text) => {
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0 && speed <= 1e6) return speed;
  process.stderr.write(`--speed ${text ?? ""} is no speed. Write a number above 0, such as 60.\n`);
  process.exit(2);
};

/**
 * `npm start`: brings the lab up and keeps it up; `--once` shows that all of it works and ends. Any option besides its own is
 * for the check of the lab: a program that asks for its JSON gets nothing else.
 */
export const example = async (args) => {
  const rest = [];
  let once = false;
  let speed = 1;
  for (let at = 0; at < args.length; at += 1) {
    const [name, value] = args[at].split("=", 2);
    if (name === "--once") once = true;
    else if (name === "--speed") {
      if (value === undefined) at += 1;
      speed = speedOf(value ?? args[at]);
    } else rest.push(args[at]);
  }
  if (rest.length > 0) {
    const check = await outputOf([cli, "check", lab, ...rest]);
    process.stdout.write(check.text);
    return check.status === 3 ? 0 : (check.status ?? 1);
  }
  try {
    return await (once ? show() : stay(speed));
  } catch (error) {
    if (!(error instanceof NotStarted)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
};
