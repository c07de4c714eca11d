type Line = { readonly mark: " " | "-" | "+"; readonly text: string };

/** The lines of two texts, in order, each kept, taken away or added; the fewest of the latter two. */
const merged = (before: readonly string[], after: readonly string[]): Line[] => {
  const rows = before.length + 1;
  const columns = after.length + 1;
  const lengths = new Uint16Array(rows * columns);
  const at = (row: number, column: number) => lengths[row * columns + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      lengths[row * columns + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, made] = [before[row], after[column]];
    if (old !== undefined && old === made) {
      lines.push({ mark: " ", text: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && (made === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ mark: "-", text: old });
      row += 1;
    } else if (made !== undefined) {
      lines.push({ mark: "+", text: made });
      column += 1;
    }
  }
  return lines;
};

const context = 3;

const header = (lines: readonly Line[], from: number, to: number): string => {
  const count = (part: readonly Line[], mark: "-" | "+") =>
    part.filter((line) => line.mark === " " || line.mark === mark).length;
  const [before, hunk] = [lines.slice(0, from), lines.slice(from, to)];
  const range = (mark: "-" | "+") => {
    const size = count(hunk, mark);
    const start = count(before, mark) + (size === 0 ? 0 : 1);
    return size === 1 ? `${mark}${start}` : `${mark}${start},${size}`;
  };
  return `@@ ${range("-")} ${range("+")} @@`;
};

/** What differs between two texts in the unified format, without the two lines that name the files; empty when nothing does. */
export const textDifference = (before: string, after: string): string => {
  const linesOf = (text: string) => text.replace(/\n$/, "").split("\n");
  const lines = merged(linesOf(before), linesOf(after));
  const changed = lines.flatMap((line, index) => (line.mark === " " ? [] : [index]));
  const hunks: [from: number, to: number][] = [];
  for (const index of changed) {
    const [from, to] = [Math.max(0, index - context), Math.min(lines.length, index + context + 1)];
    const last = hunks.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else hunks.push([from, to]);
  }
  return hunks
    .map(([from, to]) =>
      [header(lines, from, to), ...lines.slice(from, to).map((line) => line.mark + line.text)].join("\n"),
    )
    .map((text) => `${text}\n`)
    .join("");
};
