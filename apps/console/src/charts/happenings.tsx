import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ask } from "../api/client.ts";
import { serverNow } from "../api/server-time.ts";
import { useCluster } from "../routes/use-cluster.ts";
import { Shown } from "../states/shown.tsx";
import { EventLane } from "./event-lane.tsx";
import { rangeOf, type TimeSearch } from "./time-range.ts";

type Happenings = {
  readonly time: TimeSearch;
  /** Only what is about these: `node node01`. All, unless told. */
  readonly about?: (subject: string) => boolean;
};

/** What happened in the stretch that the charts of the page show, on their axis. */
export const Happenings = ({ time, about = () => true }: Happenings) => {
  const cluster = useCluster();
  const { compare: _compare, ...stretch } = time;
  const query = useQuery({
    // In the form that live updates know: the operation, and what it took.
    queryKey: ["getTimeline", { path: { cluster } }, stretch],
    queryFn: ({ signal }) => {
      const { from, to } = rangeOf(time, serverNow());
      return ask("getTimeline", { path: { cluster }, query: { from: Math.round(from), to: Math.round(to) } }, signal);
    },
    placeholderData: keepPreviousData,
  });
  return (
    <Shown query={query} loading={null}>
      {({ entries, from, to }) => (
        <EventLane happenings={entries.filter(({ subject }) => about(subject))} range={{ from, to }} />
      )}
    </Shown>
  );
};
