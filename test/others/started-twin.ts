import type { Twin } from "@orrery/twin-api";
import { startTwin } from "@orrery/twin-server";

export type StartedTwin = {
  readonly twin: Twin;
  readonly port: number;
  readonly password: string;
  /** The certificate that clients are to trust. */
  readonly certificate: string;
  readonly stop: () => Promise<void>;
};

const password = "orrery-others";

/** A bare twin behind HTTPS on a free loopback port, its clock running `speed` times as fast as ours. */
export const startedTwin = async (options: {
  nodes: string[];
  speed?: number;
  seed?: number;
}): Promise<StartedTwin> => {
  const { nodes, speed = 60, seed = 1 } = options;
  const now = Date.UTC(2026, 10, 22, 8);
  const started = await startTwin({ bare: nodes, speed, seed, now, rootPassword: password, tokens: {} });
  const { certificate, stop, api, url } = started;
  return { twin: api, port: Number(new URL(url).port), password, certificate, stop };
};
