import { everything } from "@orrery/collect";
import { type Method, type ParameterValue, PveError } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import { type Action, type CallValue, type Plan, planFor } from "@orrery/plan";
import type { ClusterState } from "@orrery/state";
import { type OverTwin, observeTwin } from "../observe/observed-twin.ts";

const stateOf = async (twin: OverTwin): Promise<ClusterState> =>
  (await observeTwin(twin, { scope: { ...everything, guestFirewalls: "all" } })).state;

export const planOn = async (twin: OverTwin, lab: Lab): Promise<Plan> =>
  planFor(lab, await stateOf(twin), twin.world.now);

const sent = (value: CallValue): string | number | string[] => {
  if (typeof value === "string" || typeof value === "number") return value;
  return "secret" in value ? "a-secret-of-the-test" : [...value];
};

/** Sends a request and waits for its task. */
export const send = async (
  { pve, clock }: OverTwin,
  method: Method,
  path: string,
  parameters: Readonly<Record<string, ParameterValue>>,
): Promise<void> => {
  try {
    const { data } = await pve.request(method, path, parameters);
    if (typeof data === "string" && data.startsWith("UPID:")) {
      const end = await pve.follow(data, { pollMs: 1000 }).end();
      if (end.kind !== "ok" && end.kind !== "warnings") throw new Error(`${method} ${path}: ${JSON.stringify(end)}`);
    }
    await clock.sleep(1000);
  } catch (error) {
    if (error instanceof PveError) throw new Error(`${method} ${path} ${JSON.stringify(parameters)}: ${error.message}`);
    throw error;
  }
};

const act = async (twin: OverTwin, { calls }: Action): Promise<void> => {
  for (const { method, path, parameters } of calls)
    await send(
      twin,
      method,
      path,
      Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, sent(value)])),
    );
};

/** Does what a plan says, one action after another, consent given, with nothing looked at before or after. */
export const carryOut = async (twin: OverTwin, plan: Plan): Promise<void> => {
  for (const action of plan.actions) await twin.clock.drive(act(twin, action));
  // The figures of the cluster's resources are as old as pvestatd's last round.
  await twin.clock.advance(twin.world.now + 15_000);
};
