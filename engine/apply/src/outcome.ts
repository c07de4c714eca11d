/** What became of an action. `done` was verified by reading back; `already`: it was so before. */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "already" }
  | { readonly kind: "failed"; readonly why: string; readonly next?: string }
  /** It was begun, and nobody can say how it ended. */
  | { readonly kind: "unclear"; readonly why: string; readonly next?: string }
  /** Not begun, or not gone on with. `of`: the action that it would have come after. */
  | { readonly kind: "left"; readonly why: string; readonly of?: string };

/** Whether what waits for the action may begin. */
export const isGood = ({ kind }: Outcome): boolean => kind === "done" || kind === "already";

export type Tally = Readonly<Record<Outcome["kind"], number>>;

export const tallyOf = (outcomes: Iterable<Outcome>): Tally => {
  const tally = { done: 0, already: 0, failed: 0, unclear: 0, left: 0 };
  for (const { kind } of outcomes) tally[kind] += 1;
  return tally;
};
