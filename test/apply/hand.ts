import type { Method, ParameterValue } from "@orrery/contract";
import { type OverTwin, overTwin } from "../observe/observed-twin.ts";

type Parameters = Readonly<Record<string, ParameterValue>>;

/** Somebody at the API, by hand. */
export type Hand = {
  /** One request; a task that it starts is followed to its good end. */
  readonly ask: (method: Exclude<Method, "GET">, path: string, parameters?: Parameters) => Promise<void>;
  readonly read: (path: string, parameters?: Parameters) => Promise<unknown>;
  /** Time passes. Seconds. */
  readonly wait: (seconds: number) => Promise<void>;
};

const isUpid = (data: unknown): data is string => typeof data === "string" && data.startsWith("UPID:");

/** Who acts at the twin beside us. */
export const handAt = ({ world }: OverTwin, user: string): Hand => {
  const { clock, pve } = overTwin(world, user);
  return {
    ask: async (method, path, parameters = {}) => {
      const { data } = await clock.drive(pve.request(method, path, parameters));
      if (!isUpid(data)) return;
      const end = await clock.drive(pve.follow(data).end());
      if (end.kind !== "ok" && end.kind !== "warnings")
        throw new Error(`${method} ${path} ended as ${JSON.stringify(end)}`);
    },
    read: async (path, parameters = {}) => (await clock.drive(pve.request("GET", path, parameters))).data,
    wait: (seconds) => clock.drive(clock.sleep(seconds * 1000)),
  };
};
