import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";

/** Whether the server tells of changes: `lost` since an instant of the browser's clock, in milliseconds. */
export type LiveState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "lost"; readonly since: number };

let state: LiveState = { kind: "connecting" };
const listeners = new Set<() => void>();

const become = (next: LiveState): void => {
  state = next;
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useLiveState = (): LiveState => useSyncExternalStore(subscribe, () => state);

/** Which operations give something else after an event of a kind. What is not shown is asked again when it is. */
const touchedBy: Readonly<Record<string, readonly string[] | "all">> = {
  cluster: "all",
  alert: ["listAlerts", "listAlertHistory", "getOverview", "listIncidents", "getTimeline"],
  incident: ["listIncidents", "getIncident", "getOverview", "getTimeline"],
  rehearsal: ["listRehearsals", "getRehearsal"],
};

/** What does not change because a cluster was looked at, or sees to that itself. */
const still: ReadonlySet<unknown> = new Set(["listRules", "getServer", "getSession", "getHistory", "getTaskLog"]);

/** What the server works out anew once a minute at most. */
const byTheMinute: ReadonlySet<unknown> = new Set(["listFindings", "listObjectives", "listFailures"]);
const minuteMs = 60_000;

const clusterOf = (taken: unknown): unknown => {
  const path = typeof taken === "object" && taken !== null && "path" in taken ? taken.path : undefined;
  return typeof path === "object" && path !== null && "cluster" in path ? path.cluster : undefined;
};

const refresh = (queries: QueryClient, kind: string, cluster: string): void => {
  const touched = touchedBy[kind];
  if (touched === undefined) return;
  void queries.invalidateQueries({
    predicate: ({ queryKey: [operation, taken], state: { dataUpdatedAt } }) => {
      const about = clusterOf(taken);
      if (about !== undefined && about !== cluster) return false;
      if (operation === "listClusters") return true;
      if (about === undefined) return false;
      if (byTheMinute.has(operation) && Date.now() - dataUpdatedAt < minuteMs) return false;
      return touched === "all" ? !still.has(operation) : touched.includes(String(operation));
    },
  });
};

/** Asks again for what a cluster's events say has changed, while a page of it is open. */
export const useLiveUpdates = (cluster: string): void => {
  const queries = useQueryClient();
  useEffect(() => {
    let source: EventSource | undefined;
    const open = (): void => {
      if (source !== undefined) return;
      const opened = new EventSource(`/api/events?cluster=${encodeURIComponent(cluster)}`);
      source = opened;
      opened.onopen = () => {
        // Whatever happened while nobody told of it.
        if (state.kind === "lost") void queries.invalidateQueries();
        become({ kind: "live" });
      };
      opened.onerror = () => {
        if (state.kind !== "lost") become({ kind: "lost", since: Date.now() });
        // A stream that was refused does not come back by itself; asking tells why, and leads to the sign-in.
        if (opened.readyState === EventSource.CLOSED) {
          close();
          void queries.invalidateQueries();
          reopening = setTimeout(open, 5000);
        }
      };
      for (const kind of Object.keys(touchedBy)) opened.addEventListener(kind, () => refresh(queries, kind, cluster));
      opened.addEventListener("missed", () => void queries.invalidateQueries());
    };
    let reopening: ReturnType<typeof setTimeout> | undefined;
    const close = (): void => {
      source?.close();
      source = undefined;
    };
    // A page that nobody sees needs no news, and a browser has few connections to one server.
    const followVisibility = (): void => {
      if (document.visibilityState === "hidden") close();
      else if (source === undefined) {
        open();
        refresh(queries, "cluster", cluster);
      }
    };
    open();
    document.addEventListener("visibilitychange", followVisibility);
    return () => {
      document.removeEventListener("visibilitychange", followVisibility);
      clearTimeout(reopening);
      close();
      become({ kind: "connecting" });
    };
  }, [cluster, queries]);
};
