import { PveError } from "@orrery/contract";
import type { Action, Call } from "@orrery/plan";
import type { CallEnd } from "./call-run.ts";
import type { CallPast } from "./journal.ts";
import { pauses, type Run } from "./run.ts";
import { sentParameters } from "./secret.ts";
import { followTask } from "./task.ts";

const reached = async (run: Run, node: string, withinMs: number): Promise<string | undefined> => {
  let why: string | undefined = "there was no time to ask";
  for await (const _ of pauses(run.clock, withinMs)) {
    why = await run.reach(node);
    if (why === undefined) return undefined;
  }
  return why;
};

/** Sends what takes a change back, as often as patience lasts; why it could not, or undefined. */
export const takeBack = async (run: Run, action: Action, call: Call, index: number): Promise<string | undefined> => {
  let why: string | undefined;
  for await (const _ of pauses(run.clock, run.patience.callMs)) {
    try {
      await run.record({ kind: "sending", action: action.id, call: index, method: call.method, path: call.path });
      const { data } = await run.pve.request(
        call.method,
        call.path,
        await sentParameters(call.parameters, run.secrets),
      );
      await run.record({ kind: "answered", action: action.id, call: index });
      if (call.answers === "nothing" || typeof data !== "string") return undefined;
      const told = { line: () => undefined, share: () => undefined };
      const end = await followTask(run.pve, run.clock, data, told);
      return end.kind === "failed" ? run.secrets.without(end.reason) : undefined;
    } catch (error) {
      if (!(error instanceof PveError)) throw error;
      why = run.secrets.without(error.message);
    }
  }
  return why;
};

const atTheConsole = (node: string): string =>
  `At the console of ${node}: put back /etc/network/interfaces as it was, run \`ifreload -a\`, and look whether it answers; then plan again.`;

/** Puts a node's network back as it was, as far as that can be done from outside. */
const rolledBack = async (run: Run, action: Action, node: string, cut: string): Promise<CallEnd> => {
  run.tell({ kind: "waiting", action: action.id, why: `${node} does not answer (${cut}); taking the change back` });
  const what = `${node} did not answer within ${action.rollbackAfter} s after the change (${cut})`;
  for (const [index, call] of (action.rollback ?? []).entries()) {
    const why = await takeBack(run, action, call, action.calls.length + index);
    if (why !== undefined)
      return { kind: "failed", why: `${what}, and it could not be taken back: ${why}`, next: atTheConsole(node) };
  }
  if ((action.rollback ?? []).length === 0)
    return { kind: "failed", why: `${what}, and the plan does not say how it is taken back`, next: atTheConsole(node) };
  const still = await reached(run, node, run.patience.callMs);
  return still === undefined
    ? { kind: "failed", why: `${what}; it was taken back, and ${node} answers again`, next: "Mend the declaration." }
    : { kind: "failed", why: `${what}; it was taken back, and still: ${still}`, next: atTheConsole(node) };
};

/**
 * Does the calls of a network change while a dead-man timer runs: unless the node is reached from outside in time, by
 * a new connection, the change is taken back. The timer is here and not on the node.
 */
export const guarded = async (
  run: Run,
  action: Action,
  past: ReadonlyMap<number, CallPast>,
  calls: () => Promise<CallEnd>,
): Promise<CallEnd> => {
  const { node, rollbackAfter = 0 } = action;
  if (node === undefined) return calls();
  const rollbackEnd = action.calls.length + (action.rollback ?? []).length;
  const wasTakingBack = [...past.keys()].some((index) => index >= action.calls.length && index < rollbackEnd);
  if (wasTakingBack) return rolledBack(run, action, node, "as an earlier run saw");
  const withinMs = rollbackAfter * 1000;
  const began = run.clock.monotonic();
  const work = calls();
  const bell = new AbortController();
  const rung = run.clock.sleep(withinMs, bell.signal).then(
    () => undefined,
    () => undefined,
  );
  const end = await Promise.race([work, rung]);
  bell.abort();
  if (end !== undefined && end.kind !== "over" && end.kind !== "settled" && end.kind !== "unclear") return end;
  const left = withinMs - (run.clock.monotonic() - began);
  const cut = left > 0 || end !== undefined ? await reached(run, node, Math.max(0, left)) : "its task did not end";
  if (cut === undefined) return end ?? { kind: "over" };
  const back = await rolledBack(run, action, node, cut);
  // What still hangs at the cut connection comes to its end, and its end counts no more.
  await work.catch(() => undefined);
  return back;
};
