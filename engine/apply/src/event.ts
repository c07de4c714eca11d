import type { Outcome, Tally } from "./outcome.ts";

/** What happens while a plan is applied: plain JSON, `at` in epoch milliseconds. */
export type ApplyEvent = { readonly at: number } & (
  | { readonly kind: "began"; readonly plan: string; readonly actions: number; readonly resumed: boolean }
  | { readonly kind: "started"; readonly action: string }
  /** A call is on its way, the first being 0. */
  | { readonly kind: "sent"; readonly action: string; readonly call: number; readonly what: string }
  | { readonly kind: "task"; readonly action: string; readonly call: number; readonly upid: string }
  /** A line of the task's log. */
  | { readonly kind: "line"; readonly action: string; readonly text: string }
  /** How much of its task is done, 0 to 1, as the task itself says. */
  | { readonly kind: "progress"; readonly action: string; readonly share: number }
  /** It goes on later: something is locked, or does not answer. */
  | { readonly kind: "waiting"; readonly action: string; readonly why: string }
  | { readonly kind: "ended"; readonly action: string; readonly outcome: Outcome }
  /** Nothing new is begun from here on. */
  | { readonly kind: "stopping"; readonly why: string }
  | { readonly kind: "finished"; readonly tally: Tally; readonly stopped?: string }
);

type WithoutTime<T> = T extends unknown ? Omit<T, "at"> : never;
export type Happening = WithoutTime<ApplyEvent>;
