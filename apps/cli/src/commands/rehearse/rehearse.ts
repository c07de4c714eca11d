import { observe } from "@orrery/collect";
import type { Lab } from "@orrery/model";
import type { Rehearsable } from "@orrery/procedures";
import { systemClock } from "@orrery/pve";
import { assumptionsOf, worldOf } from "@orrery/twin-lab";
import { type AskedFault, advanceTo, forkWorld, type World } from "@orrery/twin-world";
import { monteCarlo, type Rehearsing, rehearse as run } from "@orrery/workflow";
import { CommandError, type ExitCode, exitCode } from "../../exit-code.ts";
import { parseMoment } from "../../moment.ts";
import { print, printError } from "../../output.ts";
import { terminalOf } from "../../terminal.ts";
import { chancesView, rehearsalView } from "../../views/rehearsal-view.ts";
import { askerOf, type ConnectionArguments, connectByRelease, pveFailure, urlsOf } from "../connection.ts";
import { labAt, parseSeed } from "../twin/world-source.ts";
import { parseFailure } from "./failure.ts";
import { rehearsableOf, scriptOf } from "./rehearsable.ts";
import { type ScenarioFailure, scenarioFailure } from "./scenario-failure.ts";

export type RehearseArguments = ConnectionArguments & {
  readonly what: readonly string[];
  readonly cacheFolder: string;
  readonly twin?: string;
  readonly fail?: readonly string[];
  readonly scenario?: string;
  readonly stop?: readonly string[];
  readonly reboot?: boolean;
  readonly stay?: boolean;
  readonly at?: string;
  readonly seed?: string;
  readonly monteCarlo?: string;
  readonly json?: boolean;
};

/** How long a world has lived before: its HA managers are at work, and every nightly and weekly job has run. */
const lifeBeforeMs = 9 * 86_400_000;
const usualStart = Date.UTC(2026, 10, 22, 8);
/** What fails at once fails a little after the beginning, so that the beginning is seen. */
const soonMs = 60_000;

type Subject = {
  readonly world: World;
  readonly lab: Lab | undefined;
  readonly name: string;
  readonly assumptions: number;
};

/** The world of a cluster as it is now, or of a lab as it will have lived by then. */
const subjectOf = async (options: RehearseArguments, at: number | undefined, seed: number): Promise<Subject> => {
  // A lab that is named is meant itself, whatever the environment says.
  const urls = options.twin !== undefined && options.url === undefined ? [] : urlsOf(options, process.env);
  if (urls.length > 0) {
    const { pve } = await connectByRelease(options, process.env);
    try {
      const { state } = await observe(pve, systemClock);
      const hidden = state.veiled?.guests;
      if (hidden !== undefined)
        throw new CommandError(`The rehearsal would lack guests that are there: ${hidden}.`, exitCode.failed);
      const world = worldOf(state, { seed });
      // The managers of HA are at work in it after a round or two.
      advanceTo(world, Math.max(at ?? 0, world.now + soonMs));
      const lab = options.twin === undefined ? undefined : await labAt(options.twin, options.cacheFolder);
      return { world, lab, name: urls.join(", "), assumptions: assumptionsOf(state).length };
    } catch (error) {
      throw pveFailure(error, askerOf(options));
    } finally {
      await pve.close();
    }
  }
  const lab = await labAt(options.twin ?? ".", options.cacheFolder);
  const start = at ?? usualStart;
  const world = worldOf(lab, { now: start - lifeBeforeMs, seed });
  advanceTo(world, start);
  return { world, lab, name: lab.cluster.name, assumptions: assumptionsOf(lab).length };
};

const parseRuns = (raw: string | undefined): number | undefined => {
  if (raw === undefined) return undefined;
  const runs = Number(raw);
  if (Number.isSafeInteger(runs) && runs > 0 && runs <= 1_000_000) return runs;
  throw new CommandError(`--monte-carlo ${raw} is no number of runs.`);
};

/** What is rehearsed, in a world: the same for one run and for many. */
type Part = (world: World, draws?: { factor: () => number; draw: () => number }) => Omit<Rehearsing<unknown>, "world">;

const partOf = (options: RehearseArguments, { lab, world: first }: Subject, rehearsable: Rehearsable): Part => {
  const failures = (options.fail ?? []).map((raw) => parseFailure(raw));
  const scenario: ScenarioFailure | undefined =
    options.scenario === undefined || lab === undefined ? undefined : scenarioFailure(lab, first, options.scenario);
  const declared = lab?.service.detection;
  const detection = typeof declared === "number" ? declared * 1000 : undefined;
  return (world, draws) => {
    const soon = world.now + soonMs;
    const faults = failures.flatMap(({ faults: all, at }): AskedFault[] =>
      // Over many runs the moment is drawn with the world's.
      all(world, lab).map((one) => ({ ...one, at: draws === undefined ? Math.max(at ?? soon, world.now) : soon })),
    );
    const choice = scenario?.choices[Math.floor((draws?.draw() ?? 0) * scenario.choices.length)] ?? [];
    faults.push(...choice.map((one): AskedFault => ({ ...one, at: soon })));
    const detectionMs = detection === undefined ? undefined : Math.round(detection * (draws?.factor() ?? 1));
    const hand = scenario?.byHand;
    return {
      faults,
      ...(lab === undefined ? {} : { lab }),
      ...(hand === undefined ? {} : { byHand: [{ ...hand, at: soon + Math.max(5_000, (detectionMs ?? 0) - 5_000) }] }),
      script: scriptOf(rehearsable, options.what.slice(1), {
        world,
        lab,
        faults,
        detectionMs,
        options: {
          bringBack: options.stay !== true,
          reboot: options.reboot === true,
          stop: options.stop ?? [],
        },
      }),
    };
  };
};

const parseStart = (options: RehearseArguments): number | undefined => {
  if (options.at !== undefined) {
    const at = parseMoment(options.at);
    if (at === undefined) throw new CommandError(`--at ${options.at} is no moment such as 2026-12-06T01:00Z.`);
    return at;
  }
  const moments = (options.fail ?? []).flatMap((raw) => parseFailure(raw).at ?? []);
  return moments.length === 0 ? undefined : Math.min(...moments) - soonMs;
};

/** `orrery rehearse`: runs a procedure on the twin in virtual time, with what is to fail, and tells what came of it. */
export const rehearse = async (options: RehearseArguments): Promise<ExitCode> => {
  const fails = options.fail !== undefined || options.scenario !== undefined;
  const [word = fails ? "recover" : "drain", ...words] = options.what;
  const rehearsable = rehearsableOf(word);
  const seed = parseSeed(options.seed);
  const runs = parseRuns(options.monteCarlo);
  const subject = await subjectOf(options, parseStart(options), seed);
  if (options.scenario !== undefined && subject.lab === undefined)
    throw new CommandError("--scenario names a scenario of a declaration: give it with --twin.");
  const part = partOf(options, subject, rehearsable);
  const about = {
    what: `${[word, ...words].join(" ")} on the twin of ${subject.name}`,
    assumptions: subject.assumptions,
  };
  const terminal = terminalOf(process.stdout, process.env);
  if (runs !== undefined) {
    if (!fails)
      throw new CommandError("--monte-carlo draws moments of a failure: say which with --fail or --scenario.");
    const chances = await monteCarlo({
      world: subject.world,
      runs,
      seed,
      rehearsing: ({ world, ...draws }) => part(world, draws),
      tell: (done) => showProgress(done, runs),
    });
    await print(options.json ? JSON.stringify(chances, null, 2) : chancesView(chances, about, terminal));
    return chances.stopped === 0 && chances.objectives.every(({ missed }) => missed === 0)
      ? exitCode.done
      : exitCode.findings;
  }
  const world = forkWorld(subject.world);
  const rehearsal = await run({ ...part(world), world, seed });
  await print(options.json ? JSON.stringify(rehearsal, null, 2) : rehearsalView(rehearsal, about, terminal));
  const fine = rehearsal.outcome.kind === "done" && rehearsal.objectives.every(({ verdict }) => verdict === "met");
  return fine ? exitCode.done : exitCode.findings;
};

/** On a terminal, one line that is written over; the last one is wiped. */
const showProgress = (done: number, runs: number): void => {
  if (process.stderr.isTTY) process.stderr.write(done < runs ? `\r${done} of ${runs} runs` : "\r\u001b[K");
  else if (done % Math.max(1, Math.ceil(runs / 10)) === 0) printError(`${done} of ${runs} runs`);
};
