import type { LinearModel } from "@orrery/placement";

/** What the worker is asked. */
export interface Question {
  readonly id: number;
  readonly model: LinearModel;
  readonly start: Float64Array;
  readonly seconds: number;
  readonly gap: number;
}

/** What a solver makes of a model. */
export type Solution =
  /** The best values that were found, and what it showed that no values cost less than. `proven`: within the gap asked for. */
  | { readonly kind: "solved"; readonly values: Float64Array; readonly bound: number; readonly proven: boolean }
  /** No values were found; the bound holds nevertheless. */
  | { readonly kind: "none"; readonly bound: number; readonly why: string };

export type Reply =
  | { readonly id: number; readonly kind: "answer"; readonly solution: Solution }
  | { readonly id: number; readonly kind: "failed"; readonly message: string };
