import type { Scope } from "@orrery/collect";
import type { ParameterValue } from "@orrery/contract";
import astronomy from "@orrery/example-astronomy-lab";
import tidy from "@orrery/example-tidy-lab";
import { type Lab, parseLab } from "@orrery/model";
import { type Call, type CallValue, type ObjectKind, type Plan, planFor } from "@orrery/plan";
import type { ClusterState } from "@orrery/state";
import { type OverTwin, observeTwin } from "../observe/observed-twin.ts";

export const labOf = (raw: unknown): Lab => {
  const parsed = parseLab(raw);
  if (parsed.kind === "lab") return parsed.lab;
  throw new Error(parsed.problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
};

export const examples: readonly Lab[] = [labOf(astronomy), labOf(tidy)];

/** The tidy lab with some of its chapters said otherwise. */
export const tidyWith = (chapters: object): Lab => labOf({ ...tidy, ...chapters });

/** What is read of a cluster where guests do not matter. */
const withoutGuests: Partial<Scope> = { guestFiles: false, guestFirewalls: "none" };

export const stateOf = async (twin: OverTwin, scope: Scope): Promise<ClusterState> =>
  (await observeTwin(twin, { scope: { ...scope, ...withoutGuests } })).state;

/** What a plan says of some kinds of object. */
export const planOf = (lab: Lab, state: ClusterState, kinds: readonly ObjectKind[]): Plan => {
  const plan = planFor(lab, state, 0);
  const isMeant = ({ object }: { readonly object: { readonly kind: ObjectKind } }): boolean =>
    kinds.includes(object.kind);
  return {
    ...plan,
    drift: plan.drift.filter(isMeant),
    actions: plan.actions.filter(isMeant),
    undecided: plan.undecided.filter(isMeant),
    stuck: plan.stuck.filter(isMeant),
    unmanaged: plan.unmanaged.filter(({ kind }) => kinds.includes(kind)),
  };
};

const sent = (value: CallValue): ParameterValue => {
  if (typeof value === "string" || typeof value === "number") return value;
  return "secret" in value ? "a secret" : value.map(String);
};

/** Sends a call and follows the task that it starts. */
export const send = async ({ pve, clock }: OverTwin, { method, path, parameters, answers }: Call): Promise<void> => {
  const written = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, sent(value)]));
  const { data } = await clock.drive(pve.request(method, path, written));
  if (answers !== "task") return;
  const end = await clock.drive(pve.follow(String(data)).end());
  if (end.kind !== "ok") throw new Error(`${method} ${path} ended as ${JSON.stringify(end)}`);
};

/** Does what a plan says, one call after another. */
export const carryOut = async (twin: OverTwin, { actions }: Plan): Promise<void> => {
  for (const { calls } of actions) for (const call of calls) await send(twin, call);
};
