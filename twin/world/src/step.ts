import type { Act } from "./act.ts";

/** A thing with a capacity that a flow uses: `per` units of it for each byte of the flow. */
export type Use = { resource: string; per: number };

/** How the progress of a flow reads in the log of its task; `of` is the size that it tells, holes included. */
export type Progress =
  | { kind: "none" }
  /** `written` is the share of what is read that the target takes. */
  | { kind: "vzdump"; of: number; written: number }
  | { kind: "mirror"; of: number; drive: string }
  | { kind: "dd"; of: number }
  | { kind: "memory"; of: number }
  | { kind: "convert"; of: number };

/**
 * A task is a list of steps. All of it is data, so that a world can be saved in the middle of any task.
 * - `flow` moves `bytes` at the share that its uses give it, at most at `cap` bytes per second;
 * - `act` changes the world at once and may answer further steps or a failure;
 * - `lock` waits for a lock file, `guest/100` or `vzdump/pve1`, and fails after its timeout; the task's end gives it back;
 * - `cleanup` remembers what must be done if a later step fails;
 * - `catch` is passed over when nothing failed before it; otherwise its act finds the error in the task and goes on from there.
 */
export type Step =
  | { do: "log"; text: string }
  | { do: "wait"; ms: number }
  | { do: "flow"; uses: Use[]; bytes: number; cap: number; progress: Progress }
  | { do: "act"; act: Act }
  | { do: "lock"; name: string; timeoutMs: number; until?: number }
  | { do: "await"; upid: string }
  | { do: "fail"; message: string }
  | { do: "cleanup"; acts: Act[] }
  | { do: "catch"; act: Act };
