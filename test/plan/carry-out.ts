import type { ParameterValue } from "@orrery/contract";
import type { CallValue, Plan, SecretRef } from "@orrery/plan";
import type { OverTwin } from "../observe/observed-twin.ts";

/** The text of every secret that a test's plan sends. */
export const plantedSecret = "a-secret-that-is-nowhere-else";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const told = ({ after = "", encoding }: SecretRef): string =>
  `${after}${encoding === "base64" ? base64(plantedSecret) : plantedSecret}`;

const sent = (value: CallValue): ParameterValue => {
  if (typeof value === "string" || typeof value === "number") return value;
  if ("secret" in value) return told(value);
  return value.map((one) => (typeof one === "string" ? one : told(one)));
};

/** Sends the calls of a plan one after another, each followed to its end; gives back what was told only once. */
export const carryOut = async ({ pve, clock }: OverTwin, plan: Plan): Promise<Record<string, unknown>> => {
  const revealed: Record<string, unknown> = {};
  for (const action of plan.actions) {
    for (const { method, path, parameters, answers, reveals } of action.calls) {
      const written = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, sent(value)]));
      const { data } = await clock.drive(pve.request(method, path, written));
      if (answers === "task") {
        const end = await clock.drive(pve.follow(String(data), { pollMs: 1000 }).end());
        if (end.kind !== "ok") throw new Error(`${action.id} ended as ${JSON.stringify(end)}`);
      }
      if (reveals !== undefined && typeof data === "object" && data !== null)
        revealed[reveals.as] = Object.entries(data).find(([key]) => key === reveals.key)?.[1];
    }
  }
  return revealed;
};
