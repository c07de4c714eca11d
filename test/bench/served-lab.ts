import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const main = join(root, "apps/cli/src/main.mjs");
const account = { name: "bench", password: "an engine of brass" };

export type Signed = {
  readonly url: string;
  /** Asks as the first account, and gives the answer as JSON. Throws where it is none, or a refusal. */
  readonly ask: (path: string) => Promise<unknown>;
  /** The session's cookie: for a browser. */
  readonly cookie: { readonly name: string; readonly value: string };
  readonly close: () => void;
};

export type ServedLab = Signed & {
  readonly server: ChildProcess;
  readonly cluster: string;
  /** From the start of its process to its first answer. */
  readonly startedMs: number;
  readonly stop: () => Promise<void>;
};

const started = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [main, ...args, "--listen", "127.0.0.1:0", "--json"], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  return { child, told: JSON.parse(String(line)) };
};

const ended = async (child: ChildProcess): Promise<void> => {
  child.kill("SIGTERM");
  await once(child, "exit");
};

type Server = { readonly url: string; readonly certificate: string; readonly setupLink?: string | undefined };

/** Makes the first account of a server. */
export const clientOf = async ({ url, certificate, setupLink = "" }: Server): Promise<Signed> => {
  const agent = new Agent({ ca: certificate, keepAlive: true });
  const send = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    new Promise<{ readonly json: unknown; readonly cookies: readonly string[] }>((resolve, reject) => {
      const asked = request(new URL(path, url), { method, agent, headers }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => {
          if (answer.statusCode === 200 || answer.statusCode === 201)
            resolve({ json: JSON.parse(text), cookies: answer.headers["set-cookie"] ?? [] });
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
        });
      });
      asked.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  const secret = setupLink.replace(/^[^#]*#/, "");
  const { cookies } = await send("POST", "/api/setup", { "content-type": "application/json" }, { secret, ...account });
  const cookie = (cookies[0] ?? "").split(";", 1)[0] ?? "";
  const [name = "", value = ""] = cookie.split("=");
  return {
    url,
    ask: async (path) => (await send("GET", path, { cookie })).json,
    cookie: { name, value },
    close: () => agent.destroy(),
  };
};

/** The twin of a lab, and the server that watches it with a store of its own, as `npm start` has them. */
export const serveLab = async (lab: string): Promise<ServedLab> => {
  const home = mkdtempSync(join(tmpdir(), "orrery-bench-"));
  chmodSync(home, 0o755);
  const twin = await started(["twin", "serve", lab], {});
  const [token] = twin.told.tokens;
  const began = performance.now();
  const server = await started(["serve", lab, "--url", twin.told.url], {
    ORRERY_FINGERPRINT: twin.told.fingerprint,
    ORRERY_TOKEN: `${token.id}=${token.secret}`,
    ORRERY_HOME: home,
  });
  const startedMs = performance.now() - began;
  const client = await clientOf(server.told);
  return {
    ...client,
    server: server.child,
    cluster: String(server.told.clusters[0]),
    startedMs,
    stop: async () => {
      client.close();
      await ended(server.child);
      await ended(twin.child);
      rmSync(home, { recursive: true, force: true });
    },
  };
};
