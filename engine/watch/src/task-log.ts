import type { Port } from "@orrery/collect";

/** What a task wrote: the last of its lines, and how many came before them. */
export type TaskLog = { readonly before: number; readonly lines: readonly string[] };

/** So many lines are read at most. */
const most = 500;

const lineOf = (row: unknown): readonly string[] => {
  const text = typeof row === "object" && row !== null && "t" in row ? row.t : undefined;
  return typeof text === "string" ? [text] : [];
};

/** Reads what a task wrote. Rejects with a `PveError`. */
export const readTaskLog = async (
  pve: Pick<Port, "request">,
  task: { readonly node: string; readonly upid: string },
  withinMs: number,
): Promise<TaskLog> => {
  const path = "/nodes/{node}/tasks/{upid}/log";
  const from = (start: number) => pve.request("GET", path, { ...task, start, limit: most }, { withinMs });
  const first = await from(0);
  const before = Math.max(0, (first.total ?? 0) - most);
  const { data } = before === 0 ? first : await from(before);
  return { before, lines: Array.isArray(data) ? data.flatMap(lineOf) : [] };
};
