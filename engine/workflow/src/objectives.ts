import { type Failure, inventoryOf, type Lab, type Scenario } from "@orrery/model";
import type { World } from "@orrery/twin-world";
import type { Outage } from "./outage-watch.ts";
import type { ObjectiveMeasured } from "./rehearsal.ts";
import type { Watch } from "./watch.ts";

type Befallen = { readonly kind: Failure["kind"]; readonly at: number; readonly names: readonly string[] };

/** What befell the lab, in the words of its scenarios; undefined where nothing did. */
const befallenBy = ({ states }: Watch, world: World): Befallen | undefined => {
  const [first] = states.nodesLost;
  if (first !== undefined) {
    const names = [...new Set(states.nodesLost.map(({ node }) => node))];
    const kind = names.length === Object.keys(world.nodes).length ? "site" : states.quorumLostAt ? "quorum" : "node";
    return { kind, at: first.at, names };
  }
  const [guest] = states.guestsLost;
  if (guest === undefined) return undefined;
  const names = states.guestsLost.map(({ vmid }) => `${vmid}`);
  return { kind: "guest", at: guest.at, names };
};

const isAbout = (lab: Lab, { fails }: Scenario, { kind, names }: Befallen, outages: readonly Outage[]): boolean => {
  if (fails.kind !== kind) return false;
  const { nodeOf } = inventoryOf(lab);
  switch (fails.kind) {
    case "node":
      return fails.node === "any" || names.includes(nodeOf(fails.node) ?? "");
    case "guest":
      return fails.guest === "any" || outages.some(({ name }) => name === fails.guest);
    case "quorum":
    case "site":
      return true;
  }
};

const seconds = (ms: number): number => Math.round(ms) / 1000;

/** Objectives of the scenarios that a rehearsal's faults amount to, against what was measured. */
export const objectivesMeasured = (lab: Lab, watch: Watch, world: World): ObjectiveMeasured[] => {
  const befallen = befallenBy(watch, world);
  if (befallen === undefined) return [];
  const outages = watch.outages.all().filter(({ at }) => at >= befallen.at);
  return lab.recovery.scenarios
    .filter((scenario) => isAbout(lab, scenario, befallen, outages))
    .flatMap((scenario) => [timeOf(scenario, outages, befallen.at), pointOf(scenario, outages)]);
};

const timeOf = ({ id, title, rto }: Scenario, outages: readonly Outage[], since: number): ObjectiveMeasured => {
  const head = { scenario: id, title, measure: "RTO", objective: rto } as const;
  const gone = outages.filter(({ back }) => back === undefined);
  if (gone.length > 0)
    return { ...head, verdict: "missed", why: `not back: ${gone.map(({ name }) => name).join(", ")}` };
  const last = outages.reduce<Outage | undefined>(
    (a, b) => ((b.back?.at ?? 0) > (a?.back?.at ?? 0) ? b : a),
    undefined,
  );
  const measured = seconds((last?.back?.at ?? since) - since);
  const why = last === undefined ? "no guest went down" : `${last.name} was back last, on ${last.back?.node ?? ""}`;
  return { ...head, measured, verdict: measured <= rto ? "met" : "missed", why };
};

const pointOf = ({ id, title, rpo }: Scenario, outages: readonly Outage[]): ObjectiveMeasured => {
  const head = { scenario: id, title, measure: "RPO", objective: rpo } as const;
  const gone = outages.filter(({ back }) => back === undefined);
  if (gone.length > 0)
    return { ...head, verdict: "missed", why: `no data came back of ${gone.map(({ name }) => name).join(", ")}` };
  let [worst, of] = [0, ""];
  for (const { at, dataAt, name } of outages)
    if (dataAt !== undefined && at - dataAt > worst) [worst, of] = [at - dataAt, name];
  const measured = seconds(worst);
  const why = of === "" ? "every guest kept its data" : `${of} came back with the oldest data`;
  return { ...head, measured, verdict: measured <= rpo ? "met" : "missed", why };
};
