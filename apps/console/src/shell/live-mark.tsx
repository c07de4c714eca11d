import { Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Api } from "../api/client.ts";
import { read } from "../api/read.ts";
import { span } from "../figures/span.ts";
import { type LiveState, useLiveState } from "../live/live-updates.ts";
import { useNow } from "../live/use-now.ts";
import classes from "./live-mark.module.css";

type Told = { readonly tone: "well" | "waiting" | "ill"; readonly short: string; readonly long: string };

/** So old may the last look be before that is said. Milliseconds. */
const staleMs = 45_000;

const toldOf = (live: LiveState, brief: Api<"ClusterBrief"> | undefined, failed: boolean, now: number): Told => {
  if (failed || live.kind === "lost")
    return {
      tone: "ill",
      short: "server lost",
      long: "The server does not answer. What is shown is what it said last.",
    };
  if (brief === undefined) return { tone: "waiting", short: "…", long: "The server is being asked." };
  const age = brief.readAt === undefined ? undefined : now - brief.readAt;
  const old = age === undefined ? "never seen" : `seen ${span(age)} ago`;
  if (brief.trouble !== undefined)
    return {
      tone: "ill",
      short: old,
      long: `Looking at the cluster has failed for ${span(now - brief.trouble.since)}: ${brief.trouble.why}`,
    };
  if (age === undefined) return { tone: "waiting", short: "first look", long: "It is being asked for the first time." };
  if (age > staleMs) return { tone: "ill", short: old, long: "The last look is older than it should be." };
  return {
    tone: live.kind === "live" ? "well" : "waiting",
    short: "live",
    long: `The cluster was seen ${span(age)} ago; what changes shows by itself.`,
  };
};

/** Says whether what is shown is how it is now. */
export const LiveMark = ({ cluster }: { readonly cluster: string }) => {
  const { data, isError } = useQuery(read("listClusters", {}));
  const live = useLiveState();
  const now = useNow();
  const { tone, short, long } = toldOf(
    live,
    data?.clusters.find(({ id }) => id === cluster),
    isError,
    now,
  );
  return (
    <Tooltip label={long} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <button type="button" className={classes[tone]} aria-label={`${short}: ${long}`}>
        {short}
      </button>
    </Tooltip>
  );
};
