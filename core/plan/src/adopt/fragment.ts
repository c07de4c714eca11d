import type { LabInput, Secret, Unknown } from "@orrery/model";

type Part<T> = T extends Unknown | Secret | string | number | boolean | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Part<Item>[]
    : T extends object
      ? { readonly [K in keyof T]?: Part<T[K]> }
      : T;

/**
 * What one area of a cluster says of a declaration. Fragments of several areas are laid over one another: records are
 * merged key by key, lists are appended to (what bears the same `name` in them is merged), and two fragments never give
 * the same value.
 */
export type LabFragment = Part<LabInput>;
