import { everything } from "@orrery/collect";
import { type Method, type ParameterValue, PveError } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import { type Action, type CallValue, type Plan, planFor, type SecretRef } from "@orrery/plan";
import type { ClusterState } from "@orrery/state";
import { type OverTwin, observeTwin } from "../observe/observed-twin.ts";

/** The text of every secret that a test's plan sends. */
const plantedSecret = "a-secret-that-is-nowhere-else";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const told = ({ after = "", encoding }: SecretRef): string =>
  `${after}${encoding === "base64" ? base64(plantedSecret) : plantedSecret}`;

/** Whether the secret of the tests stands anywhere in some data, as it is or in base64. */
export const tellsSecret = (data: unknown): boolean => {
  const text = JSON.stringify(data);
  return text.includes(plantedSecret) || text.includes(base64(plantedSecret));
};

const sent = (value: CallValue | ParameterValue): ParameterValue => {
  if (typeof value !== "object") return value;
  if ("secret" in value) return told(value);
  return value.map((one) => (typeof one === "object" ? told(one) : one));
};

const stateOf = async (twin: OverTwin): Promise<ClusterState> =>
  (await observeTwin(twin, { scope: { ...everything, guestFirewalls: "all" } })).state;

export const planOn = async (twin: OverTwin, lab: Lab): Promise<Plan> =>
  planFor(lab, await stateOf(twin), twin.world.now);

type Asked = {
  readonly method: Method;
  readonly path: string;
  readonly parameters: Readonly<Record<string, CallValue | ParameterValue>>;
};

/** Sends one request, follows the task that it starts to its end, and fails where that fails. */
const request = async ({ pve }: OverTwin, { method, path, parameters }: Asked): Promise<unknown> => {
  try {
    const written = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, sent(value)]));
    const { data } = await pve.request(method, path, written);
    if (typeof data !== "string" || !data.startsWith("UPID:")) return data;
    const end = await pve.follow(data, { pollMs: 1000 }).end();
    if (end.kind !== "ok" && end.kind !== "warnings") throw new Error(`${method} ${path}: ${JSON.stringify(end)}`);
    return data;
  } catch (error) {
    if (error instanceof PveError)
      throw new Error(`${method} ${path} ${JSON.stringify(parameters)}: ${error.message}`, { cause: error });
    throw error;
  }
};

/** Sends one call by hand; a second passes. */
export const send = (twin: OverTwin, call: Asked): Promise<void> =>
  twin.clock.drive(
    (async () => {
      await request(twin, call);
      await twin.clock.sleep(1000);
    })(),
  );

const act = async (twin: OverTwin, { calls }: Action, revealed: Record<string, unknown>): Promise<void> => {
  for (const call of calls) {
    const data = await request(twin, call);
    const { reveals } = call;
    if (reveals !== undefined && typeof data === "object" && data !== null)
      revealed[reveals.as] = Object.entries(data).find(([key]) => key === reveals.key)?.[1];
  }
  await twin.clock.sleep(1000);
};

/** What is looked at before each action, with the one that was done before it, and after the last. */
export type Look = (done: Action | undefined, next: Action | undefined) => Promise<void>;

/** Does what a plan says, one action after another, consent given; gives back what was told only once. */
export const carryOut = async (
  twin: OverTwin,
  plan: Pick<Plan, "actions">,
  look?: Look,
): Promise<Record<string, unknown>> => {
  const revealed: Record<string, unknown> = {};
  for (const [index, action] of plan.actions.entries()) {
    await look?.(plan.actions[index - 1], action);
    await twin.clock.drive(act(twin, action, revealed));
  }
  // The figures of the cluster's resources are as old as pvestatd's last round.
  await twin.clock.advance(twin.world.now + 15_000);
  await look?.(plan.actions.at(-1), undefined);
  return revealed;
};
