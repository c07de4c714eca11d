/**
 * How an object says that the declaration owns it: guests by a tag, all that has a comment by a word in it. A kind whose
 * objects can bear neither is owned as a whole, where the declaration says so.
 */
export type Mark = { readonly tag: string; readonly word: string };

/** The comment without the mark. */
export const unmarked = ({ word }: Mark, comment = ""): string => {
  const at = comment.indexOf(word);
  if (at < 0) return comment.trim();
  const around = [comment.slice(0, at).trim(), comment.slice(at + word.length).trim()];
  return around.filter((part) => part !== "").join(" ");
};

export const isMarked = (mark: Mark, comment: string | undefined): boolean => (comment ?? "").includes(mark.word);

/** The comment with the mark at its end. */
export const markedComment = (mark: Mark, comment: string | undefined): string =>
  [unmarked(mark, comment), mark.word].filter((part) => part !== "").join(" ");

/** The mark of declarations that name no other. */
export const defaultMark: Mark = { tag: "orrery", word: "[orrery]" };
