import type { AlertReceiver, Instant } from "@orrery/model";
import { keyOn, type Labels, labelKey, onlyLabels } from "../labels.ts";
import { type Alert, alertsOf, type Watch } from "../watch.ts";
import type { Pace } from "./pace.ts";
import { quietOf, type Silence } from "./silence.ts";

/** What a receiver is to be told, once. */
export type Notification = {
  readonly receiver: string;
  readonly at: Instant;
  /** `news`: something fires or is resolved that was not known to be. `reminder`: it still is as it was. */
  readonly kind: "news" | "reminder";
  /** What its alerts have in common by which they were gathered. */
  readonly group: Labels;
  readonly firing: readonly Alert[];
  readonly resolved: readonly Alert[];
};

type Group = {
  /** When it is looked at next. */
  readonly next: Instant;
  /** What the receiver was told last. */
  readonly told?: { readonly at: Instant; readonly firing: readonly string[]; readonly resolved: readonly string[] };
};

/** What was told to whom, by receiver and group. Plain JSON. */
export type Told = { readonly [receiver: string]: { readonly [group: string]: Group } };

export const nothingTold: Told = {};

export type Dispatching = {
  readonly receivers: Readonly<Record<string, Pick<AlertReceiver, "severities">>>;
  readonly pace: Pace;
  readonly silences: readonly Silence[];
  readonly openWindows: readonly string[];
};

const includesAll = (all: readonly string[], some: readonly string[]): boolean => {
  const known = new Set(all);
  return some.every((one) => known.has(one));
};

/** Whether there is something to say, and what sort of thing; as Alertmanager decides it. */
const worthTelling = (
  told: Group["told"],
  firing: readonly string[],
  resolved: readonly string[],
  repeat: number,
  at: Instant,
): Notification["kind"] | undefined => {
  if (told === undefined) return firing.length > 0 ? "news" : undefined;
  if (!includesAll(told.firing, firing)) return "news";
  if (firing.length === 0) return told.firing.length > 0 && resolved.length > 0 ? "news" : undefined;
  if (!includesAll(told.resolved, resolved)) return "news";
  return told.at <= at - repeat ? "reminder" : undefined;
};

/**
 * Who is to be told what now. Alerts are gathered into groups; a group is told of after a short wait, then when something
 * is new but not too often, and again from time to time while it fires. Sending is up to others: what comes out counts as told.
 *
 * @param before what the call before this one left
 */
export const dispatch = (
  watch: Watch,
  { receivers, pace, silences, openWindows }: Dispatching,
  before: Told,
  at: Instant,
): { readonly told: Told; readonly notifications: readonly Notification[] } => {
  const alerts = alertsOf(watch).filter(({ state }) => state.kind !== "pending");
  const firing = alerts.filter(({ state }) => state.kind === "firing");
  const around = { firing, silences, openWindows };
  const audible = new Set(alerts.filter((alert) => quietOf(alert, around, at) === undefined));
  const after: Record<string, Record<string, Group>> = {};
  const notifications: Notification[] = [];
  for (const [receiver, { severities }] of Object.entries(receivers)) {
    const wanted = alerts.filter(({ labels }) => severities.some((severity) => severity === labels.severity));
    const groups: Record<string, Group> = {};
    for (const [key, members] of Map.groupBy(wanted, ({ labels }) => keyOn(labels, pace.groupBy))) {
      const known = before[receiver]?.[key];
      const anyFires = members.some(({ state }) => state.kind === "firing");
      if (known === undefined && !anyFires) continue;
      const group: Group = known ?? { next: at + pace.groupWait * 1_000 };
      if (at < group.next) {
        groups[key] = group;
        continue;
      }
      const heard = members.filter((alert) => audible.has(alert));
      const on = heard.filter(({ state }) => state.kind === "firing");
      const begun = new Set(group.told?.firing);
      const over = new Set(group.told?.resolved);
      const onKeys = on.map(({ labels }) => labelKey(labels));
      // Nobody is told of an end whose beginning he was not told of.
      const off = heard.filter(({ state, labels }) => state.kind === "resolved" && begun.has(labelKey(labels)));
      const offKeys = heard.flatMap(({ state, labels }) => {
        const key = labelKey(labels);
        return state.kind === "resolved" && (begun.has(key) || over.has(key)) ? [key] : [];
      });
      const kind = worthTelling(group.told, onKeys, offKeys, pace.repeat * 1_000, at);
      if (kind !== undefined) {
        notifications.push({
          receiver,
          at,
          kind,
          group: onlyLabels(members[0]?.labels ?? {}, pace.groupBy),
          firing: on,
          resolved: off,
        });
      }
      const told = kind === undefined ? group.told : { at, firing: onKeys, resolved: offKeys };
      if (!anyFires && (told === undefined || told.firing.length === 0)) continue;
      groups[key] = { next: at + pace.groupInterval * 1_000, ...(told === undefined ? {} : { told }) };
    }
    if (Object.keys(groups).length > 0) after[receiver] = groups;
  }
  return { told: after, notifications };
};
