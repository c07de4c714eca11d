import { failureDomains } from "@orrery/assurance";
import { nearest } from "@orrery/model";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { print, printError } from "../output.ts";
import { displayPath } from "../place.ts";
import { terminalOf } from "../terminal.ts";
import { failuresView } from "../views/failures-view.ts";
import { refusalJson } from "../views/json.ts";
import { refusalView } from "../views/refusal-view.ts";
import { loadQuietly, parseAt } from "./declaration.ts";

export type FailuresArguments = {
  readonly path: string;
  readonly of?: string;
  readonly json?: boolean;
  readonly at?: string;
  readonly cacheFolder: string;
};

/** `orrery failures`: what each single failure takes with it. */
export const failures = async (options: FailuresArguments): Promise<ExitCode> => {
  const at = parseAt(options.at);
  const declaration = await loadQuietly(options.path, options.cacheFolder);
  if (declaration.kind === "refused") {
    if (options.json) await print(refusalJson(declaration));
    else printError(refusalView(declaration, terminalOf(process.stderr, process.env)));
    return exitCode.usage;
  }
  const all = failureDomains(declaration.lab, { at, locate: declaration.locate });
  const asked = options.of;
  // `node05` is enough where only one component has that name.
  const chosen =
    asked === undefined ? all : all.filter(({ component }) => component === asked || component.endsWith(` ${asked}`));
  if (chosen.length === 0 && asked !== undefined) {
    const names = all.map(({ component }) => component);
    const meant = nearest(asked, [...names, ...names.map((name) => name.slice(name.indexOf(" ") + 1))]);
    throw new CommandError(
      `No component is called "${asked}".${meant === undefined ? "" : ` Did you mean ${meant}?`} \`orrery failures\` lists all.`,
    );
  }
  if (options.json) {
    const placed = chosen.map((domain) =>
      domain.place === undefined
        ? domain
        : { ...domain, place: { ...domain.place, file: displayPath(domain.place.file) } },
    );
    await print(JSON.stringify({ at: new Date(at).toISOString(), failures: placed }, null, 2));
  } else {
    await print(failuresView(chosen, asked !== undefined, terminalOf(process.stdout, process.env)));
  }
  return exitCode.done;
};
