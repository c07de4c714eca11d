import type { SourceFile } from "./place.ts";

/** A stretch of a file, in offsets of its text. */
type Stretch = { readonly start: number; readonly end: number };

/** The expression that a property, an element or a spread takes its value from. */
export type Source = Stretch & {
  /** True where it only names something declared elsewhere: `nodes`, `lab.nodes`, `big ? a : b`. */
  readonly names: boolean;
};

/** One part of an object or array literal, and the offset that it begins at. */
export type Part =
  | { readonly kind: "property"; readonly key: string; readonly at: number; readonly source: Source }
  /** A property whose key is worked out when the literal is made. */
  | { readonly kind: "computed"; readonly at: number; readonly source: Source }
  | { readonly kind: "element"; readonly at: number; readonly source: Source }
  | { readonly kind: "spread"; readonly at: number; readonly source: Source };

/** An object or array literal as it is written. */
export type Literal = Stretch & {
  /** A literal in a function may be made many times; one outside stands for itself. */
  readonly inFunction: boolean;
  readonly parts: readonly Part[];
  readonly spreads: number;
};

/** A literal and the file that it stands in. */
export type LiteralIn = { readonly source: SourceFile; readonly literal: Literal };
