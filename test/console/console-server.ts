import { spawn } from "node:child_process";
import { join } from "node:path";
import { builtConsole } from "@orrery/console";
import { loadDeclaration } from "@orrery/declaration";
import { systemClock } from "@orrery/pve";
import { type ClusterFeed, connectTo, type RunningServer, startServer, watchFeed } from "@orrery/server";
import { type RunningTwin, startTwin } from "@orrery/twin-server";

const root = join(import.meta.dirname, "../..");

/** Builds the console, unless it is built from these sources already. */
export const buildConsole = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "apps/console/build/main.ts")], { stdio: ["ignore", "pipe", 2] });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`the build ended with ${String(code)}`))));
  });

export type ConsoleServer = {
  readonly server: RunningServer;
  readonly twin: RunningTwin;
  /** The cluster's name, which the addresses of pages carry. */
  readonly cluster: string;
  /** Another client of the twin, to be closed by whoever asked for it. */
  readonly connect: () => ReturnType<typeof connectTo>;
  readonly stop: () => Promise<void>;
};

/**
 * A server with the console, and the twin of an example that it looks at each second. `seenAs`: what it takes that for,
 * for clusters larger than any example.
 */
export const startConsoleServer = async (
  example: string,
  seenAs: (feed: ClusterFeed) => ClusterFeed = (feed) => feed,
): Promise<ConsoleServer> => {
  const read = await loadDeclaration(join(root, "examples", example));
  if (read.kind === "refused") throw new Error(read.problems.map(({ message }) => message).join("\n"));
  const { lab, locate } = read;
  const twin = await startTwin({ lab });
  const { user, password } = twin.credentials;
  const connection = {
    urls: [twin.url],
    fingerprint: twin.fingerprint,
    credentials: { user, password: "env:TWIN_PASSWORD" },
  };
  const connect = () => connectTo(connection, { TWIN_PASSWORD: password });
  const cluster = lab.cluster.name;
  const feed = watchFeed({
    cluster,
    connect,
    clock: systemClock,
    speed: 10,
    lab,
  });
  // Until the first look there is nothing to show, and each page would say so to the browser's console.
  await new Promise<void>((resolve) => {
    const deaf = feed.subscribe(({ kind }) => {
      if (kind !== "read") return;
      deaf();
      resolve();
    });
  });
  const server = await startServer({
    clusters: [{ id: cluster, declared: { lab, locate }, feed: seenAs(feed) }],
    listen: { host: "127.0.0.1", port: 0 },
    log: { level: "silent" },
    console: builtConsole,
  });
  return {
    server,
    twin,
    cluster,
    connect,
    stop: async () => {
      await server.stop();
      await twin.stop();
    },
  };
};
