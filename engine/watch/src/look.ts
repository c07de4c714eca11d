import type { Sample } from "@orrery/alerting";
import type { ClusterState, Monitored } from "@orrery/state";

/** What was seen of a cluster in one cycle. Times are epoch milliseconds. */
export type Look = {
  readonly cluster: string;
  readonly at: number;
  /** The list of resources and that of members were answered in this cycle. */
  readonly ok: boolean;
  /** Why it is not. What was seen before stays, with its age, until it is too old. */
  readonly trouble?: string;
  /** Milliseconds that the clock jumped since the look before: `at` is so much more, or less, than time went by. */
  readonly jumped?: number;
  /** Not all was answered, or judged, since the watch began: what is not among the samples may be there all the same. */
  readonly isBeginning?: true;
  /** Each part says of when it is. Undefined until the cluster said for the first time what there is. */
  readonly state: ClusterState | undefined;
  /** Parts of the state that were asked for in vain since they were read, and why: `membership`, `nodes/pve1/status`. */
  readonly stale: ReadonlyMap<string, string>;
  readonly seen: Monitored;
  /** What is measured now, `up{job="orrery"}` with it; that alone where nothing is known of the cluster. */
  readonly samples: readonly Sample[];
  /** Since the look before. */
  readonly requests: number;
  readonly tookMs: number;
};
