import type { Path, Problem } from "./lab.ts";
import { nearest } from "./nearest.ts";
import { type AsWritten, isAsWritten, isUnknown, type Unknown } from "./unknown.ts";

export type Ref = string | number | AsWritten | Unknown | undefined;

/** What a plain name refers to; the words of the paper (`asWritten`) and the unknown refer to nothing yet. */
export const plain = (ref: Ref): string | undefined =>
  ref === undefined || isAsWritten(ref) || isUnknown(ref) ? undefined : String(ref);

/** Collects the names that nothing declares, each with what was probably meant. */
export class References {
  readonly problems: Problem[] = [];

  must(path: Path, ref: Ref, what: string, declared: { has(name: string): boolean; keys(): Iterable<string> }): void {
    const name = plain(ref);
    if (name === undefined || declared.has(name)) return;
    const meant = nearest(name, declared.keys());
    const hint =
      meant === undefined
        ? `declare it, or write asWritten("${name}") where a document says so`
        : `did you mean "${meant}"?`;
    this.problems.push({ path, message: `no ${what} "${name}" is declared; ${hint}` });
  }
}

export const names = (record: object): Set<string> => new Set(Object.keys(record));
