import { inventoryOf, type Lab, type Scenario } from "@orrery/model";
import { protectionOf, recoveryOf } from "@orrery/protection";
import { type AskedFault, expectVotes, type World } from "@orrery/twin-world";
import { CommandError } from "../../exit-code.ts";

type Plain = Pick<AskedFault, "subject" | "what">;

/** What a scenario of the declaration does to a world: one of these, and what somebody must do outside of the API. */
export type ScenarioFailure = {
  readonly scenario: Scenario;
  /** Each thing that it may mean, the worst first. */
  readonly choices: readonly (readonly Plain[])[];
  readonly byHand?: { readonly what: string; readonly does: (world: World) => void };
};

const named = (world: World, name: string): number | undefined =>
  Object.values(world.guests).find(({ config }) => config.name === name || config.hostname === name)?.vmid;

const powerLoss = (node: string): Plain => ({ subject: { kind: "node", node }, what: { kind: "loses-power" } });

const seconds = (figure: { kind: string; seconds?: number }): number =>
  figure.kind === "none" ? Number.POSITIVE_INFINITY : (figure.seconds ?? 0);

/** The failures that a scenario may mean, as faults of a world; the worst first, by the formulae of `orrery check`. */
export const scenarioFailure = (lab: Lab, world: World, id: string): ScenarioFailure => {
  const scenario = lab.recovery.scenarios.find((one) => one.id === id);
  if (scenario === undefined)
    throw new CommandError(
      `No recovery scenario is called "${id}". There are: ${lab.recovery.scenarios.map((one) => one.id).join(", ")}.`,
    );
  if (scenario.fails.kind === "site")
    throw new CommandError(
      `${scenario.id} takes the whole site: the twin has no object storage and no other site to recover from, so it cannot be rehearsed. \`orrery check\` works it out.`,
    );
  const { times } = recoveryOf(protectionOf(inventoryOf(lab), world.now), scenario);
  const losses = times.toSorted((a, b) => seconds(b.time) - seconds(a.time)).map(({ loss }) => loss);
  const choices = losses.flatMap((loss): (readonly Plain[])[] => {
    if (loss.nodes.length > 0) return [loss.nodes.map(powerLoss)];
    const vmid = named(world, loss.name.replace(/^guest /, ""));
    return vmid === undefined ? [] : [[{ subject: { kind: "guest", vmid }, what: { kind: "loses-disks" } }]];
  });
  if (choices.length === 0) throw new CommandError(`Nothing that ${scenario.id} means takes anything in the twin.`);
  if (scenario.fails.kind !== "quorum") return { scenario, choices };
  const left = Object.keys(world.nodes).length - Math.max(...choices.map((choice) => choice.length));
  return {
    scenario,
    choices,
    byHand: { what: `pvecm expected ${left}`, does: (forked) => expectVotes(forked, left) },
  };
};
