import type { Hand } from "../hand.ts";

/** A property as it is declared and as it is found, in words; null of what is not there. */
type Sides = readonly [declared: string | null, observed: string | null];

/** Something that a person changed by hand, and what has to be found of it: that, and nothing else. */
export type ByHand = {
  /** The end of "found and repaired: …". */
  readonly what: string;
  readonly done: (hand: Hand) => Promise<void>;
  readonly found: Readonly<Record<string, "missing" | "surplus" | Readonly<Record<string, Sides>>>>;
  /** The task log gives away who it was: other changes leave no trace there. */
  readonly byTask?: true;
};
