import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { Clock } from "@orrery/contract";
import { systemClock } from "@orrery/pve";
import {
  type ClusterToWatch,
  connectTo,
  type DeclaredLab,
  readSettings,
  type Settings,
  watchFeed,
} from "@orrery/server";
import { startTwin, TwinError } from "@orrery/twin-server";
import { CommandError, exitCode } from "../../exit-code.ts";
import { terminalOf } from "../../terminal.ts";
import { refusalView } from "../../views/refusal-view.ts";
import { connectByRelease } from "../connection.ts";
import { loadQuietly } from "../declaration.ts";
import { parseSpeed } from "../twin/world-source.ts";
import type { ServeArguments } from "./serve.ts";
import { paceAt, worldClockOf } from "./world-clock.ts";

/** The clusters that are watched, and what else ends with the command. */
export type Watched = {
  readonly clusters: readonly ClusterToWatch[];
  readonly settings: Settings | undefined;
  /** By which they go: real time, but with a twin that runs faster. */
  readonly clock: Clock;
  readonly close: () => Promise<void>;
};

const declaredAt = async (path: string, cacheFolder: string): Promise<DeclaredLab> => {
  const read = await loadQuietly(path, cacheFolder);
  if (read.kind === "declaration") return { lab: read.lab, locate: read.locate };
  throw new CommandError(refusalView(read, terminalOf(process.stderr, process.env)));
};

const settingsIn = (path: string): Settings => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "it cannot be read";
    throw new CommandError(`Cannot read the settings ${path}: ${why}.`);
  }
  const read = readSettings(text);
  if (read.kind === "settings") return read.settings;
  throw new CommandError(`The settings ${path} cannot be used:\n${read.problems.map((one) => `  ${one}`).join("\n")}`);
};

const settled = async (path: string, cacheFolder: string): Promise<Watched> => {
  const settings = settingsIn(path);
  const labOf = (lab: string): string => (isAbsolute(lab) ? lab : join(dirname(path), lab));
  // Every declaration is read before any cluster is asked: one that cannot be used must not leave others running.
  const labs = await Promise.all(
    settings.clusters.map(({ lab }) =>
      lab === undefined ? Promise.resolve(undefined) : declaredAt(labOf(lab), cacheFolder),
    ),
  );
  const clusters = settings.clusters.map(({ id, connection }, index): ClusterToWatch => {
    const declared = labs[index];
    const connect = () => connectTo(connection, process.env);
    return {
      id,
      declared,
      makeFeed: () => watchFeed({ cluster: id, connect, clock: systemClock, lab: declared?.lab }),
    };
  });
  return { clusters, settings, clock: systemClock, close: () => Promise.resolve() };
};

const twinOf = async (path: string, options: ServeArguments): Promise<Watched> => {
  const twinLab = await declaredAt(path, options.cacheFolder);
  const declared = options.lab === undefined ? twinLab : await declaredAt(options.lab, options.cacheFolder);
  const speed = parseSpeed(options.speed);
  const twin = await startTwin({ lab: twinLab.lab, speed }).catch((error: unknown) => {
    throw error instanceof TwinError ? new CommandError(error.message, exitCode.failed) : error;
  });
  const { user, password } = twin.credentials;
  const connection = {
    urls: [twin.url],
    fingerprint: twin.fingerprint,
    credentials: { user, password: "env:TWIN_PASSWORD" },
  };
  const connect = () => connectTo(connection, { TWIN_PASSWORD: password });
  const cluster = twinLab.lab.cluster.name;
  const hurries = typeof speed === "number" && speed !== 1;
  const clock = hurries ? twin.clock : systemClock;
  const pace = hurries ? paceAt(speed) : {};
  const makeFeed = () => watchFeed({ cluster, connect, clock, lab: declared.lab, ...pace });
  return {
    clusters: [{ id: cluster, declared, makeFeed }],
    settings: undefined,
    clock,
    close: () => twin.stop(),
  };
};

const one = async (options: ServeArguments): Promise<Watched> => {
  const declared = options.lab === undefined ? undefined : await declaredAt(options.lab, options.cacheFolder);
  const speed = parseSpeed(options.speed);
  if (speed === "max") throw new CommandError("--speed max is for --twin. Write how fast the twin at --url runs.");
  // Asked once before anything is served: a wrong address or password is told to the person at the keyboard.
  const { pve, another } = await connectByRelease(options, process.env);
  const clock = speed === 1 ? systemClock : await worldClockOf(pve, speed);
  await pve.close();
  const connect = () => Promise.resolve(another());
  const id = declared?.lab.cluster.name ?? "cluster";
  const makeFeed = () => watchFeed({ cluster: id, connect, clock, lab: declared?.lab, ...paceAt(speed) });
  return { clusters: [{ id, declared, makeFeed }], settings: undefined, clock, close: () => Promise.resolve() };
};

export const watchedBy = (options: ServeArguments): Promise<Watched> => {
  const { settings, twin, url } = options;
  if (settings !== undefined) {
    if (twin !== undefined || url !== undefined || options.lab !== undefined)
      throw new CommandError("--settings say which clusters and labs there are. Give nothing beside them.");
    return settled(settings, options.cacheFolder);
  }
  if (twin === undefined) return one(options);
  if (url !== undefined) throw new CommandError("A cluster and --twin are two worlds. Take one.");
  return twinOf(twin, options);
};
