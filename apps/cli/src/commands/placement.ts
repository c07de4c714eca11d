import { essentials, type Scope } from "@orrery/collect";
import { refinePlan, Solver } from "@orrery/highs";
import { type Lab, nearest } from "@orrery/model";
import {
  absorb,
  type Derived,
  type MovePlan,
  type Problem,
  type Purpose,
  planMoves,
  problemOf,
  usualSteps,
} from "@orrery/placement";
import { parseSpan } from "@orrery/twin-server";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { print } from "../output.ts";
import { terminalOf } from "../terminal.ts";
import { absorptionJson, placementJson } from "../views/placement-json.ts";
import { absorptionView, placementView } from "../views/placement-view.ts";
import type { ConnectionArguments } from "./connection.ts";
import { observeCluster, observeTwin } from "./observed.ts";
import { labAt } from "./twin/world-source.ts";

export type PlacementPurpose =
  | { readonly kind: "spread" }
  | { readonly kind: "drain"; readonly nodes: readonly string[] }
  | { readonly kind: "place"; readonly guests: readonly string[] }
  | { readonly kind: "absorb"; readonly node: string };

export type PlacementArguments = ConnectionArguments & {
  readonly lab?: string;
  readonly twin?: string;
  readonly tags?: string;
  readonly absorbs?: string;
  readonly liveOnly?: boolean;
  readonly budget?: string;
  readonly json?: boolean;
  readonly cacheFolder: string;
};

/** What guests, storages and HA are made of, and besides: mapped devices, and the bridges of nodes. */
const scope: Scope = { ...essentials, cluster: [...essentials.cluster, "mappings"], nodes: ["network"] };

/** Nearer to the proven bound than one part in a thousand nobody can tell. */
const gap = 0.001;

const parseBudget = (raw: string | undefined): number | undefined => {
  if (raw === undefined) return undefined;
  const span = parseSpan(raw);
  if (span === undefined || span <= 0) throw new CommandError(`--budget ${raw} is no span. Write 3s or 1min.`);
  return span / 1000;
};

const parseTags = (raw: string | undefined): "proxlb" | "none" | undefined => {
  if (raw === undefined || raw === "proxlb" || raw === "none") return raw;
  throw new CommandError(`--tags ${raw} is neither proxlb nor none.`);
};

const parseAbsorbs = (raw: string | undefined): "none" | "wish" | "rule" | "always" | undefined => {
  if (raw === undefined || raw === "none" || raw === "wish" || raw === "rule" || raw === "always") return raw;
  throw new CommandError(`--absorbs ${raw} is none of none, wish, rule and always.`);
};

const needNode = ({ hosts }: Problem, name: string): void => {
  if (hosts.some((host) => host.name === name)) return;
  const meant = nearest(
    name,
    hosts.map((host) => host.name),
  );
  throw new CommandError(`The cluster has no node "${name}".${meant === undefined ? "" : ` Did you mean ${meant}?`}`);
};

/** Drained guests stay in sight of whoever asked for names that are none. */
const needPlaceable = ({ notPlaceable }: Derived & { readonly kind: "derived" }): void => {
  if (notPlaceable.length === 0) return;
  throw new CommandError(notPlaceable.map(({ asked, why }) => `Cannot place ${asked}: ${why}.`).join("\n"));
};

/** `orrery placement`: where guests should run, and how they get there. Moves nothing. */
export const placement = async (purpose: PlacementPurpose, options: PlacementArguments): Promise<ExitCode> => {
  const seconds = parseBudget(options.budget);
  const tags = parseTags(options.tags);
  const absorbs = parseAbsorbs(options.absorbs);
  const labPath = options.lab ?? options.twin;
  const lab: Lab | undefined = labPath === undefined ? undefined : await labAt(labPath, options.cacheFolder);
  const twin =
    options.twin === undefined
      ? undefined
      : options.twin === labPath
        ? lab
        : await labAt(options.twin, options.cacheFolder);
  const state = twin === undefined ? await observeCluster(options, scope) : await observeTwin(twin, scope);
  const derived = problemOf(state, {
    ...(lab === undefined ? {} : { lab }),
    ...(tags === undefined ? {} : { tags }),
    ...(absorbs === undefined ? {} : { absorbs }),
    ...(purpose.kind === "drain" ? { draining: purpose.nodes } : {}),
    ...(purpose.kind === "place" ? { placing: purpose.guests } : {}),
    afterLoss: purpose.kind === "absorb",
    liveOnly: options.liveOnly === true,
  });
  if (derived.kind === "unobserved")
    throw new CommandError(`Which guests there are could not be read: ${derived.why}.`, exitCode.failed);
  const { problem } = derived;
  for (const node of purpose.kind === "drain" ? purpose.nodes : purpose.kind === "absorb" ? [purpose.node] : [])
    needNode(problem, node);
  needPlaceable(derived);
  const terminal = terminalOf(process.stdout, process.env);
  const about = { derived, at: state.at };
  if (purpose.kind === "absorb") {
    const absorption = absorb(problem, purpose.node, { steps: usualSteps(problem) }, { rearrange: true });
    await print(options.json ? absorptionJson(absorption, about) : absorptionView(absorption, about, terminal));
    return absorption.kind === "fits" ? exitCode.done : exitCode.findings;
  }
  const asked = purposeOf(purpose, derived);
  const plan = await refined(problem, asked, seconds);
  await print(options.json ? placementJson(asked, plan, about) : placementView(asked, plan, about, terminal));
  return plan.kind === "moves" || plan.kind === "nothing-to-do" ? exitCode.done : exitCode.findings;
};

const purposeOf = (
  purpose: Exclude<PlacementPurpose, { readonly kind: "absorb" }>,
  { problem }: Derived & { readonly kind: "derived" },
): Purpose => {
  switch (purpose.kind) {
    case "spread":
      return purpose;
    case "drain":
      return { kind: "drain", hosts: purpose.nodes };
    case "place":
      return { kind: "place", items: problem.items.filter(({ host }) => host === undefined).map(({ name }) => name) };
  }
};

/** Steps of the search for each second of a budget: the search is made twice, and HiGHS has half of the time. */
const stepsPerSecond = 1_000_000;

const refined = async (problem: Problem, purpose: Purpose, seconds: number | undefined): Promise<MovePlan> => {
  const steps = Math.max(usualSteps(problem), Math.floor((seconds ?? 0) * stepsPerSecond));
  const plan = planMoves(problem, purpose, { steps });
  if (seconds === undefined) return plan;
  const solver = new Solver();
  try {
    return await refinePlan(solver, problem, purpose, { steps }, plan, { seconds: seconds / 2, gap });
  } finally {
    await solver.close();
  }
};
