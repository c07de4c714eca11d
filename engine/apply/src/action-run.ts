import { type Action, type Seen, unmet } from "@orrery/plan";
import { type CallEnd, follow, isSo, send, settle, type Turn } from "./call-run.ts";
import { handedOver } from "./handed-over.ts";
import type { CallPast } from "./journal.ts";
import { guarded, takeBack } from "./network-guard.ts";
import { isFinished, isOvertaken } from "./object-end.ts";
import type { Outcome } from "./outcome.ts";
import { pauses, type Run } from "./run.ts";

/** So old may be what an action is decided by. Milliseconds. */
const lookAgeMs = 5000;

/** Why nobody can say whether an action may begin: it is about what the cluster does not tell at the moment. */
const whyUntold = ({ from, expects }: Action, seen: Seen): string | undefined => {
  if (seen.kind !== "present" || from.kind !== "present" || isSo(expects, seen) || isSo(from, seen)) return undefined;
  const { hidden } = seen.object;
  const untold = Object.keys(from.properties).find((property) => Object.hasOwn(hidden, property));
  return untold === undefined ? undefined : `${untold}: ${hidden[untold]}`;
};

/** Looks until there is something to see. */
const lookPatiently = async (run: Run, action: Action, maxAgeMs: number): Promise<Seen> => {
  let seen: Seen = { kind: "blind", why: "it was not looked at" };
  for await (const pause of pauses(run.clock, run.patience.callMs)) {
    const found = await run.view.look(action, pause === 0 ? maxAgeMs : 0);
    const untold = whyUntold(action, found);
    seen = untold === undefined ? found : { kind: "blind", why: untold };
    if (seen.kind !== "blind" || run.stop.why !== undefined) return seen;
  }
  return seen;
};

const missingFrom = (expected: Action["expects"], seen: Seen): string =>
  unmet(expected, seen.kind === "present" ? seen.object : undefined).join(", ");

const verified = async (run: Run, action: Action): Promise<Outcome> => {
  let seen: Seen = { kind: "blind", why: "it was not looked at" };
  const { object, node, expects } = action;
  // What was made is read whole: it has not been seen before.
  const isSeen = run.view.seen(action).kind === "present" && expects.kind === "present";
  const about = isSeen ? { about: Object.keys(expects.properties) } : {};
  for await (const _ of pauses(run.clock, run.patience.seeMs)) {
    seen = await run.view.look({ object, ...(node === undefined ? {} : { node }), ...about });
    if (isSo(action.expects, seen)) return { kind: "done" };
  }
  return seen.kind === "blind"
    ? { kind: "unclear", why: `it was done, and cannot be read back: ${seen.why}`, next: "Plan again once it can be." }
    : { kind: "failed", why: `it was done without an error, and read back: ${missingFrom(action.expects, seen)}` };
};

/** Goes on with a call that an earlier run began. */
const taken = async (run: Run, turn: Turn, past: CallPast): Promise<CallEnd> => {
  switch (past.kind) {
    case "over":
      return { kind: "over" };
    case "task":
      return follow(run, turn, past.upid);
    case "sending": {
      const settled = await settle(run, turn, past.at);
      return settled === "send again" ? send(run, turn) : settled;
    }
  }
};

/** Leaves nothing half done behind a call that was refused: what is staged would stand in the way of the next plan. */
const givenUp = async (run: Run, action: Action, end: CallEnd & { kind: "failed" }): Promise<CallEnd> => {
  const before = action.calls.length + (action.rollback ?? []).length;
  for (const [index, call] of (action.takeBack ?? []).entries()) {
    const why = await takeBack(run, action, call, before + index);
    if (why !== undefined) return { ...end, why: `${end.why}; what was staged could not be given up: ${why}` };
  }
  return end;
};

const callsOf = async (run: Run, action: Action, past: ReadonlyMap<number, CallPast>): Promise<CallEnd> => {
  for (const [index, call] of action.calls.entries()) {
    const turn = { action, call, index };
    const before = past.get(index);
    const end = before === undefined ? await send(run, turn) : await taken(run, turn, before);
    if (end.kind === "failed") return givenUp(run, action, end);
    if (end.kind !== "over") return end;
  }
  return { kind: "over" };
};

/** Since when there may be something of it: an earlier run may have begun it. */
const sentSince = (past: ReadonlyMap<number, CallPast>, now: number): number =>
  Math.min(now, ...[...past.values()].map(({ at }) => at));

const done = async (run: Run, action: Action, past: ReadonlyMap<number, CallPast>): Promise<CallEnd> => {
  const { handsOver } = action;
  const since = sentSince(past, run.clock.now());
  const end = await callsOf(run, action, past);
  return handsOver === undefined || end.kind !== "over" ? end : handedOver(run, { action, handsOver, since });
};

const acted = async (run: Run, action: Action, past: ReadonlyMap<number, CallPast>): Promise<Outcome> => {
  const end =
    action.rollbackAfter === undefined
      ? await done(run, action, past)
      : await guarded(run, action, past, () => done(run, action, past));
  switch (end.kind) {
    case "settled":
    case "over":
      return verified(run, action);
    case "failed":
    case "unclear":
    case "left":
      return end;
  }
};

/** Does one action: looks, acts, follows, verifies. What an earlier run began is gone on with. */
export const runAction = async (run: Run, action: Action): Promise<Outcome> => {
  const past = run.past.actions.get(action.id)?.calls ?? new Map<number, CallPast>();
  const seen = await lookPatiently(run, action, past.size > 0 ? 0 : lookAgeMs);
  if (past.size > 0) return acted(run, action, past);
  if (seen.kind === "blind") return { kind: "failed", why: `it cannot be seen: ${seen.why}` };
  if (isSo(action.expects, seen) || isFinished(run.plan, action, seen)) return { kind: "already" };
  if (!isSo(action.from, seen)) {
    if (isOvertaken(run.plan, action, seen)) return { kind: "already" };
    const why = `it has moved: ${missingFrom(action.from, seen)}`;
    return { kind: "failed", why, next: "Plan again: this plan was made for another state." };
  }
  return acted(run, action, past);
};
