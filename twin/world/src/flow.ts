import type { Progress, Use } from "./step.ts";

/**
 * Bytes on their way. The rate is the flow's fair share; it changes when another flow starts or ends on something
 * that both use. `marks` are the times at which the rate changed and the bytes done by then.
 */
export type Flow = {
  id: number;
  task: string;
  uses: Use[];
  total: number;
  /** Bytes left at `settledAt`. */
  left: number;
  settledAt: number;
  /** Bytes per second. */
  rate: number;
  cap: number;
  progress: Progress;
  startedAt: number;
  marks: [at: number, done: number][];
  turn: number;
};
