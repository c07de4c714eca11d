import { type Store, StoreError } from "@orrery/store";
import type { Keeping } from "../keeping.ts";
import { OutOfReach } from "../out-of-reach.ts";

export type Database = Store["db"];

type Part = Keeping[Exclude<keyof Keeping, "about" | "trouble">];
type Call = (...args: never[]) => Promise<unknown>;

const told = (error: unknown): unknown =>
  error instanceof StoreError ? new OutOfReach(error, error.uncertain) : error;

/** What is wrong with the database is told as being out of reach: whoever asks need not know of databases. */
export const reaching = <T extends Part>(part: T): T => {
  const calls = Object.entries(part).map(([name, call]: [string, Call]): [string, Call] => [
    name,
    (...args) =>
      call(...args).catch((error: unknown) => {
        throw told(error);
      }),
  ]);
  // Each has the name and the type of the one it calls.
  return Object.fromEntries(calls) as T;
};

/** No text of PostgreSQL has a NUL in it: nothing of such a name is kept. */
export const isName = (text: string): boolean => !text.includes("\0");
