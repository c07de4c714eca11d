import { ClusterWatch, type Look, type WatchOptions } from "@orrery/watch";
import { sparingJudge } from "../judging/judge.ts";
import type { ClusterFeed, FeedReading } from "./feed.ts";

type Read = FeedReading & { readonly kind: "read" };

const troubleAfter = (before: FeedReading, { ok, at, trouble: why = "" }: Look): Pick<Read, "trouble"> =>
  ok ? {} : { trouble: { since: before.trouble?.since ?? at, at, why } };

/** What is known after a look, by what was known before it. */
const readingAfter = (before: FeedReading, look: Look): FeedReading => {
  const { state, stale, requests, tookMs } = look;
  const trouble = troubleAfter(before, look);
  if (state === undefined)
    return { kind: "awaited", since: before.kind === "awaited" ? before.since : look.at, ...trouble };
  const at = look.ok || before.kind !== "read" ? look.at : before.at;
  return { kind: "read", state, stale, requests, tookMs, at, ...trouble };
};

/** Watches a cluster from now on. */
export const watchFeed = (options: WatchOptions): ClusterFeed => {
  const watch = new ClusterWatch({ judge: sparingJudge, ...options });
  const listeners = new Set<(reading: FeedReading) => void>();
  let reading: FeedReading = { kind: "awaited", since: options.clock.now() };
  const deaf = watch.listen((look) => {
    reading = readingAfter(reading, look);
    for (const listener of listeners) listener(reading);
  });
  watch.start();
  return {
    now: () => reading,
    watch: () => watch,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: async () => {
      deaf();
      await watch.stop();
    },
  };
};
