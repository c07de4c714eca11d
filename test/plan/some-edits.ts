import { type Method, type ParameterValue, PveError } from "@orrery/contract";
import fc from "fast-check";
import type { OverTwin } from "../observe/observed-twin.ts";

/** One change by hand, through the API. */
export type Edit = {
  readonly method: Method;
  readonly path: string;
  readonly with: Readonly<Record<string, ParameterValue>>;
};

type Drawn = Readonly<Record<string, fc.Arbitrary<ParameterValue>>>;

export const edit = (method: Method, path: string, drawn: Drawn = {}, fixed: Edit["with"] = {}): fc.Arbitrary<Edit> =>
  fc.record(drawn).map((values) => ({ method, path, with: { ...fixed, ...values } }));

/** Makes the edits one after the other; those that are refused change nothing. */
export const makeEdits = async ({ pve, clock }: OverTwin, edits: readonly Edit[]): Promise<number> => {
  let made = 0;
  for (const one of edits) {
    try {
      await clock.drive(pve.request(one.method, one.path, one.with));
      made += 1;
    } catch (error) {
      if (!(error instanceof PveError)) throw error;
    }
  }
  return made;
};
