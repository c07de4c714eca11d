import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { type Applied, type ApplyEvent, applyPlan, pastOf, planId, recordsOf, type SecretKeeper } from "@orrery/apply";
import { type JournalFile, JournalHeld, keepFile, openJournal, readLines, readSecret } from "@orrery/machine";
import { type Plan, planText, type Risk, risks } from "@orrery/plan";
import { systemClock } from "@orrery/pve";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { runsFolder } from "../folders.ts";
import { print, printError } from "../output.ts";
import { terminalOf } from "../terminal.ts";
import { ApplyProgress, appliedView, refusalLines } from "../views/apply-view.ts";
import { findingLines, planView } from "../views/plan-view.ts";
import {
  type ClusterArguments,
  type ClusterDoor,
  forgetState,
  openCluster,
  type Reading,
  readWhole,
} from "./cluster-door.ts";
import { pveFailure } from "./connection.ts";
import { isPlanFile, type Planned, planIn, planLab } from "./plan-source.ts";

export type ApplyArguments = ClusterArguments & {
  readonly what: string | undefined;
  readonly cacheFolder: string;
  readonly yes?: boolean;
  readonly consent?: readonly string[];
  readonly now?: boolean;
  readonly atMost?: string;
  readonly resume?: boolean;
  readonly keepSecrets?: string;
  readonly breaking?: boolean;
  readonly rehearse?: boolean;
  readonly json?: boolean;
  readonly target?: readonly string[];
};

const riskOf = (text: string | undefined): Risk | undefined => {
  if (text === undefined) return undefined;
  const risk = risks.find((one) => one === text);
  if (risk === undefined) throw new CommandError(`--at-most ${text} is no risk. There are: ${risks.join(", ")}.`);
  return risk;
};

const journalPath = (id: string): string => join(runsFolder(process.env), `${id}.jsonl`);
const planPath = (id: string): string => join(runsFolder(process.env), `${id}.plan.json`);

/** The plan whose run was cut off last, on this machine. */
const unfinishedPlan = async (): Promise<Plan> => {
  const folder = runsFolder(process.env);
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  } catch {
    // There was no run yet.
  }
  const latest = names
    .map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }))
    .toSorted((one, other) => other.at - one.at);
  for (const { name } of latest) {
    const id = name.slice(0, -".jsonl".length);
    const past = pastOf(recordsOf(await readLines(join(folder, name))));
    if (past.plan === id && !past.finished) return planIn(planPath(id));
  }
  throw new CommandError("No run was cut off here: there is nothing to resume.");
};

type Chosen = Pick<Planned, "plan"> & Partial<Planned>;

const choose = async (door: ClusterDoor, options: ApplyArguments): Promise<Chosen> => {
  const { what, resume, target = [] } = options;
  const isFile = what !== undefined && isPlanFile(what);
  if (isFile && target.length > 0)
    throw new CommandError("--target is for `orrery plan`, or for a declaration: a plan is applied as it is.");
  if (isFile) return { plan: planIn(what) };
  return resume ? { plan: await unfinishedPlan() } : planLab(door, what ?? ".", target, options);
};

/** Applies it to the twin first and shows how that went; whether it came to its end. */
const rehearsedFirst = async (door: ClusterDoor, chosen: Chosen, json: boolean): Promise<boolean> => {
  const { plan, reading, lab, objectives } = chosen;
  const { rehearsePlan } = await import("./rehearse/rehearsed-plan.ts");
  // A twin is built of all that there is.
  const state = reading?.left.length === 0 ? reading.state : await readWhole(door);
  const about = { ...(lab === undefined ? {} : { lab }), objectives: objectives?.() };
  const rehearsed = await rehearsePlan(plan, state, about);
  if (json) await print(JSON.stringify({ kind: "rehearsed", ...rehearsed }));
  else {
    const { rehearsedPlanView } = await import("../views/rehearsed-plan-view.ts");
    await print(`${rehearsedPlanView(rehearsed, plan, terminalOf(process.stdout, process.env))}\n`);
  }
  const { outcome } = rehearsed.rehearsal;
  if (outcome.kind === "done") return true;
  if (!json) await print("Nothing was changed: it did not come to its end on the twin.");
  return false;
};

const asked = async (plan: Plan): Promise<boolean> => {
  const breaks = plan.findings?.breaks.length ?? 0;
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const worse = breaks === 0 ? "" : " although it breaks what holds now";
    const answer = await reader.question(`\nDo this to ${plan.cluster}${worse}? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
};

const openFor = async (plan: Plan, door: ClusterDoor): Promise<JournalFile> => {
  const id = planId(plan);
  // The twin of this command ends with it: there is nothing to go on with.
  const path = door.isTwin ? `${journalPath(id)}.twin` : journalPath(id);
  try {
    const journal = await openJournal(path);
    if (!door.isTwin) await keepFile(planPath(id), planText(plan));
    return journal;
  } catch (error) {
    if (error instanceof JournalHeld)
      throw new CommandError(`This plan is being applied by another process (${error.pid}).`, exitCode.findings);
    throw new CommandError(
      `What is not recorded is not done, and ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      exitCode.failed,
    );
  }
};

/** The first interrupt lets what runs come to its end; the second ends at once. */
const interrupted = (): AbortSignal => {
  const controller = new AbortController();
  process.removeAllListeners("SIGINT");
  process.once("SIGINT", () => {
    printError("Interrupted: what runs comes to its end, nothing new is begun. Once more ends at once.");
    controller.abort();
    process.once("SIGINT", () => process.exit(130));
  });
  return controller.signal;
};

const codeOf = (applied: Applied): ExitCode => {
  if (applied.kind === "refused") return exitCode.findings;
  const { failed, unclear, left } = applied.tally;
  if (failed + unclear > 0) return exitCode.failed;
  return left > 0 || applied.stopped !== undefined ? exitCode.findings : exitCode.done;
};

const told = (plan: Plan, json: boolean): ((event: ApplyEvent) => void) => {
  if (json) return (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
  const isLive = process.stdout.isTTY === true && process.env.TERM !== "dumb";
  const progress = new ApplyProgress(plan, terminalOf(process.stdout, process.env), isLive);
  return (event) => process.stdout.write(progress.on(event));
};

/** A file for each secret, named by what it is of, for its owner alone. */
const keeperIn =
  (folder: string): SecretKeeper =>
  async (as, secret) => {
    const path = join(folder, as.replaceAll(/[^A-Za-z0-9@!._-]+/g, "-"));
    await keepFile(path, `${secret}\n`);
    printError(`The secret of ${as} is in ${path}.`);
  };

const carryOut = async (door: ClusterDoor, plan: Plan, reading: Reading | undefined, options: ApplyArguments) => {
  const atMost = riskOf(options.atMost);
  const journal = await openFor(plan, door);
  try {
    return await applyPlan({
      plan,
      pve: door.pve,
      clock: systemClock,
      journal,
      principal: door.principal,
      user: door.user,
      consents: options.consent ?? [],
      window: options.now ? "now" : "declared",
      resume: options.resume ?? false,
      secrets: (place) => readSecret(place, process.env),
      signal: interrupted(),
      ...(options.keepSecrets === undefined ? {} : { keepSecret: keeperIn(options.keepSecrets) }),
      tell: told(plan, options.json ?? false),
      reach: door.reach,
      ...(atMost === undefined ? {} : { atMost }),
      ...(reading === undefined ? {} : { state: reading.state }),
    });
  } catch (error) {
    throw pveFailure(error, door.user);
  } finally {
    await journal.close();
    await forgetState(door);
  }
};

/** `orrery apply`: does what a plan says, and no more. */
export const apply = async (options: ApplyArguments): Promise<ExitCode> => {
  riskOf(options.atMost);
  const canAsk = process.stdin.isTTY === true && !options.json;
  if (!options.yes && !canAsk)
    throw new CommandError("Nobody is there to be asked. --yes does what the plan says without asking.");
  const door = await openCluster(options, options.cacheFolder);
  try {
    const chosen = await choose(door, options);
    const { plan, reading } = chosen;
    const terminal = terminalOf(process.stdout, process.env);
    const file = options.what !== undefined && isPlanFile(options.what) ? options.what : undefined;
    const about = { file, lab: options.what, ...(reading === undefined ? {} : { reading }) };
    if (!options.json && (!options.yes || plan.actions.length === 0)) await print(planView(plan, about, terminal));
    if (plan.actions.length === 0) {
      if (options.json) await print(JSON.stringify({ kind: "nothing to do", stuck: plan.stuck }));
      return plan.stuck.length > 0 ? exitCode.findings : exitCode.done;
    }
    if (options.rehearse && !(await rehearsedFirst(door, chosen, options.json ?? false))) return exitCode.findings;
    if (options.yes && !options.breaking && (plan.findings?.breaks.length ?? 0) > 0) {
      printError(findingLines(plan, terminalOf(process.stderr, process.env)).join("\n").trimStart());
      printError("\nNothing was changed: --yes does not answer for that. --breaking does it all the same.");
      return exitCode.findings;
    }
    if (!options.yes && !(await asked(plan))) {
      await print("Nothing was changed.");
      return exitCode.findings;
    }
    if (!options.json && !options.yes) await print("");
    const applied = await carryOut(door, plan, reading, options);
    if (options.json) {
      if (applied.kind === "refused") await print(JSON.stringify({ kind: "refused", problems: applied.problems }));
    } else
      await print(
        applied.kind === "refused" ? refusalLines(applied.problems, terminal) : appliedView(applied, terminal),
      );
    return codeOf(applied);
  } finally {
    await door.close();
  }
};
