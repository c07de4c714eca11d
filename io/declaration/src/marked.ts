import type { Literal } from "./literal.ts";
import type { Place, SourceFile } from "./place.ts";

/** Text that is put into a file, at an offset of what was there. */
export type Splice = { readonly at: number; readonly text: string };

/** What marking a file gives: data, so that it can be kept. */
export type Marked = {
  /** Of the text without its types, on the same lines and columns. */
  readonly stripped: string;
  /** In the order of the text. Each literal is named by its index. */
  readonly splices: readonly Splice[];
  readonly literals: readonly Literal[];
  /** Where each imported module is named. */
  readonly imports: readonly (readonly [specifier: string, at: number])[];
  /** Where the default export stands, -1 where there is none. */
  readonly defaultExport: number;
};

/**
 * The functions that a marked file calls. Each file has its own, hoisted, so that import cycles do no harm. The number of
 * the file's first literal takes as much room whatever it is, so that columns can be reckoned.
 */
const prelude = (first: number): string => {
  const registry = 'globalThis[Symbol.for("orrery.places")]';
  return (
    `function $orreryLiteral(i,v){return ${registry}.literal(${String(first).padStart(9)}+i,v)}` +
    `function $orrerySpread(v){return ${registry}.spread(v)}` +
    `function $orreryItems(v){return ${registry}.items(v)};`
  );
};

/** All that is put into the file: the prelude behind a `#!` line, then the marks. */
const splicesOf = ({ stripped, splices }: Marked, first: number): readonly Splice[] => {
  const at = stripped.startsWith("#!") ? stripped.indexOf("\n") + 1 : 0;
  return [{ at, text: prelude(first) }, ...splices];
};

/** The program to run. */
export const codeOf = (marked: Marked, first: number): string => {
  let code = "";
  let from = 0;
  for (const { at, text } of splicesOf(marked, first)) {
    code += marked.stripped.slice(from, at) + text;
    from = at;
  }
  return code + marked.stripped.slice(from);
};

const offsetOfLine = (text: string, line: number): number => {
  let offset = 0;
  for (let at = 1; at < line; at += 1) {
    const next = text.indexOf("\n", offset);
    if (next === -1) return offset;
    offset = next + 1;
  }
  return offset;
};

/** The place in the file as it is written, of a line and column of the program that runs. */
export const originalPlace = (marked: Marked, { file, text }: SourceFile, line: number, column: number): Place => {
  const lineStart = offsetOfLine(text, line);
  let shift = 0;
  for (const splice of splicesOf(marked, 0)) {
    if (splice.at < lineStart) continue;
    // Columns count from 1; a splice that stands after the place no longer moves it.
    if (splice.at - lineStart + shift >= column - 1) break;
    shift += splice.text.length;
  }
  const length = (text.indexOf("\n", lineStart) + 1 || text.length + 1) - lineStart;
  return { file, line, column: Math.min(Math.max(column - shift, 1), length) };
};
