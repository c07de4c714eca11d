import { PveError } from "@orrery/contract";
import type { Action, HandOver, Seen } from "@orrery/plan";
import { type CallEnd, follow, isSo, send, type Turn } from "./call-run.ts";
import { findLostTask } from "./lost-task.ts";
import { pauses, type Run } from "./run.ts";

/** What was asked for and is not begun by then was not heard, and is asked for again. Milliseconds. */
const deafMs = 30_000;
const mostAsks = 3;

type Asked = { readonly action: Action; readonly handsOver: HandOver; readonly since: number };

/** The task in which it is done, where there is one by now. */
const taskOf = async (run: Run, { call }: Turn, { handsOver, since }: Asked): Promise<string | undefined> => {
  try {
    return await findLostTask(run.pve, call, { sentAt: since, known: run.tasks, types: handsOver.tasks });
  } catch (error) {
    if (error instanceof PveError) return undefined;
    throw error;
  }
};

const look = (run: Run, { object, node, expects }: Action): Promise<Seen> =>
  run.view.look({
    object,
    ...(node === undefined ? {} : { node }),
    ...(expects.kind === "present" ? { about: Object.keys(expects.properties) } : {}),
  });

/**
 * Waits until whoever was asked has done it: looks for their task and follows it. Asks again where nobody seems to have
 * heard. What is under way is waited for even where nothing new is begun any more.
 */
export const handedOver = async (run: Run, asked: Asked): Promise<CallEnd> => {
  const { action, handsOver } = asked;
  const index = action.calls.length - 1;
  const call = action.calls[index];
  if (call === undefined) return { kind: "over" };
  const turn = { action, call, index };
  let [asks, heardAt] = [1, run.clock.monotonic()];
  for await (const pause of pauses(run.clock, handsOver.within * 1000)) {
    const seen = await look(run, action);
    if (isSo(action.expects, seen)) return { kind: "settled" };
    const upid = await taskOf(run, turn, asked);
    if (upid !== undefined) {
      const end = await follow(run, turn, upid);
      if (end.kind !== "over") return end;
      heardAt = run.clock.monotonic();
    } else if (pause === 0)
      run.tell({ kind: "waiting", action: action.id, why: "it was asked for, and is not begun yet" });
    else if (run.clock.monotonic() - heardAt >= deafMs && asks < mostAsks && isSo(action.from, seen)) {
      asks += 1;
      heardAt = run.clock.monotonic();
      const again = await send(run, turn);
      if (again.kind !== "over" && again.kind !== "settled") return again;
    }
  }
  return {
    kind: "unclear",
    why: `it was asked for, and was not done within ${handsOver.within} s`,
    next: "Look at the log of the HA manager, then plan again.",
  };
};
