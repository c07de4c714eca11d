/** A text, number or flag as text; empty of all else. */
export const textOf = (of: unknown): string => {
  if (typeof of === "string") return of;
  if (typeof of === "boolean") return of ? "1" : "0";
  return typeof of === "number" ? String(of) : "";
};

/** The numbers of a list in text. */
export const numbersIn = (of: unknown): number[] =>
  textOf(of)
    .split(/[,;\s]+/)
    .filter((word) => word !== "")
    .map(Number);
