import type { Act } from "./act.ts";

/** A thing with a capacity that a flow uses: `per` units of it for each byte of the flow. */
export type Use = { resource: string; per: number };

/** How the progress of a flow reads in the log of its task. */
export type Progress =
  | { kind: "none" }
  /** `written` is the share of what is read that the target takes. */
  | { kind: "vzdump"; written: number }
  | { kind: "mirror"; drive: string }
  | { kind: "dd" }
  | { kind: "memory" }
  | { kind: "convert" };

/**
 * A task is a list of steps. All of it is data, so that a world can be saved in the middle of any task.
 * - `flow` moves `bytes` at the share that its uses give it, at most at `cap` bytes per second;
 * - `act` changes the world at once and may answer further steps or a failure;
 * - `lock` waits for the guest's lock file and fails after its timeout;
 * - `cleanup` remembers what must be done if a later step fails.
 */
export type Step =
  | { do: "log"; text: string }
  | { do: "wait"; ms: number }
  | { do: "flow"; uses: Use[]; bytes: number; cap: number; progress: Progress }
  | { do: "act"; act: Act }
  | { do: "lock"; vmid: number; timeoutMs: number; until?: number }
  | { do: "await"; upid: string }
  | { do: "fail"; message: string }
  | { do: "cleanup"; acts: Act[] };
