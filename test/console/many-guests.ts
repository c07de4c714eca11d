import type { ClusterFeed, FeedReading } from "@orrery/server";
import { type ClusterState, observed, valueIn } from "@orrery/state";

const statuses = ["running", "running", "running", "stopped"] as const;

/** Guests like those that there are, until there are so many; figures of the running ones are new with each look. */
const grown = (state: ClusterState, count: number): ClusterState => {
  const own = Object.values(valueIn(state.guests) ?? {});
  if (own.length === 0) return state;
  const made = Array.from({ length: count }, (_, index) => {
    const like = own[index % own.length];
    const seen = valueIn(like?.presence);
    if (like === undefined || seen === undefined) return [];
    const vmid = 100 + index;
    const status = statuses[index % statuses.length] ?? "running";
    const { figures, ...rest } = seen;
    const turn = ((index * 37 + Math.floor(state.at / 1000)) % 100) / 100;
    const presence = observed(state.at, {
      ...rest,
      status,
      name: `${seen.name ?? "guest"}-${index}`,
      tags: index % 3 === 0 ? "prod;web" : "test",
      ...(status === "running" && figures !== undefined ? { figures: { ...figures, cpu: turn } } : {}),
    });
    return [[String(vmid), { ...like, vmid, presence }] as const];
  });
  return { ...state, guests: observed(state.at, Object.fromEntries(made.flat())) };
};

/** A cluster seen as one of many guests. */
export const withGuests =
  (count: number) =>
  (feed: ClusterFeed): ClusterFeed => {
    const known = new WeakMap<ClusterState, ClusterState>();
    const seen = (reading: FeedReading): FeedReading => {
      if (reading.kind !== "read") return reading;
      const state = known.get(reading.state) ?? grown(reading.state, count);
      known.set(reading.state, state);
      return { ...reading, state };
    };
    return {
      ...feed,
      now: () => seen(feed.now()),
      subscribe: (listener) => feed.subscribe((reading) => listener(seen(reading))),
    };
  };
