import { z } from "zod";
import type { Outcome } from "./outcome.ts";

const at = z.number();
const text = z.string();
const why = { why: text, next: text.optional() };

const outcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("done") }),
  z.object({ kind: z.literal("already") }),
  z.object({ kind: z.literal("failed"), ...why }),
  z.object({ kind: z.literal("unclear"), ...why }),
  z.object({ kind: z.literal("left"), why: text, of: text.optional() }),
]);

const call = { at, action: text, call: z.number() };

const record = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("began"), at, plan: text, cluster: text }),
  z.object({ kind: z.literal("resumed"), at, plan: text }),
  /** Written before the request goes out. */
  z.object({ kind: z.literal("sending"), ...call, method: text, path: text }),
  z.object({ kind: z.literal("answered"), ...call, upid: text.optional() }),
  /** The request did not get out, or was refused whole: nothing came of it. */
  z.object({ kind: z.literal("refused"), ...call, why: text }),
  z.object({ kind: z.literal("task ended"), ...call, upid: text, how: text }),
  z.object({ kind: z.literal("outcome"), at, action: text, outcome }),
  z.object({ kind: z.literal("finished"), at, stopped: text.optional() }),
]);

/** One line of a journal. */
export type JournalRecord =
  | { readonly kind: "began"; readonly at: number; readonly plan: string; readonly cluster: string }
  | { readonly kind: "resumed"; readonly at: number; readonly plan: string }
  | (CallRecord & { readonly kind: "sending"; readonly method: string; readonly path: string })
  | (CallRecord & { readonly kind: "answered"; readonly upid?: string })
  | (CallRecord & { readonly kind: "refused"; readonly why: string })
  | (CallRecord & { readonly kind: "task ended"; readonly upid: string; readonly how: string })
  | { readonly kind: "outcome"; readonly at: number; readonly action: string; readonly outcome: Outcome }
  | { readonly kind: "finished"; readonly at: number; readonly stopped?: string };

type CallRecord = { readonly at: number; readonly action: string; readonly call: number };

/** Where it is written what was done. A record that `append` resolved of survives a crash of everything. */
export type Journal = {
  /** All that was written before, in order; a torn last line is none. */
  readonly read: () => Promise<readonly unknown[]>;
  readonly append: (record: JournalRecord) => Promise<void>;
};

/** What was recorded; what is no record of ours is left out. */
export const recordsOf = (lines: readonly unknown[]): JournalRecord[] =>
  lines.flatMap((line) => {
    const parsed = record.safeParse(line, { jitless: true });
    // The schema has what the type has, but for optional keys, which JSON cannot hold as undefined.
    return parsed.success ? [parsed.data as JournalRecord] : [];
  });

/** How far a call got. */
export type CallPast =
  | { readonly kind: "sending"; readonly at: number }
  | { readonly kind: "task"; readonly upid: string; readonly at: number }
  | { readonly kind: "over"; readonly at: number };

/** How far an action got. */
type ActionPast = { readonly calls: ReadonlyMap<number, CallPast>; readonly outcome?: Outcome };

/** What the last run of a plan left behind; `finished` where it came to its end. */
export type Past = {
  readonly plan: string | undefined;
  readonly finished: boolean;
  readonly actions: ReadonlyMap<string, ActionPast>;
  /** Tasks that are known, so that none is taken for another. */
  readonly upids: ReadonlySet<string>;
};

const callAfter = (now: Extract<JournalRecord, CallRecord>): CallPast | undefined => {
  switch (now.kind) {
    case "sending":
      return { kind: "sending", at: now.at };
    case "answered":
      return now.upid === undefined ? { kind: "over", at: now.at } : { kind: "task", upid: now.upid, at: now.at };
    case "refused":
      return undefined;
    case "task ended":
      return { kind: "over", at: now.at };
  }
};

/** What the records of the last run come to. */
export const pastOf = (records: readonly JournalRecord[]): Past => {
  const begun = records.findLastIndex(({ kind }) => kind === "began");
  const actions = new Map<string, { calls: Map<number, CallPast>; outcome?: Outcome }>();
  const upids = new Set<string>();
  let finished = begun < 0;
  for (const now of begun < 0 ? [] : records.slice(begun)) {
    if (now.kind === "finished") finished = true;
    if (now.kind === "resumed") finished = false;
    if (!("action" in now)) continue;
    const past = actions.get(now.action) ?? { calls: new Map<number, CallPast>() };
    actions.set(now.action, past);
    if (now.kind === "outcome") {
      // What was left has not begun: it is not an end.
      if (now.outcome.kind !== "left") past.outcome = now.outcome;
      continue;
    }
    if ("upid" in now && now.upid !== undefined) upids.add(now.upid);
    const call = callAfter(now);
    if (call === undefined) past.calls.delete(now.call);
    else past.calls.set(now.call, call);
  }
  const first = records[begun];
  return { plan: first?.kind === "began" ? first.plan : undefined, finished, actions, upids };
};

/** A journal that lasts as long as this process: for rehearsals. */
export const memoryJournal = (): Journal & { readonly records: readonly JournalRecord[] } => {
  const records: JournalRecord[] = [];
  return {
    records,
    read: () => Promise.resolve([...records]),
    append: (one) => {
      records.push(one);
      return Promise.resolve();
    },
  };
};
