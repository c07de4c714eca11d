import { type Store, StoreError, type StoreErrorCode } from "@orrery/store";
import type { Keeping } from "../keeping.ts";
import { OutOfReach } from "../out-of-reach.ts";

export type Database = Store["db"];

type Part = Keeping[Exclude<keyof Keeping, "about" | "trouble">];
type Call = (...args: never[]) => Promise<unknown>;

/** A database that hangs is one that is gone. Milliseconds. */
const patienceMs = 5000;
/** One that took nothing is not trusted for so long. Milliseconds. */
const doubtMs = 5000;
const takesNothing: ReadonlySet<StoreErrorCode> = new Set<StoreErrorCode>(["store-disk-full", "store-read-only"]);
/** Those that change nothing. */
const reads = new Set(["list", "get", "named", "bySubject", "byHash", "read"]);

const inTime = async (name: string, call: Promise<unknown>): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_resolve, reject) => {
    const why = new Error(`PostgreSQL has said nothing for ${patienceMs} ms.`);
    timer = setTimeout(() => reject(new OutOfReach(why, !reads.has(name))), patienceMs);
  });
  return Promise.race([call, late]).finally(() => clearTimeout(timer));
};

const told = (error: unknown): unknown =>
  error instanceof StoreError ? new OutOfReach(error, error.uncertain) : error;

/** Whether it takes changes: a full disk still answers what is asked of it. */
export class Doubt {
  #refused: { readonly at: number; readonly why: string } | undefined;

  refused(why: string): void {
    this.#refused = { at: performance.now(), why };
  }

  /** Why it took a change not, lately; the next one tries it again. */
  why(): string | undefined {
    const refused = this.#refused;
    return refused !== undefined && performance.now() - refused.at < doubtMs ? refused.why : undefined;
  }
}

/** What is wrong with the database is told as being out of reach: whoever asks need not know of databases. */
export const reaching = <T extends Part>(doubt: Doubt, part: T): T => {
  const calls = Object.entries(part).map(([name, call]: [string, Call]): [string, Call] => [
    name,
    (...args) =>
      inTime(name, call(...args)).catch((error: unknown) => {
        if (error instanceof StoreError && takesNothing.has(error.code)) doubt.refused(error.message);
        throw told(error);
      }),
  ]);
  // Each has the name and the type of the one it calls.
  return Object.fromEntries(calls) as T;
};

/** No text of PostgreSQL has a NUL in it: nothing of such a name is kept. */
export const isName = (text: string): boolean => !text.includes("\0");
