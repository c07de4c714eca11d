/** A cell by its row and its column, from zero. */
export type Place = { readonly row: number; readonly column: number };

const page = 10;

const within = (value: number, most: number): number => Math.max(0, Math.min(most, value));

/** Where a key leads from a cell; undefined where it leads nowhere. */
export const cellAfter = (key: string, { row, column }: Place, last: Place): Place | undefined => {
  const to = (nextRow: number, nextColumn: number): Place => ({
    row: within(nextRow, last.row),
    column: within(nextColumn, last.column),
  });
  switch (key) {
    case "ArrowDown":
      return to(row + 1, column);
    case "ArrowUp":
      return to(row - 1, column);
    case "ArrowLeft":
      return to(row, column - 1);
    case "ArrowRight":
      return to(row, column + 1);
    case "PageDown":
      return to(row + page, column);
    case "PageUp":
      return to(row - page, column);
    case "Home":
      return to(row, 0);
    case "End":
      return to(row, last.column);
    default:
      return undefined;
  }
};
