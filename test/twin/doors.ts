import { connectPve, type PveClient, type PveOptions } from "@orrery/pve";
import { type RunningTwin, type StartTwin, startTwin } from "@orrery/twin-server";
import { onTestFinished } from "vitest";

/** A twin for the length of one test. What no handler answered on purpose fails the test. */
export const aTwin = async (asked: StartTwin = {}): Promise<RunningTwin> => {
  const failures: string[] = [];
  const world = asked.lab === undefined && asked.world === undefined ? { bare: ["pve1", "pve2", "pve3"] } : {};
  const twin = await startTwin({
    speed: "max",
    onFailure: (error, request) => failures.push(`${request}: ${String(error)}`),
    ...world,
    ...asked,
  });
  onTestFinished(async () => {
    await twin.stop();
    if (failures.length > 0) throw new Error(failures.join("\n"));
  });
  return twin;
};

/** The real client, by token, at the twin's door or at those of its nodes. */
export const aClient = (twin: RunningTwin, options: Partial<PveOptions> = {}): PveClient => {
  const trust = { kind: "fingerprint", sha256: twin.fingerprint } as const;
  const [token] = twin.credentials.tokens;
  if (token === undefined) throw new Error("the twin has no token");
  const [first, ...others] = Object.values(twin.urls).map((url) => ({ url, trust }));
  const pve = connectPve({
    endpoints: first === undefined ? [{ url: twin.url, trust }] : [first, ...others],
    credentials: { kind: "token", ...token },
    random: () => 0.01,
    ...options,
  });
  onTestFinished(() => pve.close());
  return pve;
};

/** Follows a task to its end; the answer that started it is its UPID. */
export const done = async (pve: PveClient, upid: unknown): Promise<string> => {
  const end = await pve.follow(String(upid), { pollMs: 5 }).end();
  return end.kind === "failed" ? `failed: ${end.reason}` : end.kind;
};
