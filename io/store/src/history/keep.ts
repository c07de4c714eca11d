import { day, minute } from "./span.ts";

/** How long what is kept, in milliseconds. */
export type Keep = {
  readonly raw: number;
  readonly rollups: number;
  /** How long after its end an hour waits for samples that are under way. */
  readonly grace: number;
};

export const usualKeep: Keep = { raw: 7 * day, rollups: 400 * day, grace: 10 * minute };
