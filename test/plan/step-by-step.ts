import type { Scope } from "@orrery/collect";
import type { ParameterValue } from "@orrery/contract";
import { type Lab, type Parsed, parseLab } from "@orrery/model";
import {
  type Action,
  type CallValue,
  type Expectation,
  markOf,
  type ObjectKind,
  type ObjectRef,
  observedObjects,
  type Plan,
  planFor,
  refName,
  sameValue,
} from "@orrery/plan";
import type { ClusterState } from "@orrery/state";
import { type OverTwin, observeTwin } from "../observe/observed-twin.ts";

/** What the kinds of firewall and protection are read from, so that looking again and again stays quick. */
const scope: Scope = {
  cluster: ["storages", "pools", "backupJobs", "replicationJobs", "haResources", "haRules", "haGroups", "firewall"],
  nodes: ["time", "firewall"],
  guestFiles: true,
  guestFirewalls: "all",
};

/** The state of a twin's cluster, as far as firewall and protection are concerned. */
export const lookAt = async (twin: OverTwin): Promise<ClusterState> => (await observeTwin(twin, { scope })).state;

/** A declaration as it was parsed; throws what is wrong with it. */
export const labOf = (input: unknown): Lab => {
  const parsed: Parsed = parseLab(input);
  if (parsed.kind === "lab") return parsed.lab;
  throw new Error(parsed.problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
};

/** What a plan does about objects of some kinds. */
export const planOf = (
  lab: Lab,
  state: ClusterState,
  kinds: readonly ObjectKind[],
): Pick<Plan, "actions" | "drift" | "undecided" | "stuck" | "unmanaged"> => {
  const plan = planFor(lab, state, state.at);
  const isOurs = ({ kind }: ObjectRef): boolean => kinds.includes(kind);
  return {
    actions: plan.actions.filter(({ object }) => isOurs(object)),
    drift: plan.drift.filter(({ object }) => isOurs(object)),
    undecided: plan.undecided.filter(({ object }) => isOurs(object)),
    stuck: plan.stuck.filter(({ object }) => isOurs(object)),
    unmanaged: plan.unmanaged.filter(isOurs),
  };
};

const sent = (value: CallValue): ParameterValue => {
  if (typeof value === "string" || typeof value === "number") return value;
  if (Array.isArray(value)) return value.map(String);
  throw new Error("a secret where none was looked for");
};

const holds = (lab: Lab, state: ClusterState, { object }: Action, expectation: Expectation): string | undefined => {
  const found = observedObjects(state, markOf(lab)).objects.find((one) => refName(one) === refName(object));
  if (expectation.kind === "absent") return found === undefined ? undefined : "it is there";
  if (found === undefined) return "it is not there";
  for (const [key, value] of Object.entries(expectation.properties)) {
    const seen = found.properties[key];
    if (value === null ? seen !== undefined : !sameValue(value, seen))
      return `${key} is ${JSON.stringify(seen)} and not ${JSON.stringify(value)}`;
  }
  return undefined;
};

/** Does the steps one after another; each has to find what it starts from and to leave what it says that it leaves. */
export const stepByStep = async (twin: OverTwin, lab: Lab, actions: readonly Action[]): Promise<void> => {
  for (const action of actions) {
    const before = holds(lab, await lookAt(twin), action, action.from);
    if (before !== undefined) throw new Error(`${action.id} (${action.title}) cannot begin: ${before}`);
    for (const { method, path, parameters } of action.calls) {
      const written = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, sent(value)]));
      await twin.clock.drive(twin.pve.request(method, path, written));
    }
    const after = holds(lab, await lookAt(twin), action, action.expects);
    if (after !== undefined) throw new Error(`${action.id} (${action.title}) is done, but ${after}`);
  }
};
