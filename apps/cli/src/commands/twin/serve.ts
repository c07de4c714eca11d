import { startTwin, TwinError } from "@orrery/twin-server";
import { endRequest } from "../../end-request.ts";
import { CommandError, type ExitCode, exitCode } from "../../exit-code.ts";
import { print, printError } from "../../output.ts";
import { terminalOf } from "../../terminal.ts";
import { servedJson, servedView } from "../../views/served-view.ts";
import { parsePve, parseSeed, parseSpeed, worldSource } from "./world-source.ts";

export type ServeArguments = {
  readonly lab: string | undefined;
  readonly cacheFolder: string;
  readonly bare?: string;
  readonly empty?: boolean;
  readonly listen?: string;
  readonly pve?: string;
  readonly speed?: string;
  readonly seed?: string;
  readonly past?: string;
  readonly rootPassword?: string;
  readonly token?: readonly string[];
  readonly doorPerNode?: boolean;
  readonly json?: boolean;
};

const parseTokens = (given: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf("=");
      if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
      throw new CommandError("--token takes USER@REALM!NAME=SECRET, such as root@pam!ci=s3cret.");
    }),
  );

/** `orrery twin serve`: a twin that others talk to, until it is interrupted. */
export const serve = async (options: ServeArguments): Promise<ExitCode> => {
  const source = await worldSource(options.lab, options.bare, options.cacheFolder);
  if (options.empty && !("lab" in source)) throw new CommandError("--empty is said of a lab; --bare nodes are empty.");
  if (options.past !== undefined && !("lab" in source))
    throw new CommandError("--past is said of a lab; --bare nodes have none.");
  const pve = parsePve(options.pve);
  const password = options.rootPassword ?? process.env.ORRERY_TWIN_PASSWORD;
  const ended = endRequest();
  try {
    const twin = await startTwin({
      ...source,
      listen: options.listen ?? "127.0.0.1:8006",
      speed: parseSpeed(options.speed),
      seed: parseSeed(options.seed),
      ...(options.empty === undefined ? {} : { empty: options.empty }),
      ...(options.past === undefined ? {} : { past: options.past }),
      ...(pve === undefined ? {} : { pve }),
      ...(password === undefined ? {} : { rootPassword: password }),
      ...(options.token === undefined ? {} : { tokens: parseTokens(options.token) }),
      ...(options.doorPerNode === undefined ? {} : { doorPerNode: options.doorPerNode }),
      onFailure: (error, request) =>
        printError(
          `The twin failed at ${request}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        ),
    });
    if (options.json) await print(servedJson(twin));
    else {
      const { assumptionsOf } = await import("@orrery/twin-lab");
      const assumptions = "lab" in source && !options.empty ? assumptionsOf(source.lab).length : 0;
      await print(servedView(twin, assumptions, terminalOf(process.stdout, process.env)));
    }
    await ended;
    await twin.stop();
    return exitCode.done;
  } catch (error) {
    if (error instanceof TwinError)
      throw new CommandError(error.message, error.isRefusal ? exitCode.usage : exitCode.failed);
    throw error;
  }
};
