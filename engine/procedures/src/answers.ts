/** One object of an answer whose fields nobody has looked at yet. */
type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);

export const rowIn = (data: unknown): Row => (isRow(data) ? data : {});
export const rowsIn = (data: unknown): readonly Row[] => (Array.isArray(data) ? data.filter(isRow) : []);

/** Words and numbers as text; nothing for anything else. */
export const textIn = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** The words of a list in a configuration: by commas, semicolons or blanks. */
export const listIn = (value: unknown): readonly string[] =>
  textIn(value)
    .split(/[,;\s]+/)
    .filter(Boolean);
