import type { ParameterValue } from "@orrery/contract";
import type { Port } from "@orrery/workflow";
import { textIn } from "./answers.ts";

/** Why a procedure stops where it is: nothing that it has done is undone, and nothing more is begun. */
export class Halted extends Error {
  override readonly name = "Halted";
}

type Parameters = Readonly<Record<string, ParameterValue>>;

/** Between two looks at something that takes so long: a thirtieth of it, 1 to 30 s. */
export const lookEvery = (seconds: number | undefined): number =>
  Math.min(30_000, Math.max(1_000, Math.round(((seconds ?? 0) * 1000) / 30)));

/** Starts a task and follows it to its end. Throws where it fails, or nobody knows how it went. Answers its UPID. */
export const runTask = async (
  pve: Port,
  { path, parameters, what, seconds }: { path: string; parameters: Parameters; what: string; seconds?: number },
): Promise<string> => {
  const upid = textIn((await pve.request("POST", path, parameters)).data);
  const end = await pve.follow(upid, { pollMs: lookEvery(seconds) }).end();
  if (end.kind === "failed" || end.kind === "unknown") throw new Halted(`${what} failed: ${end.reason}`);
  return upid;
};
