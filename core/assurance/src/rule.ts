import type { Chapter, Instant, Inventory, Lab } from "@orrery/model";
import type { Draft, Severity } from "./finding.ts";

/** What a rule may look at. */
export type Context = {
  readonly lab: Lab;
  readonly inventory: Inventory;
  /** The moment of the check. */
  readonly at: Instant;
  /** The same as a calendar date in UTC, `YYYY-MM-DD`. */
  readonly today: string;
  /** What several rules need, worked out once: `context.once(analysis)`. */
  once<T>(analysis: (context: Context) => T): T;
};

/** One thing that must hold, how it is shown, and its documentation for `orrery explain`. */
export type Rule = {
  /** `family/what-is-wrong`. */
  readonly id: string;
  readonly chapter: Chapter;
  readonly severity: Severity;
  /** What must hold, as a sentence. */
  readonly title: string;
  /** Why it matters to whoever runs the cluster. */
  readonly why: string;
  /** How it is shown, and when it stays unproven. */
  readonly how: string;
  /** What usually mends it. */
  readonly remedy: string;
  check(context: Context): Iterable<Draft>;
};

export const contextOf = (inventory: Inventory, at: Instant): Context => {
  const results = new Map<unknown, unknown>();
  const context: Context = {
    lab: inventory.lab,
    inventory,
    at,
    today: new Date(at).toISOString().slice(0, 10),
    once: <T>(analysis: (context: Context) => T): T => {
      if (!results.has(analysis)) results.set(analysis, analysis(context));
      return results.get(analysis) as T;
    },
  };
  return context;
};
