import { nearest } from "@orrery/model";
import {
  type Derived,
  doubtText,
  moveOrdersOf,
  nothingText,
  obstacleText,
  type Purpose,
  planMoves,
  problemOf,
  usualSteps,
} from "@orrery/placement";
import { type MovePurpose, planFor, planOfMoves } from "@orrery/plan";
import { systemClock } from "@orrery/pve";
import { CommandError, exitCode } from "../exit-code.ts";
import { type ClusterArguments, type ClusterDoor, readState } from "./cluster-door.ts";
import { type Planned, quorumNotes } from "./plan-source.ts";
import { verdictsOn } from "./plan-verdicts.ts";
import { labAt } from "./twin/world-source.ts";

export type MoveArguments = {
  /** Nodes to empty. */
  readonly drain?: readonly string[];
  readonly spread?: boolean;
};

/** What the command line asks guests to be moved for; undefined where it asks for no moves. */
export const movePurposeOf = ({ drain, spread }: MoveArguments): MovePurpose | undefined => {
  if (drain !== undefined && spread === true)
    throw new CommandError("--drain and --spread are two purposes. Take one: a drain spreads what it moves.");
  if (drain !== undefined) return { kind: "drain", nodes: drain };
  return spread === true ? { kind: "spread" } : undefined;
};

/** Beside what a declaration is about: what binds guests to nodes. */
const beside = { cluster: ["options", "mappings", "haStatus"], nodes: ["network"] } as const;

const derivedFrom = (derived: Derived): Derived & { readonly kind: "derived" } => {
  if (derived.kind === "derived") return derived;
  throw new CommandError(`Which guests there are could not be read: ${derived.why}.`, exitCode.failed);
};

const needNodes = (nodes: readonly string[], known: readonly string[]): void => {
  for (const name of nodes) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    throw new CommandError(`The cluster has no node "${name}".${meant === undefined ? "" : ` Did you mean ${meant}?`}`);
  }
};

const asPurpose = (purpose: MovePurpose): Purpose =>
  purpose.kind === "drain" ? { kind: "drain", hosts: purpose.nodes } : { kind: "spread" };

/**
 * Reads the cluster and works out moves of guests, as a plan. Throws a `CommandError` that ends with 3 where it cannot be
 * done, or was not decided.
 */
export const planMovesOf = async (
  door: ClusterDoor,
  path: string,
  purpose: MovePurpose,
  options: ClusterArguments & { readonly cacheFolder: string },
): Promise<Planned> => {
  const lab = await labAt(path, options.cacheFolder);
  const reading = await readState(door, lab, options, beside);
  const { state } = reading;
  const draining = purpose.kind === "drain" ? purpose.nodes : [];
  const derived = derivedFrom(problemOf(state, { lab, draining }));
  const { problem } = derived;
  needNodes(
    draining,
    problem.hosts.map(({ name }) => name),
  );
  const moves = planMoves(problem, asPurpose(purpose), { steps: usualSteps(problem) });
  if (moves.kind === "impossible") throw new CommandError(obstacleText(moves.obstacle), exitCode.findings);
  if (moves.kind === "undecided")
    throw new CommandError(`It was not decided: ${doubtText(moves.doubt)}`, exitCode.findings);
  const stay = [...moves.stopped, ...draining.flatMap((node) => derived.idle.get(node) ?? [])];
  const notes = [
    ...quorumNotes(state),
    ...(moves.kind === "nothing-to-do" ? [nothingText(moves)] : []),
    ...(moves.stopped.length > 0
      ? [`Declared to stop with their node, and left there: ${moves.stopped.join(", ")}.`]
      : []),
    ...(stay.length > moves.stopped.length
      ? [`Not running, and left there: ${stay.slice(moves.stopped.length).join(", ")}.`]
      : []),
    ...derived.assumed,
  ];
  const orders = moves.kind === "moves" ? moveOrdersOf(derived, moves) : [];
  const now = systemClock.now();
  const made = planOfMoves(lab, state, now, purpose, orders);
  if (made.kind === "problem") throw new CommandError(made.why, exitCode.failed);
  const { plan } = made;
  const { drift, unmanaged } = planFor(lab, state, now);
  const around = { drift, unmanaged, actions: plan.actions, mark: plan.mark, movesOnly: true };
  const { findings, objectives } = verdictsOn(lab, state, around);
  return { plan: { ...plan, findings }, reading, lab, objectives, notes };
};
