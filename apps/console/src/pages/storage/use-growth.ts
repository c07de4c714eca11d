import { useQueries } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { type Growth, growthOf } from "./growth.ts";

const weekMs = 7 * 86_400_000;
/** Seconds. */
const step = 3600;
/** A question for each storage: no more than these are asked. */
const most = 60;

/** How storages filled over the last week, by the `id` that metrics have: `storage/node01/local`. */
export const useGrowth = (cluster: string, ids: readonly string[]): ReadonlyMap<string, Growth> =>
  useQueries({
    queries: ids.slice(0, most).map((id) => ({
      queryKey: ["growth", cluster, id],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<Growth> => {
        const to = Math.round(serverNow());
        const query = { metric: "pve_disk_usage_bytes", labels: [`id=${id}`], from: to - weekMs, to, step };
        const found = await ask("getHistory", { path: { cluster }, query }, signal);
        return growthOf(found.series[0]?.avg ?? [], found.step * 1000);
      },
      staleTime: 600_000,
    })),
    combine: (results) =>
      new Map(results.flatMap(({ data }, index) => (data === undefined ? [] : [[ids[index] ?? "", data] as const]))),
  });
