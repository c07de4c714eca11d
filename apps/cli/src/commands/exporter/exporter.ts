import { PveConfigurationError } from "@orrery/pve";
import { CommandError, type ExitCode, exitCode } from "../../exit-code.ts";
import { print, printError } from "../../output.ts";
import { type ConnectionArguments, connectionOf } from "../connection.ts";
import { labAt } from "../twin/world-source.ts";
import { modulesOfFile } from "./config-file.ts";
import { type RunningExporter, startExporter } from "./exporter-server.ts";
import type { ExporterModule } from "./module.ts";
import { targetUrl } from "./target.ts";

export type ExporterArguments = ConnectionArguments & {
  readonly config?: string;
  readonly target?: readonly string[];
  readonly listen?: string;
  readonly lab?: string;
  readonly guests: boolean;
  readonly backups: boolean;
  readonly cacheFolder: string;
};

const listenOn = (text: string): { host: string; port: number } => {
  const found = /^(?:\[?([^\]]*?)\]?:)?(\d{1,5})$/.exec(text);
  const port = Number(found?.[2]);
  if (found === null || port > 65_535)
    throw new CommandError(`--listen ${text} is no address. Write HOST:PORT, such as 127.0.0.1:9221.`);
  return { host: found[1] || "127.0.0.1", port };
};

/** The one module that the command line, or the environment, describes. */
const moduleOfLine = (options: ConnectionArguments): ExporterModule => {
  const { urls, trust, credentials } = connectionOf(options, process.env);
  const targets = urls.map((url) => {
    const target = targetUrl(url);
    if (target === undefined) throw new CommandError(`--url ${url} is no address of a node. Write https://pve1:8006.`);
    return target;
  });
  return { name: "default", credentials, trustOf: () => trust, targets, oneCluster: true };
};

/** Resolves when the process is asked to end. A second request ends it at once. */
const asked = (): Promise<void> =>
  new Promise((resolve) => {
    process.removeAllListeners("SIGINT");
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });

/** `orrery exporter`: metrics of clusters, until it is interrupted. */
export const exporter = async (options: ExporterArguments): Promise<ExitCode> => {
  const { host, port } = listenOn(options.listen ?? "127.0.0.1:9221");
  if (options.lab !== undefined && options.config !== undefined)
    throw new CommandError("--lab is one cluster, and --config may be several. Give the cluster of the lab by --url.");
  const modules =
    options.config === undefined
      ? [moduleOfLine(options)]
      : await modulesOfFile(options.config, options.target ?? [], process.env);
  const lab = options.lab === undefined ? undefined : await labAt(options.lab, options.cacheFolder);
  const ended = asked();
  let running: RunningExporter;
  try {
    running = await startExporter({
      host,
      port,
      modules,
      guests: options.guests,
      backups: options.backups,
      lab,
      said: printError,
    });
  } catch (error) {
    if (error instanceof PveConfigurationError) throw new CommandError(error.message);
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new CommandError(`Cannot listen on ${host}:${port} (${code}).`, exitCode.failed);
  }
  running.begin();
  const of = options.config === undefined ? "the cluster" : "?target=&module=";
  await print(`${running.url}/pve  metrics of ${of}; /metrics, of the exporter. Interrupt to stop.`);
  await ended;
  await running.stop();
  return exitCode.done;
};
