import type { PropertyDifference } from "../../compare/comparison.ts";
import { valueText } from "../../compare/value.ts";
import type { Step } from "../../plan/step.ts";
import { isUnnamed, sortAll } from "./differing.ts";
import { growStep, moveStep, removalStep } from "./disk-steps.ts";
import { isReplaced, optionsStep } from "./option-step.ts";
import { migrationOf, poolStep } from "./place-steps.ts";
import type { Planned } from "./planned.ts";
import { keyOf } from "./reading.ts";
import { rebootStep, startStep, stopStep } from "./run-steps.ts";

/** What turns a guest that is there into the declared one, one after another. */
export const changeSteps = (planned: Planned, isMade = false): Step[] => {
  const { wanted, differences } = planned;
  if (planned.standing.type !== wanted.spec.type) return [];
  const { name } = wanted.spec;
  const of = (property: string): PropertyDifference | undefined => differences.find((one) => one.property === property);
  const [status, node, pool] = [of("status"), of("node"), of("pool")];
  const steps: Step[] = [];
  let { standing } = planned;
  let { isRunning } = standing;
  let hasStopped = false;
  const stop = (because: string): void => {
    if (!isRunning) return;
    steps.push(stopStep(standing, name, because));
    isRunning = false;
    hasStopped = true;
  };
  if (status?.declared === "stopped") stop("it is declared not to run");
  let moved: ReadonlySet<string> = new Set();
  if (node?.declared !== undefined) {
    const migration = migrationOf(planned, node, isRunning);
    steps.push(migration.step);
    moved = migration.moved;
    standing = { ...standing, node: valueText(node.declared) };
  }
  const sorted = sortAll({ ...planned, differences: differences.filter(({ property }) => !moved.has(property)) });
  const there: Planned = { ...planned, standing };
  const replaced = sorted.options.filter(({ property }) => isReplaced(there, keyOf(property)));
  const others = sorted.options.filter(
    (difference) => !replaced.includes(difference) && !isUnnamed(standing, keyOf(difference.property)),
  );
  steps.push(...optionsStep(there, others, isRunning, isMade));
  if (standing.type === "lxc" && sorted.moves.length > 0)
    stop("a volume of a container moves only while it is stopped");
  // Its emulator has no way to follow it.
  if (sorted.moves.some(({ property }) => property === "tpmstate0"))
    stop("the state of a TPM moves only while the VM is stopped");
  for (const difference of sorted.moves) steps.push(moveStep(there, difference, isRunning));
  for (const difference of sorted.grows) steps.push(growStep(there, difference, isRunning));
  if (pool !== undefined) steps.push(poolStep(there, pool));
  const isLeftStopped = !hasStopped && Object.hasOwn(planned.standing.unsettled ?? {}, "status");
  if (wanted.spec.state === "running" && !isRunning && !isLeftStopped) {
    steps.push(startStep(standing, name, hasStopped ? "it was shut down for a change" : "it is declared to run"));
    isRunning = true;
  }
  // What waits for consent stands last, so that nothing else waits with it.
  for (const slot of sorted.removals) steps.push(removalStep(there, slot));
  steps.push(...optionsStep(there, replaced, isRunning, false));
  const waits = differences.flatMap(({ property }) => (property.startsWith("pending.") ? [property.slice(8)] : []));
  const waiting = new Set([...waits, ...steps.flatMap(({ pending }) => pending ?? [])]);
  if (!wanted.spec.mayWait && planned.standing.isRunning && isRunning && !hasStopped && waiting.size > 0)
    steps.push(rebootStep(standing, name, [...waiting].toSorted()));
  return steps;
};
