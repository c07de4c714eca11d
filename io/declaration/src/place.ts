/** Where something stands: an absolute file path, and a line and column in it, both 1-based. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

/** A file and its text, by offsets of which everything in it is told apart. */
export type SourceFile = { readonly file: string; readonly text: string; placeOf(offset: number): Place };

const lineStartsOf = (text: string): readonly number[] => {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
};

/** The lines of the text are looked for when a place is first asked for: most files are never asked. */
export const sourceFile = (file: string, text: string): SourceFile => {
  let starts: readonly number[] | undefined;
  const placeOf = (offset: number): Place => {
    starts ??= lineStartsOf(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
  return { file, text, placeOf };
};
