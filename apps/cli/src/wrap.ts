import { stripVTControlCharacters } from "node:util";

/** Columns that a text takes on a terminal, its colours not counted. */
export const widthOf = (text: string): number => Array.from(stripVTControlCharacters(text)).length;

/** Text of a declaration, safe to print: one line, and no sequence that a terminal would obey. */
export const clean = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\s+/g, " ")
    .replace(/\p{Cc}/gu, "\u{fffd}")
    .trim();

/** Breaks a text into lines at spaces; a word longer than a line stays whole, so that it can be copied. */
export const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
};

/** Wraps behind a first mark; the lines below stand under the text. */
export const hang = (mark: string, text: string, width: number): string[] => {
  const indent = " ".repeat(widthOf(mark));
  return wrap(text, width - widthOf(mark)).map((line, index) => (index === 0 ? mark : indent) + line);
};

/** Cuts a text to a width, and shows that it did. */
export const cut = (text: string, width: number): string =>
  widthOf(text) <= width
    ? text
    : `${Array.from(text)
        .slice(0, Math.max(width - 1, 0))
        .join("")
        .trimEnd()}…`;
