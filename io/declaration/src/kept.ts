import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Literal, Part } from "./literal.ts";
import type { Marked } from "./marked.ts";

/** What is kept changes its form with this number. */
const form = 1;

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const kinds: readonly Part["kind"][] = ["property", "computed", "element", "spread"];

type PartRow = [kind: number, at: number, start: number, end: number, names: 0 | 1, key?: string];
type LiteralRow = [start: number, end: number, inFunction: 0 | 1, parts: PartRow[]];
type Kept = Omit<Marked, "literals"> & { readonly of: string; readonly literals: readonly LiteralRow[] };

const toRow = (part: Part): PartRow => {
  const { at, source } = part;
  const names = source.names ? 1 : 0;
  const kind = kinds.indexOf(part.kind);
  if (part.kind === "property") return [kind, at, source.start, source.end, names, part.key];
  return [kind, at, source.start, source.end, names];
};

const fromRow = ([kind, at, start, end, names, key]: PartRow): Part => {
  const source = { start, end, names: names === 1 };
  if (key !== undefined) return { kind: "property", key, at, source };
  return { kind: kind === 1 ? "computed" : kind === 2 ? "element" : "spread", at, source };
};

const fromLiteralRow = ([start, end, inFunction, rows]: LiteralRow): Literal => {
  const parts = rows.map(fromRow);
  return {
    start,
    end,
    inFunction: inFunction === 1,
    parts,
    spreads: parts.filter(({ kind }) => kind === "spread").length,
  };
};

/**
 * Marks a file, or gives what marking the same text gave before: a parser need not even be loaded then. One file is kept
 * for each file of a declaration, in a folder of this user's; where that cannot be, nothing is kept.
 */
export const keptOr = (folder: string | undefined, file: string, text: string, mark: () => Marked): Marked => {
  if (folder === undefined) return mark();
  const path = join(folder, `${hash(file).slice(0, 32)}.json`);
  const of = hash(JSON.stringify([form, process.version, file, text]));
  try {
    const kept = JSON.parse(readFileSync(path, "utf8")) as Kept;
    if (kept.of === of) return { ...kept, literals: kept.literals.map(fromLiteralRow) };
  } catch {
    // Not there, or not whole: it is made anew.
  }
  const marked = mark();
  const literals = marked.literals.map(
    ({ start, end, inFunction, parts }): LiteralRow => [start, end, inFunction ? 1 : 0, parts.map(toRow)],
  );
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const whole = `${path}.${process.pid}`;
    writeFileSync(whole, JSON.stringify({ ...marked, of, literals } satisfies Kept), { mode: 0o600 });
    renameSync(whole, path);
  } catch {
    // A full or read-only disk costs the next run some milliseconds, and this one nothing.
  }
  return marked;
};
