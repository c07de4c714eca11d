import { PveError, type PveErrorKind, parseUpid, type TaskEnd } from "@orrery/contract";
import { type Action, type Call, holds, needsWindow, openWindow, type Seen } from "@orrery/plan";
import { findLostTask } from "./lost-task.ts";
import type { Outcome } from "./outcome.ts";
import { pauses, type Run } from "./run.ts";
import { MissingSecret, sentParameters } from "./secret.ts";
import { followTask } from "./task.ts";

/** `over`: it is done. `settled`: the object is as the whole action would have it. */
export type CallEnd = { readonly kind: "over" } | { readonly kind: "settled" } | Extract<Outcome, { why: string }>;

/** One call of an action, the first being 0. */
export type Turn = { readonly action: Action; readonly call: Call; readonly index: number };

/** What passes by itself, and nothing was done. */
const passing: ReadonlySet<PveErrorKind> = new Set(["locked", "unreachable", "node-unreachable", "changed"]);

const objectIn = (seen: Seen): { readonly object: Parameters<typeof holds>[1] } | undefined => {
  switch (seen.kind) {
    case "present":
      return { object: seen.object };
    case "absent":
      return { object: undefined };
    case "blind":
      return undefined;
  }
};

/** Whether an object that was seen is as expected; never where nobody can say. */
export const isSo = (expected: Action["expects"], seen: Seen): boolean => {
  const found = objectIn(seen);
  return found !== undefined && holds(expected, found.object);
};

const whatOf = ({ method, path, parameters }: Call): string =>
  `${method} ${path.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : whole;
  })}`;

/** Why nothing more is sent now. */
const heldBack = async (run: Run, { action, index }: Turn): Promise<string | undefined> => {
  if (run.stop.why !== undefined) return run.stop.why;
  if (index === 0 && !run.anyTime && needsWindow(action.risk)) {
    const open = openWindow(run.plan.windows, run.clock.now());
    if (open === undefined) return "the maintenance window has closed";
  }
  const missing = await run.quorum.missing();
  if (missing !== undefined) run.stop.ask(missing);
  return missing;
};

const explained = (run: Run, error: PveError): string => run.secrets.without(error.message);

const sawItDone = async (run: Run, { action }: Turn): Promise<boolean> =>
  isSo(action.expects, await run.view.look(action));

/** What to make of a task's end. Where it went wrong, the object may still be as it should: that is what counts. */
const afterTask = async (run: Run, turn: Turn, end: TaskEnd): Promise<CallEnd> => {
  switch (end.kind) {
    case "ok":
    case "warnings":
      return { kind: "over" };
    case "failed":
      if (await sawItDone(run, turn)) return { kind: "settled" };
      return { kind: "failed", why: `its task ended with: ${run.secrets.without(end.reason)}` };
    case "unknown":
      if (await sawItDone(run, turn)) return { kind: "settled" };
      return {
        kind: "unclear",
        why: `nobody can say how its task ended: ${run.secrets.without(end.reason)}`,
        next: "Look at the object and at the task's log, then plan again.",
      };
  }
};

/** Follows a task that a call of the action started. */
export const follow = async (run: Run, turn: Turn, upid: string): Promise<CallEnd> => {
  const { action, index } = turn;
  run.tasks.add(upid);
  run.tell({ kind: "task", action: action.id, call: index, upid });
  try {
    const end = await followTask(run.pve, run.clock, upid, {
      line: (text) => run.tell({ kind: "line", action: action.id, text: run.secrets.without(text) }),
      share: (share) => run.tell({ kind: "progress", action: action.id, share }),
    });
    const how = "reason" in end ? run.secrets.without(end.reason) : end.kind;
    await run.record({ kind: "task ended", action: action.id, call: index, upid, how });
    return await afterTask(run, turn, end);
  } catch (error) {
    if (!(error instanceof PveError)) throw error;
    const why = `its task cannot be followed any more: ${explained(run, error)}`;
    return { kind: "unclear", why, next: `Look how ${upid} ended, then plan again.` };
  }
};

/** What was sent a moment ago may still be on its way: so long is looked for it. Milliseconds. */
const searchMs = 3000;

/** The UPID of the task that the call started; null where it started none, undefined where nobody can say. */
const lostTask = async (run: Run, { call }: Turn, sentAt: number): Promise<string | null | undefined> => {
  if (call.answers === "nothing") return null;
  try {
    return (await findLostTask(run.pve, call, { sentAt, known: run.tasks, user: run.user })) ?? null;
  } catch (error) {
    if (error instanceof PveError) return undefined;
    throw error;
  }
};

/** Looks a few times for what a request did that was sent and never answered. */
const searched = async (run: Run, turn: Turn, sentAt: number): Promise<CallEnd | "nothing" | "cannot be seen"> => {
  const { action, index } = turn;
  const isLast = index === action.calls.length - 1;
  const began = run.clock.monotonic();
  for await (const pause of pauses(run.clock, run.patience.callMs)) {
    if (pause === 0) continue;
    const upid = await lostTask(run, turn, sentAt);
    if (typeof upid === "string") {
      await run.record({ kind: "answered", action: action.id, call: index, upid });
      return follow(run, turn, upid);
    }
    const seen = await run.view.look(action);
    if (isLast && isSo(action.expects, seen)) return { kind: "settled" };
    const isCertain = upid === null && seen.kind !== "blind";
    if (isCertain && run.clock.monotonic() - began >= searchMs) return "nothing";
  }
  return "cannot be seen";
};

/**
 * What to do about a request of which nobody knows whether it was carried out: finds its task, or its effect; sends it
 * again where it is seen that it had none, or where doing it twice is doing it once.
 */
export const settle = async (run: Run, turn: Turn, sentAt: number): Promise<CallEnd | "send again"> => {
  const { action, call, index } = turn;
  run.tell({ kind: "waiting", action: action.id, why: "no word of how it went; looking" });
  const found = await searched(run, turn, sentAt);
  const unclear = {
    kind: "unclear",
    why: `the connection broke at ${whatOf(call)}, and nothing shows whether that was done`,
    next: "Look at the object, then plan again.",
  } as const;
  if (found === "cannot be seen") return unclear;
  if (found !== "nothing") return found;
  // Doing it twice is doing it once; or there would be a task; or all would be as it should, this being the last call.
  if (call.method !== "POST" || call.answers === "task" || index === action.calls.length - 1) return "send again";
  if (index === 0 && isSo(action.from, await run.view.look(action))) return "send again";
  return unclear;
};

type Sent =
  | CallEnd
  | { readonly kind: "task"; readonly upid: string }
  | { readonly kind: "uncertain"; readonly sentAt: number }
  | { readonly kind: "later"; readonly why: string; readonly next?: string };

/** A node that dies in the middle of a task leaves its guest locked, which only a person may say is over. */
const whenLocked = ({ action: { object }, call }: Turn): string => {
  const { vmid } = call.parameters;
  const program = call.path.includes("/lxc") ? "pct" : "qm";
  return `If no task of it runs any more, "${program} unlock ${typeof vmid === "number" || typeof vmid === "string" ? vmid : object.id}" on its node takes the lock away; then plan again.`;
};

const afterRefusal = async (run: Run, turn: Turn, error: PveError): Promise<Sent> => {
  const { action, call, index } = turn;
  const why = explained(run, error);
  await run.record({ kind: "refused", action: action.id, call: index, why });
  if (call.method === "DELETE" && error.kind === "missing") return { kind: "over" };
  if (error.kind === "no-quorum" || error.kind === "unauthenticated") {
    run.stop.ask(error.kind === "no-quorum" ? "the cluster has no quorum" : `the login is not valid any more: ${why}`);
    return { kind: "left", why };
  }
  if (error.kind === "locked") return { kind: "later", why, next: whenLocked(turn) };
  if (passing.has(error.kind)) return { kind: "later", why };
  return (await sawItDone(run, turn)) ? { kind: "settled" } : { kind: "failed", why };
};

/** Puts away what is told only once, before anything else. */
const kept = async (run: Run, { reveals }: Call, data: unknown): Promise<void> => {
  if (reveals === undefined || typeof data !== "object" || data === null) return;
  const secret = Object.entries(data).find(([key]) => key === reveals.key)?.[1];
  if (typeof secret !== "string") return;
  run.secrets.conceal(secret);
  await run.keepSecret(reveals.as, secret);
};

const sendOnce = async (run: Run, turn: Turn): Promise<Sent> => {
  const { action, call, index } = turn;
  const held = await heldBack(run, turn);
  if (held !== undefined) return { kind: "left", why: held };
  try {
    const parameters = await sentParameters(call.parameters, run.secrets);
    const what = whatOf(call);
    const sentAt = run.clock.now();
    await run.record({ kind: "sending", action: action.id, call: index, method: call.method, path: call.path });
    run.tell({ kind: "sent", action: action.id, call: index, what });
    try {
      const { data } = await run.pve.request(call.method, call.path, parameters);
      await kept(run, call, data);
      const upid = parseUpid(data) === undefined ? undefined : String(data);
      await run.record({ kind: "answered", action: action.id, call: index, ...(upid === undefined ? {} : { upid }) });
      return upid === undefined ? { kind: "over" } : { kind: "task", upid };
    } catch (error) {
      if (!(error instanceof PveError)) throw error;
      return error.uncertain ? { kind: "uncertain", sentAt } : await afterRefusal(run, turn, error);
    }
  } catch (error) {
    if (error instanceof MissingSecret) return { kind: "failed", why: error.message };
    throw error;
  }
};

/** How often a request that had no effect is sent again. */
const mostSendings = 4;

/** Sends a call, waits where it is locked out, follows its task, and finds out where it was cut off. */
export const send = async (run: Run, turn: Turn): Promise<CallEnd> => {
  let why = "nothing answered";
  let next: string | undefined;
  let sendings = 0;
  for await (const _ of pauses(run.clock, run.patience.callMs)) {
    const sent = await sendOnce(run, turn);
    switch (sent.kind) {
      case "task":
        return follow(run, turn, sent.upid);
      case "later":
        ({ why, next } = sent);
        run.tell({ kind: "waiting", action: turn.action.id, why });
        continue;
      case "uncertain": {
        const settled = await settle(run, turn, sent.sentAt);
        if (settled !== "send again") return settled;
        sendings += 1;
        why = "the connection broke each time, and it was not done";
        if (sendings >= mostSendings) return { kind: "failed", why };
        continue;
      }
      case "over":
      case "settled":
      case "failed":
      case "unclear":
      case "left":
        return sent;
    }
  }
  return { kind: "failed", why, ...(next === undefined ? {} : { next }) };
};
