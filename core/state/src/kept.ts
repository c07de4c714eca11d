import type { Instant } from "./observed.ts";

/**
 * Something that is asked for again and again: the last value with its time, and how the asking goes. A value that grew
 * older than anybody should act upon is lost, not kept.
 */
export type Kept<T> =
  /** Not answered yet. */
  | { readonly kind: "awaited" }
  | { readonly kind: "fresh"; readonly at: Instant; readonly value: T }
  /** The last value; newer ones were asked for in vain. */
  | { readonly kind: "stale"; readonly at: Instant; readonly value: T; readonly since: Instant; readonly why: string }
  | { readonly kind: "lost"; readonly since: Instant; readonly why: string }
  /** Nobody wants it, or this release has no such thing. */
  | { readonly kind: "unasked"; readonly why: string };

/** The last value, however it is kept. */
export const keptValue = <T>(kept: Kept<T> | undefined): T | undefined =>
  kept?.kind === "fresh" || kept?.kind === "stale" ? kept.value : undefined;

/** Why there is no newer value; undefined where there is no complaint. */
export const whyNotFresh = (kept: Kept<unknown>): string | undefined =>
  kept.kind === "stale" || kept.kind === "lost" || kept.kind === "unasked" ? kept.why : undefined;
