/** Where something stands: an absolute file path, and a line and column in it, both 1-based. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

/** A stretch of a file, in offsets of its text. */
export type Stretch = { readonly file: string; readonly start: number; readonly end: number };

export const isWithin = (inner: Stretch, outer: Stretch): boolean =>
  inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end;

/** Turns offsets of one text into places. */
export const placesIn = (file: string, text: string): ((offset: number) => Place) => {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
};
