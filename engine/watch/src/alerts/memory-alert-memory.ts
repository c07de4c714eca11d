import type { Incident, Transition } from "@orrery/alerting";
import type {
  AlertMemory,
  Change,
  Going,
  KeptLook,
  KeptNotice,
  KeptSilence,
  LoadedAlerts,
  NoticeState,
} from "./alert-memory.ts";

type Kept = {
  revision: number;
  going: Going | undefined;
  looks: KeptLook[];
  transitions: Transition[];
  changes: Change[];
  readonly incidents: Map<string, Incident>;
  readonly notices: Map<string, KeptNotice>;
  readonly silences: Map<string, KeptSilence>;
};

const empty = (): Kept => ({
  revision: 0,
  going: undefined,
  looks: [],
  transitions: [],
  changes: [],
  incidents: new Map(),
  notices: new Map(),
  silences: new Map(),
});

/** So many of each are kept: it is all in this process. */
const most = 10_000;

const isSettled = ({ kind }: NoticeState): boolean => kind === "sent" || kind === "failed";

const newestIn = <T extends { readonly at: number }>(
  all: readonly T[],
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
): readonly T[] =>
  all
    .filter(({ at }) => from <= at && at <= to)
    .slice(-limit)
    .reverse();

/** Keeps everything in this process, and nothing beyond it. */
export const memoryAlertMemory = (): AlertMemory => {
  const clusters = new Map<string, Kept>();
  const of = (cluster: string): Kept => {
    const known = clusters.get(cluster) ?? empty();
    clusters.set(cluster, known);
    return known;
  };
  const keptOf = async <T>(cluster: string, made: (kept: Kept) => T): Promise<T> => made(of(cluster));
  return {
    load: (cluster) =>
      keptOf(cluster, ({ revision, going, looks }): LoadedAlerts => ({ revision, going, looks: [...looks] })),
    going: (cluster) => keptOf(cluster, ({ going }) => going),
    keep: (cluster, revision, step) =>
      keptOf(cluster, (kept) => {
        if (kept.revision !== revision) return undefined;
        kept.revision += 1;
        kept.going = step.going;
        kept.looks = [...kept.looks, ...step.looks].filter(({ at }) => at >= step.forgetLooksBefore);
        kept.transitions = [...kept.transitions, ...step.transitions].slice(-most);
        kept.changes = [...kept.changes, ...step.changes].slice(-most);
        for (const notice of step.notices)
          kept.notices.set(notice.id, { ...notice, state: { kind: "waiting", tries: 0, next: notice.at } });
        const open = [...kept.incidents.values()].filter(({ state }) => state.kind !== "closed");
        const changed = (step.incidents?.(open) ?? open).filter((incident) => !open.includes(incident));
        for (const incident of changed) kept.incidents.set(incident.id, incident);
        return changed;
      }),

    unsettled: (cluster) =>
      keptOf(cluster, ({ notices }) => [...notices.values()].filter(({ state }) => !isSettled(state))),
    claim: (cluster, id, now, until) =>
      keptOf(cluster, ({ notices }) => {
        const notice = notices.get(id);
        if (notice === undefined || isSettled(notice.state)) return false;
        if (notice.state.kind === "sending" && notice.state.until > now) return false;
        notices.set(id, { ...notice, state: { kind: "sending", tries: notice.state.tries + 1, until } });
        return true;
      }),
    settle: (cluster, id, state) =>
      keptOf(cluster, ({ notices }) => {
        const notice = notices.get(id);
        if (notice !== undefined) notices.set(id, { ...notice, state });
      }),
    notices: (cluster, limit) => keptOf(cluster, ({ notices }) => [...notices.values()].slice(-limit).reverse()),

    silences: (cluster, at) =>
      keptOf(cluster, ({ silences }) => [...silences.values()].filter(({ ends }) => ends > at)),
    addSilence: (cluster, silence) =>
      keptOf(cluster, ({ silences }) => {
        silences.set(silence.id, silence);
      }),
    endSilence: (cluster, id, at) =>
      keptOf(cluster, ({ silences }) => {
        const silence = silences.get(id);
        if (silence === undefined || silence.ends <= at) return false;
        silences.set(id, { ...silence, ends: at });
        return true;
      }),

    incidents: (cluster, limit) => keptOf(cluster, ({ incidents }) => [...incidents.values()].slice(-limit).reverse()),
    incident: (cluster, id) => keptOf(cluster, ({ incidents }) => incidents.get(id)),
    amend: (cluster, id, change) =>
      keptOf(cluster, ({ incidents }) => {
        const incident = incidents.get(id);
        if (incident === undefined) return undefined;
        const changed = change(incident);
        incidents.set(id, changed);
        return changed;
      }),

    transitions: (cluster, span) => keptOf(cluster, ({ transitions }) => newestIn(transitions, span)),
    changes: (cluster, span) => keptOf(cluster, ({ changes }) => newestIn(changes, span)),
  };
};
