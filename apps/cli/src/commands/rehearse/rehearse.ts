import { inventoryOf, type Lab } from "@orrery/model";
import { assumptionsOf, worldOf } from "@orrery/twin-lab";
import { type AskedFault, advanceTo } from "@orrery/twin-world";
import { type Rehearsal, rehearse as run } from "@orrery/workflow";
import { CommandError, type ExitCode, exitCode } from "../../exit-code.ts";
import { print } from "../../output.ts";
import { terminalOf } from "../../terminal.ts";
import { rehearsalView } from "../../views/rehearsal-view.ts";
import { labAt, parseSeed } from "../twin/world-source.ts";
import { parseFailure } from "./failure.ts";
import { rehearsables } from "./rehearsable.ts";

export type RehearseArguments = {
  readonly what: readonly string[];
  readonly cacheFolder: string;
  readonly twin?: string;
  readonly fail?: readonly string[];
  readonly stop?: readonly string[];
  readonly reboot?: boolean;
  readonly stay?: boolean;
  readonly at?: string;
  readonly seed?: string;
  readonly json?: boolean;
};

/** How long a world has lived before: its HA managers are at work, and every nightly and weekly job has run. */
const lifeBeforeMs = 9 * 86_400_000;
const start = Date.UTC(2026, 10, 22, 8);

const worldAt = (lab: Lab, at: number, seed: number): ReturnType<typeof worldOf> => {
  const world = worldOf(lab, { now: at - lifeBeforeMs, seed });
  advanceTo(world, at);
  return world;
};

/** `orrery rehearse`: runs a procedure on the twin in virtual time, with what is to fail, and tells what came of it. */
export const rehearse = async (options: RehearseArguments): Promise<ExitCode> => {
  const [word = options.fail === undefined ? "drain" : "nothing", ...words] = options.what;
  const rehearsable = Object.hasOwn(rehearsables, word) ? rehearsables[word] : undefined;
  if (rehearsable === undefined)
    throw new CommandError(`"${word}" cannot be rehearsed. There is: ${Object.keys(rehearsables).join(", ")}.`);
  const seed = parseSeed(options.seed);
  const path = options.twin ?? ".";
  const lab = await labAt(path, options.cacheFolder);
  const failures = (options.fail ?? []).map((raw) => parseFailure(raw, lab));
  const at = failures.length === 0 ? start : Math.min(...failures.map((failure) => failure.at ?? start));
  const world = worldAt(lab, at, seed);
  const faults = failures.flatMap(({ faults: all, at: when = at }) =>
    all(world).map((one): AskedFault => ({ ...one, at: when })),
  );
  const script = rehearsable.script(words, {
    world,
    inventory: inventoryOf(lab),
    options: {
      bringBack: options.stay !== true,
      stop: options.stop ?? [],
      reboot: options.reboot === true,
    },
  });
  const rehearsal: Rehearsal = await run({ world, script, faults, lab });
  if (options.json) await print(JSON.stringify(rehearsal, null, 2));
  else {
    const what = `${[word, ...words].join(" ")} on the twin of ${lab.cluster.name}`;
    await print(
      rehearsalView(
        rehearsal,
        { what, assumptions: assumptionsOf(lab).length },
        terminalOf(process.stdout, process.env),
      ),
    );
  }
  const fine = rehearsal.outcome.kind === "done" && rehearsal.objectives.every(({ verdict }) => verdict === "met");
  return fine ? exitCode.done : exitCode.findings;
};
