import { builtConsole } from "@orrery/console";
import { systemClock } from "@orrery/pve";
import { parseListen, type RunningServer, startServer } from "@orrery/server";
import { endRequest } from "../../end-request.ts";
import { CommandError, type ExitCode, exitCode } from "../../exit-code.ts";
import { print } from "../../output.ts";
import { terminalOf } from "../../terminal.ts";
import { servingJson, servingView } from "../../views/serving-view.ts";
import type { ConnectionArguments } from "../connection.ts";
import { placeText } from "../store-place.ts";
import { keptBy } from "./kept.ts";
import { providerIn } from "./provider.ts";
import { type Watched, watchedBy } from "./watched.ts";

export type ServeArguments = ConnectionArguments & {
  readonly lab: string | undefined;
  readonly cacheFolder: string;
  readonly settings?: string;
  readonly twin?: string;
  readonly speed?: string;
  readonly listen?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly memory?: boolean;
  readonly log?: string;
  readonly json?: boolean;
};

const levels = ["silent", "error", "warn", "info", "debug"] as const;

const parseLevel = (raw: string | undefined): (typeof levels)[number] => {
  const level = levels.find((one) => one === (raw ?? "warn"));
  if (level !== undefined) return level;
  throw new CommandError(`--log ${raw} is none of ${levels.join(", ")}.`);
};

const listenOn = (raw: string): { readonly host: string; readonly port: number } => {
  const listen = parseListen(raw);
  if (listen !== undefined) return listen;
  throw new CommandError(
    `Cannot listen on "${raw}". Write HOST:PORT, such as 127.0.0.1:7443; port 0 is any that is free.`,
  );
};

const certificateOf = ({ certificate, key }: ServeArguments, { settings }: Watched) => {
  if ((certificate === undefined) !== (key === undefined))
    throw new CommandError("--certificate and --key belong together. Give both.");
  if (certificate !== undefined && key !== undefined) return { certificate: { certificate, key } };
  return settings?.tls === undefined ? {} : { certificate: settings.tls };
};

const whyNot = (error: unknown): unknown => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "EADDRINUSE" || code === "EACCES" || code === "EADDRNOTAVAIL")
    return new CommandError(`Cannot listen there: ${error instanceof Error ? error.message : code}.`, exitCode.failed);
  if (code === "ENOENT" || code.startsWith("ERR_OSSL") || code.startsWith("ERR_TLS"))
    return new CommandError(`The certificate cannot be used: ${error instanceof Error ? error.message : code}.`);
  return error;
};

/** `orrery serve`: until it is interrupted. */
export const serve = async (options: ServeArguments): Promise<ExitCode> => {
  const level = parseLevel(options.log);
  const given = options.listen === undefined ? undefined : listenOn(options.listen);
  const ended = endRequest();
  const watched = await watchedBy(options);
  let kept: Awaited<ReturnType<typeof keptBy>> | undefined;
  let server: RunningServer | undefined;
  try {
    const listen = given ?? listenOn(watched.settings?.listen ?? "127.0.0.1:7443");
    const certificate = certificateOf(options, watched);
    const provider = providerIn(process.env);
    kept = options.memory === true ? undefined : await keptBy(level);
    server = await startServer({
      clusters: watched.clusters,
      clock: watched.clock,
      ownClock: systemClock,
      listen,
      log: { level },
      console: builtConsole,
      metrics: watched.settings?.metrics,
      ...certificate,
      ...provider,
      ...(kept === undefined ? {} : { store: kept.store }),
    }).catch((error: unknown) => {
      throw whyNot(error);
    });
    const names = watched.clusters.map(({ id }) => id);
    const place = kept === undefined ? undefined : placeText(kept.place);
    await print(
      options.json
        ? servingJson(server, names)
        : servingView(server, names, place, terminalOf(process.stdout, process.env)),
    );
    await ended;
    return exitCode.done;
  } finally {
    await server?.stop();
    await watched.close();
    await kept?.store.close();
  }
};
