import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { monitoringOf } from "@orrery/alerting";
import { stackOf } from "@orrery/dashboards";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { print, printError } from "../output.ts";
import { terminalOf } from "../terminal.ts";
import { monitoringView } from "../views/monitoring-view.ts";
import { refusalView } from "../views/refusal-view.ts";
import { loadQuietly, parseAt } from "./declaration.ts";

export type ExportArguments = {
  readonly path: string;
  readonly out: string;
  readonly at?: string;
  readonly json?: boolean;
  readonly cacheFolder: string;
};

const write = (folder: string, files: readonly { readonly path: string; readonly text: string }[]): void => {
  try {
    for (const { path, text } of files) {
      const place = join(folder, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, text);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`Cannot write to ${folder}: ${why}.`, exitCode.failed);
  }
};

/** `orrery monitoring export`: loads, makes, writes. */
export const exportMonitoring = async ({ path, out, at, json, cacheFolder }: ExportArguments): Promise<ExitCode> => {
  const moment = parseAt(at);
  const declaration = await loadQuietly(path, cacheFolder);
  if (declaration.kind === "refused") {
    printError(refusalView(declaration, terminalOf(process.stderr, process.env)));
    return exitCode.usage;
  }
  const folder = resolve(out);
  const [watching, showing] = [monitoringOf(declaration.lab, moment), stackOf(declaration.lab)];
  const files = [...watching.files, ...showing.files];
  const notes = [...watching.notes, ...showing.notes];
  write(folder, files);
  const written = {
    folder: relative(process.cwd(), folder) || ".",
    files: files.map((file) => ({ path: file.path, about: file.about })),
    notes,
  };
  await print(
    json ? JSON.stringify(written, null, 2) : monitoringView(written, terminalOf(process.stdout, process.env)),
  );
  return exitCode.done;
};
