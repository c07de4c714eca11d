/** A part of what was typed, with its place in it. */
export type Piece = { readonly text: string; readonly from: number; readonly to: number };

/** What stands between spaces; within quotes spaces are letters like others, and `\` takes the next one as it is. */
export const piecesOf = (text: string): readonly Piece[] => {
  const found: Piece[] = [];
  const piece = /(?:"(?:\\.|[^"\\])*(?:"|\\?$)|[^\s"])+/g;
  for (const { 0: one, index } of text.matchAll(piece)) found.push({ text: one, from: index, to: index + one.length });
  return found;
};

/** The parts of a list, `a,"b, c"`, as they are meant. */
export const listed = (text: string): readonly string[] => {
  const parts: string[] = [];
  for (const [one] of text.matchAll(/(?:"(?:\\.|[^"\\])*(?:"|\\?$)|[^,"])+/g)) parts.push(plain(one));
  return parts;
};

/** Without quotes. */
export const plain = (text: string): string =>
  text.replaceAll(/"((?:\\.|[^"\\])*)(?:"|\\?$)/g, (_all, inner: string) => inner.replaceAll(/\\(.)/g, "$1"));

/** In quotes where it would be read otherwise without them. */
export const quoted = (text: string): string =>
  text !== "" && /^[^\s"\\,:~<>=!?*-][^\s"\\,:~<>=]*$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
