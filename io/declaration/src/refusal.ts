import type { Path } from "@orrery/model";
import type { Place } from "./place.ts";

/** One thing that keeps a declaration from being loaded: what, where, and what to do. */
export type Refused = { readonly place?: Place; readonly path?: Path; readonly message: string };

export const refusedAt = (place: Place | undefined, message: string): Refused =>
  place === undefined ? { message } : { place, message };

const textOf = (read: () => unknown): string => {
  try {
    const value = read();
    return typeof value === "string" ? value : "";
  } catch {
    return "";
  }
};

export type Thrown = {
  /** `TypeError: x is not iterable`; text that was thrown, in quotes. */
  readonly words: string;
  /** The same without the kind of error. */
  readonly message: string;
  readonly stack: string;
};

/** What was thrown, in words; anything at all can be. */
export const describeThrown = (thrown: unknown): Thrown => {
  if (typeof thrown !== "object" || thrown === null) {
    const words = typeof thrown === "string" ? JSON.stringify(thrown) : String(thrown);
    return { words, message: words, stack: "" };
  }
  const name = textOf(() => Reflect.get(thrown, "name"));
  const message = textOf(() => Reflect.get(thrown, "message")).split("\n")[0] ?? "";
  const words = [name, message].filter((word) => word !== "").join(": ") || "an object without a message";
  return { words, message: message || words, stack: textOf(() => Reflect.get(thrown, "stack")) };
};

export const codeOf = (thrown: unknown): string =>
  typeof thrown === "object" && thrown !== null ? textOf(() => Reflect.get(thrown, "code")) : "";

/** Ends a sentence that another piece of software began. */
export const closed = (sentence: string): string => sentence.trim().replace(/[.,:;]+$/, "");

/** Why there is no lab: one problem of reading, or all problems of what was read. */
export type Refusal = { readonly kind: "refused"; readonly problems: readonly Refused[] };

export const refused = (...problems: Refused[]): Refusal => ({ kind: "refused", problems });
