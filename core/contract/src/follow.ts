import type { Clock } from "./clock.ts";
import type { PveAnswer } from "./exchange.ts";
import type { CallOptions, FollowedTask, FollowOptions } from "./proxmox.ts";
import { PveError, type PveErrorKind } from "./pve-error.ts";
import { type TaskEnd, type TaskLogLine, taskEndOf } from "./task.ts";
import { parseUpid } from "./upid.ts";
import type { ParameterValue } from "./wire.ts";

/** A read of the API: path template, parameters, options. */
export type Read = (
  path: string,
  parameters: Readonly<Record<string, ParameterValue>>,
  options: CallOptions,
) => Promise<PveAnswer<unknown>>;

const logPage = 500;
/** The task goes on whether or not somebody can be asked about it. */
const passing: ReadonlySet<PveErrorKind> = new Set(["unreachable", "node-unreachable", "broken-answer"]);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

type Look<T> = { readonly kind: "seen"; readonly value: T } | { readonly kind: "lost"; readonly reason: string };

/** Follows one task over `read`, on `clock`. */
export const follow = (read: Read, clock: Clock, upid: string, options: FollowOptions = {}): FollowedTask => {
  const task = parseUpid(upid);
  const path = "/nodes/{node}/tasks/{upid}/status";
  if (task === undefined)
    throw new PveError({ kind: "not-sent", status: 0, reason: `"${upid}" is no UPID`, method: "GET", path });
  const { node } = task;
  const { signal, withinMs, pollMs = 1000, patienceMs = 120_000 } = options;
  const began = clock.monotonic();

  const remaining = () => {
    if (withinMs === undefined) return undefined;
    const left = withinMs - (clock.monotonic() - began);
    if (left > 0) return left;
    const reason = `task ${upid} did not end within ${withinMs} ms`;
    throw new PveError({ kind: "deadline", status: 0, reason, method: "GET", path, node });
  };
  const pause = async () => {
    const left = remaining();
    try {
      await clock.sleep(left === undefined ? pollMs : Math.min(pollMs, left), signal);
    } catch (cause) {
      const reason = `following task ${upid} was aborted`;
      throw new PveError({ kind: "aborted", status: 0, reason, method: "GET", path, node, cause });
    }
  };

  /** Asks until there is an answer, or patience is at its end. */
  const look = async (
    template: string,
    parameters: Record<string, ParameterValue>,
  ): Promise<Look<PveAnswer<unknown>>> => {
    const since = clock.monotonic();
    for (;;) {
      try {
        const withinLeft = remaining();
        return {
          kind: "seen",
          value: await read(template, { node, upid, ...parameters }, { signal, withinMs: withinLeft }),
        };
      } catch (error) {
        if (!(error instanceof PveError) || !passing.has(error.kind)) throw error;
        if (clock.monotonic() - since >= patienceMs) return { kind: "lost", reason: error.message };
      }
      await pause();
    }
  };

  const statusNow = async (): Promise<Look<TaskEnd | undefined>> => {
    const seen = await look("/nodes/{node}/tasks/{upid}/status", {});
    if (seen.kind === "lost") return seen;
    const { data } = seen.value;
    const isStopped = isRecord(data) && data.status === "stopped";
    return { kind: "seen", value: isStopped ? taskEndOf(data.exitstatus) : undefined };
  };

  const end = async (): Promise<TaskEnd> => {
    for (;;) {
      const seen = await statusNow();
      if (seen.kind === "lost") return { kind: "unknown", reason: seen.reason };
      if (seen.value !== undefined) return seen.value;
      await pause();
    }
  };

  async function* lines(): AsyncGenerator<TaskLogLine, void> {
    let next = 0;
    for (;;) {
      // The status first: what the log holds after it said stopped is all there will be.
      const status = await statusNow();
      if (status.kind === "lost") return;
      for (;;) {
        const seen = await look("/nodes/{node}/tasks/{upid}/log", { start: next, limit: logPage });
        if (seen.kind === "lost") return;
        const page = logLines(seen.value.data).filter((line) => line.number > next);
        const whole = seen.value.total ?? next + page.length;
        if (isEmptyLog(page, whole)) break;
        for (const line of page) {
          yield line;
          next = line.number;
        }
        if (page.length === 0 || next >= whole) break;
      }
      if (status.value !== undefined) return;
      await pause();
    }
  }

  return { upid, end, [Symbol.asyncIterator]: lines };
};

const logLines = (data: unknown): readonly TaskLogLine[] => {
  if (!Array.isArray(data)) return [];
  return data.flatMap((row) => {
    const { n, t } = isRecord(row) ? row : {};
    return typeof n === "number" && typeof t === "string" ? [{ number: n, text: t }] : [];
  });
};

/** Proxmox answers an empty log with one line that is not in it. */
const isEmptyLog = (page: readonly TaskLogLine[], total: number) =>
  total <= 1 && page.length === 1 && page[0]?.number === 1 && page[0].text === "no content";
