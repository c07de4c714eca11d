import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask } from "../api/client.ts";
import { serverNow } from "../api/server-time.ts";
import { before, isRunning, rangeOf, type TimeSearch } from "./time-range.ts";

export type Asked = {
  readonly cluster: string;
  readonly metric: string;
  /** Only series that have them all: `{ id: "node/pve1" }`. */
  readonly labels?: Readonly<Record<string, string>>;
};

/** No more often than history has points. Milliseconds. */
const least = 10_000;

/** A stretch of history; one that ends now goes on, about as often as it gets a point. */
export const historyOf = ({ cluster, metric, labels = {} }: Asked, time: TimeSearch, which: "this" | "before") => {
  const { compare: _compare, ...stretch } = time;
  const running = isRunning(time);
  return queryOptions({
    queryKey: ["getHistory", { path: { cluster } }, metric, labels, stretch, which] as const,
    queryFn: ({ signal }) => {
      const range = rangeOf(time, serverNow());
      const { from, to } = which === "this" ? range : before(range);
      const query = {
        metric,
        labels: Object.entries(labels).map(([name, value]) => `${name}=${value}`),
        from: Math.round(from),
        to: Math.round(to),
      };
      return ask("getHistory", { path: { cluster }, query }, signal);
    },
    placeholderData: keepPreviousData,
    staleTime: running ? least : Number.POSITIVE_INFINITY,
    refetchInterval: ({ state: { data } }) => (running ? Math.max(least, (data?.step ?? 0) * 1000) : false),
  });
};
