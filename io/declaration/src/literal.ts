import type { Place, Stretch } from "./place.ts";

/** The expression that a property, an element or a spread takes its value from. */
export type Source = Stretch & {
  /** True where it only names something declared elsewhere: `nodes`, `lab.nodes`, `big ? a : b`. */
  readonly names: boolean;
};

/** One part of an object or array literal. */
export type Part =
  | { readonly kind: "property"; readonly key: string; readonly place: Place; readonly source: Source }
  /** A property whose key is worked out when the literal is made. */
  | { readonly kind: "computed"; readonly place: Place; readonly source: Source }
  | { readonly kind: "element"; readonly place: Place; readonly source: Source }
  | { readonly kind: "spread"; readonly place: Place; readonly source: Source };

/** An object or array literal as it is written. */
export type Literal = Stretch & {
  readonly place: Place;
  /** A literal in a function may be made many times; one outside stands for itself. */
  readonly inFunction: boolean;
  readonly parts: readonly Part[];
  readonly spreads: number;
};
