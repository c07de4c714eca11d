import type { LastLooks, Leader, Leadership } from "@orrery/store";
import type { Reign } from "./cluster.ts";
import type { ClusterFeed, FeedReading } from "./feed.ts";
import { packReading, unpackReading } from "./packed-reading.ts";

export type Led = {
  readonly cluster: string;
  readonly stand: (onChange: (leadership: Leadership) => void) => Pick<Leader, "resign">;
  readonly looks: Pick<LastLooks, "put" | "follow">;
  /** Begins to look, for as long as this server leads. */
  readonly makeFeed: (reign: Reign) => ClusterFeed;
  readonly now: () => number;
  readonly complain: (sentence: string, error: unknown) => void;
};

type Own = { readonly feed: ClusterFeed; readonly reign: Reign; readonly unsubscribe: () => void };

/**
 * Looks at a cluster while this server leads it, and tells what the leader saw while it follows. Where the database goes
 * away the one that led goes on looking, to show what is, until another leads: two that look do no harm, none that looks
 * is blind. Its reign is over then, and what must be done once is not done.
 */
export const ledFeed = ({ cluster, stand, looks, makeFeed, now, complain }: Led): ClusterFeed => {
  const listeners = new Set<(reading: FeedReading) => void>();
  let reading: FeedReading = { kind: "awaited", since: now() };
  let own: Own | undefined;
  let isEnding = false;
  let changing: Promise<void> = Promise.resolve();

  const tell = (next: FeedReading): void => {
    // Whoever begins to look has seen nothing: until then there is what was seen before.
    const { trouble: _over, ...before } = reading;
    const isOlder = next.kind === "awaited" && before.kind === "read";
    reading = isOlder ? { ...before, ...(next.trouble === undefined ? {} : { trouble: next.trouble }) } : next;
    for (const listener of listeners) listener(reading);
  };

  let putting = false;
  let unput: FeedReading | undefined;
  /** One after the other, and of those that came meanwhile the last. */
  const put = async (next: FeedReading, { term, lost }: Reign): Promise<void> => {
    unput = next;
    if (putting) return;
    putting = true;
    try {
      while (unput !== undefined && !lost.aborted) {
        const data = packReading(unput);
        unput = undefined;
        await looks.put({ cluster, term, at: now(), data });
      }
    } catch (error) {
      complain("Other servers cannot be told what was seen", error);
    } finally {
      putting = false;
    }
  };

  const end = async (): Promise<void> => {
    const ended = own;
    own = undefined;
    ended?.unsubscribe();
    await ended?.feed.stop();
  };

  const begin = (reign: Reign): void => {
    if (isEnding || reign.lost.aborted) return;
    const feed = makeFeed(reign);
    const unsubscribe = feed.subscribe((next) => {
      tell(next);
      if (!reign.lost.aborted) void put(reading, reign);
    });
    own = { feed, reign, unsubscribe };
    tell(feed.now());
  };

  /** One after the other: no look begins before the one before it has ended. */
  const change = (work: () => Promise<void> | void): void => {
    changing = changing.then(work).catch((error: unknown) => complain("Looking could not be begun or ended", error));
  };

  const onChange = (leadership: Leadership): void => {
    switch (leadership.kind) {
      case "leading":
        change(async () => {
          await end();
          begin(leadership);
        });
        return;
      case "following":
      case "resigned":
        change(end);
        return;
      case "cut off":
        change(() => {
          if (own !== undefined) return;
          const at = now();
          const why = `Who looks at this cluster cannot be told, for the database is out of reach: ${leadership.why}.`;
          tell({ ...reading, trouble: { since: reading.trouble?.since ?? at, at, why } });
        });
        return;
    }
  };

  const unfollow = looks.follow(cluster, ({ data }) => {
    if (own !== undefined) return;
    try {
      const seen = unpackReading(data);
      if (seen !== undefined) tell(seen);
    } catch (error) {
      complain("What another server saw cannot be read", error);
    }
  });
  const leader = stand(onChange);

  return {
    now: () => reading,
    watch: () => own?.feed.watch?.(),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: async () => {
      isEnding = true;
      unfollow();
      change(end);
      await changing;
      // Only now another begins.
      await leader.resign();
    },
  };
};
