import { essentials, observe, observeAgain, observeSources, type Scope } from "@orrery/collect";
import type { Clock, PveVersion } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import { partsFor, unseenFirewalls } from "@orrery/plan";
import type { PveClient } from "@orrery/pve";
import { type ClusterState, type NodePart, nodeParts } from "@orrery/state";
import type { ClusterFeed, FeedReading } from "./feed.ts";
import { lastSeen } from "./last-seen.ts";

export type PollingOptions = {
  readonly clock: Clock;
  /** Milliseconds from the end of a look to the next. Default 10,000. */
  readonly everyMs?: number;
  readonly lab?: Lab | undefined;
};

/** After failures the next look waits twice as long, up to this. */
const longestWaitMs = 60_000;

const withoutDeclaration: readonly NodePart[] = ["status", "services", "updates", "certificates", "subscription"];

/** What a console shows, and what plans for the lab need. */
const scopeFor = (lab: Lab | undefined, version: PveVersion): Scope => {
  const wanted = lab === undefined ? undefined : partsFor(lab, version);
  const nodes = new Set<NodePart>([...withoutDeclaration, ...(wanted?.nodes ?? [])]);
  return {
    cluster: [...new Set([...essentials.cluster, "votes" as const, "mappings" as const, ...(wanted?.cluster ?? [])])],
    nodes: nodeParts.filter((part) => nodes.has(part)),
    guestFiles: true,
    guestFirewalls: wanted?.guestFirewalls ? "in force" : "none",
  };
};

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Looks at a cluster again and again; what was seen last stays until something newer is seen. */
export const pollingFeed = (
  connect: () => Promise<PveClient<PveVersion>>,
  { clock, everyMs = 10_000, lab }: PollingOptions,
): ClusterFeed => {
  const ending = new AbortController();
  const listeners = new Set<(reading: FeedReading) => void>();
  let reading: FeedReading = { kind: "awaited", since: clock.now() };
  let pve: PveClient<PveVersion> | undefined;

  const tell = (next: FeedReading): void => {
    reading = next;
    for (const listener of listeners) listener(next);
  };

  const look = async (): Promise<void> => {
    pve ??= await connect();
    const before: ClusterState | undefined = reading.kind === "read" ? reading.state : undefined;
    const scope = scopeFor(lab, pve.version);
    const began = clock.monotonic();
    const first =
      before === undefined ? await observe(pve, clock, { scope }) : await observeAgain(before, pve, clock, { scope });
    const unseen = lab === undefined ? [] : unseenFirewalls(lab, first.state);
    const whole = unseen.length === 0 ? first : await observeSources(first.state, pve, clock, unseen);
    const requests = first.requests + (whole === first ? 0 : whole.requests);
    const { membership, guests } = whole.state;
    // The cluster as a whole says nothing: what was seen of it stays, and this look came to nothing.
    if (before !== undefined && membership.kind === "unreachable" && guests.kind === "unreachable")
      throw new Error(membership.why);
    const tookMs = clock.monotonic() - began;
    tell({ kind: "read", ...lastSeen(before, whole.state), at: clock.now(), requests, tookMs });
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!ending.signal.aborted) {
      try {
        await look();
        failures = 0;
      } catch (error) {
        failures += 1;
        const at = clock.now();
        tell({ ...reading, trouble: { since: reading.trouble?.since ?? at, at, why: why(error) } });
      }
      const wait = failures === 0 ? everyMs : Math.min(longestWaitMs, everyMs * 2 ** (failures - 1));
      await clock.sleep(wait, ending.signal).catch(() => undefined);
    }
  };
  const running = run();

  return {
    now: () => reading,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: async () => {
      ending.abort();
      // A look that is under way fails with its connection: nobody waits for a cluster that hangs.
      await pve?.close();
      await running;
    },
  };
};
