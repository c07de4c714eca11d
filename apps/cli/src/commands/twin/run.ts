import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { assumptionsOf, worldOf } from "@orrery/twin-lab";
import { parseScenario, parseSpan, runScenario, type ScenarioEvent, type ScenarioRun } from "@orrery/twin-server";
import { bareWorld } from "@orrery/twin-world";
import { CommandError, type ExitCode, exitCode } from "../../exit-code.ts";
import { parseMoment } from "../../moment.ts";
import { print } from "../../output.ts";
import { terminalOf } from "../../terminal.ts";
import { runJson, runView } from "../../views/run-view.ts";
import { parsePve, parseSeed, worldSource } from "./world-source.ts";

export type RunArguments = {
  readonly lab: string | undefined;
  readonly cacheFolder: string;
  readonly bare?: string;
  readonly for?: string;
  readonly from?: string;
  readonly scenario?: string;
  readonly pve?: string;
  readonly seed?: string;
  readonly json?: boolean;
};

const readScenario = async (file: string): Promise<readonly ScenarioEvent[]> => {
  let raw: unknown;
  try {
    raw = /\.[cm]?[jt]s$/.test(file)
      ? (await import(pathToFileURL(resolve(file)).href)).default
      : JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const [why] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new CommandError(`Cannot read the scenario ${file}: ${why}`);
  }
  const read = parseScenario(raw);
  if ("problems" in read)
    throw new CommandError(`${file}:\n${read.problems.map((problem) => `  ${problem}`).join("\n")}`);
  return read.events;
};

const year = 400 * 86_400_000;

/** `orrery twin run`: lets a world live for a while, with what a scenario has happen, and tells what came of it. */
export const run = async (options: RunArguments): Promise<ExitCode> => {
  const span = parseSpan(options.for ?? "1 d");
  if (span === undefined || span <= 0 || span > 10 * year)
    throw new CommandError(`--for ${options.for} is no span up to ten years. Write 6h, 30d or 52w.`);
  const now = options.from === undefined ? Date.UTC(2026, 10, 22, 8) : parseMoment(options.from);
  if (now === undefined)
    throw new CommandError(
      `--from ${options.from} is no date. Write a day such as 2026-04-22 or a moment such as 2026-04-22T09:00:00Z.`,
    );
  const seed = parseSeed(options.seed);
  const pve = parsePve(options.pve);
  const release = pve === undefined ? {} : { release: pve };
  const events = options.scenario === undefined ? [] : await readScenario(options.scenario);
  const source = await worldSource(options.lab, options.bare, options.cacheFolder);
  const world =
    "lab" in source
      ? worldOf(source.lab, { seed, now, ...release })
      : bareWorld({ nodes: [...source.bare], seed, now, ...release });
  const done: ScenarioRun = await runScenario(world, events, span);
  const assumptions = "lab" in source ? assumptionsOf(source.lab) : [];
  if (options.json) await print(runJson(done, assumptions));
  else await print(runView(done, assumptions.length, terminalOf(process.stdout, process.env)));
  return exitCode.done;
};
