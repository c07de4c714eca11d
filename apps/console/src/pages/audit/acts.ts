import type { Api } from "../../api/client.ts";

type Entry = Api<"AuditEntry">;

/** What somebody did, or tried to. */
export type Act = {
  /** The entry that tells the most of it: its end, where it has one on this page. */
  readonly entry: Entry;
  readonly outcome:
    | { readonly kind: "done" }
    | { readonly kind: "failed"; readonly status: number; readonly why?: string }
    | { readonly kind: "refused"; readonly why?: string }
    /** It began, and no end is among these entries. */
    | { readonly kind: "begun" };
};

const outcomeOf = ({ phase, status = 0, why }: Entry): Act["outcome"] => {
  switch (phase) {
    case "begins":
      return { kind: "begun" };
    case "refused":
      return { kind: "refused", ...(why === undefined ? {} : { why }) };
    case "ends":
      return status < 400 ? { kind: "done" } : { kind: "failed", status, ...(why === undefined ? {} : { why }) };
  }
};

/** Entries, the newest first, with the beginning and end of the same request as one. */
export const actsOf = (entries: readonly Entry[]): readonly Act[] => {
  const ended = new Set(entries.filter(({ phase }) => phase === "ends").map(({ request }) => request));
  return entries
    .filter(({ phase, request }) => phase !== "begins" || !ended.has(request))
    .map((entry) => ({ entry, outcome: outcomeOf(entry) }));
};
