/** What came of one try. */
export type Attempt =
  | { readonly kind: "sent" }
  | { readonly kind: "refused"; readonly why: string }
  /** It may go better later; `afterMs` where the other side says when. */
  | { readonly kind: "missed"; readonly why: string; readonly afterMs?: number };

/** What an error says in a word: a code of the system or of a library, else its name. Its text may quote what was sent. */
export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown";
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string") return code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
};
