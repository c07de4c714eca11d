/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/**
 * A part of a cluster as it was seen at a moment. What could not be read is unknown, which is not the same as not being
 * there: `unreachable` says why, `unasked` that nobody wanted it, or that this release has no such thing.
 */
export type Observed<T> =
  | { readonly kind: "observed"; readonly at: Instant; readonly value: T }
  | { readonly kind: "unreachable"; readonly at: Instant; readonly why: string }
  | { readonly kind: "unasked"; readonly why: string };

export const observed = <T>(at: Instant, value: T): Observed<T> => ({ kind: "observed", at, value });
export const unreachable = <T>(at: Instant, why: string): Observed<T> => ({ kind: "unreachable", at, why });
export const unasked = <T>(why: string): Observed<T> => ({ kind: "unasked", why });

/** The value of what was observed; undefined of what is unknown. */
export const valueIn = <T>(part: Observed<T> | undefined): T | undefined =>
  part?.kind === "observed" ? part.value : undefined;

/** Why a part is unknown; undefined of what is known. */
export const whyUnknown = (part: Observed<unknown>): string | undefined =>
  part.kind === "observed" ? undefined : part.why;
