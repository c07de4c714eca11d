import { type RunningTwin, type Speed, startTwin } from "@orrery/twin-server";

export type StartedTwin = RunningTwin & {
  /** `127.0.0.1:38211` */
  readonly host: string;
  /** What the twin met that it did not know to answer: there must be none. */
  readonly failures: readonly string[];
};

/**
 * A bare cluster of three nodes behind HTTPS. Unless told how fast its time passes, tasks end as soon as somebody waits
 * for them.
 */
export const startedTwin = async (speed: Speed = "max"): Promise<StartedTwin> => {
  const failures: string[] = [];
  const running = await startTwin({
    bare: ["pve1", "pve2", "pve3"],
    speed,
    onFailure: (error, request) => failures.push(`${request}: ${error instanceof Error ? error.stack : String(error)}`),
  });
  return { ...running, host: running.url.replace("https://", ""), failures };
};
