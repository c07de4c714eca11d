import {
  type Alert,
  type AlertRule,
  alertmanagerPush,
  alertsOf,
  dispatch,
  type FindingAround,
  type Incident,
  incidentsAfter,
  lookBack,
  type Notifier,
  nothingTold,
  nothingYet,
  type Pace,
  quietOf,
  type Reach,
  reachOf,
  rendered,
  rulesOf,
  SeriesWindow,
  type Surroundings,
  silencedBy,
  type Transition,
  undeclaredRules,
  pace as usualPace,
  watch,
} from "@orrery/alerting";
import type { Clock } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import type { Monitored } from "@orrery/state";
import type { Look } from "../look.ts";
import type { AlertMemory, AlertStep, Going, KeptLook, Notice } from "./alert-memory.ts";
import { Changes } from "./changes.ts";
import { Delivery, type Receivers } from "./delivery.ts";
import { openIn, windowSamples, windowsAt } from "./open-windows.ts";
import { shifted } from "./shift.ts";

/** What became of alerts and incidents in one look. */
export type AlertNews = {
  readonly cluster: string;
  readonly at: number;
  readonly transitions: readonly Transition[];
  /** Those that are new or otherwise than before. */
  readonly incidents: readonly Incident[];
};

export type AlertWatchOptions = {
  readonly cluster: string;
  readonly clock: Pick<Clock, "now">;
  readonly memory: AlertMemory;
  readonly notifier: Notifier;
  /** What is declared; usual rules where nothing is. */
  readonly lab?: Lab | undefined;
  /** Who is told; asked with each look, since it may change. */
  readonly receivers: () => Promise<Receivers>;
  /** Where a person finds Orrery, for links. */
  readonly externalUrl: () => string;
  readonly pace?: Pace;
  /** What is known to be wrong, for an incident that opens. */
  readonly findings?: (look: Look) => readonly FindingAround[];
  /** Told after it was kept. */
  readonly told?: (news: AlertNews) => void;
  /** Told of what went wrong here, a sentence each. */
  readonly complain?: (sentence: string, error: unknown) => void;
};

/** So long after the beginning, what was not asked yet says nothing of what there is. Milliseconds. */
const warmingMs = 300_000;
/** How often Alertmanagers are told what fires, and how long they believe it. */
const pushMs = 60_000;
const believedMs = 4 * pushMs;
/** Looks that could not be kept wait for the memory to come back; older ones are let go. */
const mostUnkept = 500;

/** The rules for a cluster; each alert of them says whose it is. */
export const alertRulesFor = (cluster: string, lab: Lab | undefined, at: number): readonly AlertRule[] =>
  (lab === undefined ? undeclaredRules(at) : Object.values(rulesOf(lab, at)).flat()).map((rule) => ({
    ...rule,
    labels: { ...rule.labels, cluster },
  }));

const isAwaited = ({ cluster, nodes, backups, guests }: Monitored): boolean =>
  [
    ...Object.values(cluster),
    ...Object.values(nodes).flatMap((sections) => Object.values(sections)),
    ...Object.values(backups),
    ...Object.values(guests),
  ].some(({ kind }) => kind === "awaited");

const isDark = ({ samples }: Look): boolean => samples.every(({ metric }) => metric === "up");

const reads = (rule: AlertRule, metrics: string): boolean =>
  Object.keys(reachOf([rule])).some((metric) => metric.startsWith(metrics));

const longestIn = (reach: Reach): number =>
  Math.max(lookBack, ...Object.values(reach).flatMap((asked) => asked.map(({ span }) => span)));

/** Watches over the alerts of one cluster, look by look: what fires, what was opened by it, and who is told. */
export class AlertWatch {
  readonly #options: AlertWatchOptions;
  readonly #rules: readonly AlertRule[];
  readonly #reach: Reach;
  readonly #longest: number;
  readonly #delivery: Delivery;
  readonly #changes = new Changes();
  readonly #ending = new AbortController();
  #series: SeriesWindow;
  #loaded: { revision: number; going: Going } | undefined;
  #unkept: KeptLook[] = [];
  #began: number | undefined;
  #pushed = Number.NEGATIVE_INFINITY;
  #tail: Promise<void> = Promise.resolve();
  readonly #delivering = new Set<Promise<void>>();

  constructor(options: AlertWatchOptions) {
    const { cluster, lab, clock, memory, notifier } = options;
    this.#options = options;
    this.#rules = alertRulesFor(cluster, lab, clock.now());
    this.#reach = reachOf(this.#rules);
    this.#longest = longestIn(this.#reach) * 1000;
    this.#series = new SeriesWindow(this.#reach);
    this.#delivery = new Delivery({ cluster, memory, notifier, clock, ended: this.#ending.signal });
  }

  /** Takes in a look, after those before it. Never rejects: what goes wrong is complained of. */
  look(look: Look): Promise<void> {
    this.#tail = this.#tail.then(async () => {
      if (this.#ending.signal.aborted) return;
      try {
        await this.#take(look);
      } catch (error) {
        this.#complain("Alerts could not be kept", error);
      }
    });
    return this.#tail;
  }

  /** Resolves when all that was looked at is worked upon, and what was due is sent. */
  async settled(): Promise<void> {
    await this.#tail;
    await Promise.all(this.#delivering);
  }

  /** Ends it: what is under way is sent, what waits is left to whoever comes next. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.settled();
  }

  async #going(): Promise<{ revision: number; going: Going }> {
    if (this.#loaded !== undefined) return this.#loaded;
    const { revision, going, looks } = await this.#options.memory.load(this.#options.cluster);
    this.#series = new SeriesWindow(this.#reach);
    for (const { at, lasting } of looks) this.#series.take(at, lasting);
    this.#unkept = [];
    this.#loaded = {
      revision,
      going: going ?? { at: looks.at(-1)?.at ?? Number.NEGATIVE_INFINITY, watch: nothingYet, told: nothingTold },
    };
    return this.#loaded;
  }

  /** By the clock as it is now. Series do not survive its being set: they would say what never was. */
  #clockSet(going: Going, by: number): Going {
    this.#series = new SeriesWindow(this.#reach);
    this.#unkept = [];
    return shifted(going, by);
  }

  async #take(look: Look): Promise<void> {
    const { cluster, memory, externalUrl, pace = usualPace, lab } = this.#options;
    const { at } = look;
    const loaded = await this.#going();
    let { going } = loaded;
    if (look.jumped !== undefined && Number.isFinite(going.at)) going = this.#clockSet(going, look.jumped);
    // Another server's clock is a little ahead: the next look will do.
    if (at <= going.at) return;
    this.#began ??= at;

    const windows = windowsAt(lab, at);
    const told = look.samples.some(({ metric }) => metric === "orrery_maintenance_window_open");
    const samples = told ? look.samples : [...look.samples, ...windowSamples(windows)];
    this.#series.take(at, samples);
    this.#unkept.push({ at, lasting: this.#series.lasting(samples, lookBack) });
    if (this.#unkept.length > mostUnkept) this.#unkept.shift();

    const isBlind = this.#blindness(look, at - this.#began < warmingMs);
    const after = watch(this.#rules, this.#series, going.watch, at, isBlind);
    for (const { rule, why } of after.failures) this.#complain(`The rule ${rule} could not be evaluated`, why);

    const [silences, receivers] = await Promise.all([memory.silences(cluster, at), this.#options.receivers()]);
    const firing = alertsOf(after.watch).filter(({ state }) => state.kind === "firing");
    const around: Surroundings = { firing, silences, openWindows: openIn(windows) };
    const words = Object.fromEntries(Object.entries(receivers).filter(([, { kind }]) => kind !== "alertmanager"));
    const dispatched = dispatch(
      after.watch,
      {
        receivers: words,
        pace: { ...pace, groupBy: [...pace.groupBy, "cluster"] },
        silences,
        openWindows: openIn(windows),
      },
      going.told,
      at,
    );
    const notices = dispatched.notifications.flatMap((notification, place): Notice[] => {
      const receiver = words[notification.receiver];
      if (receiver === undefined) return [];
      const message = rendered(notification, receiver, externalUrl());
      return [{ id: `orrery-${cluster}-${at}-${place}`, at, receiver: notification.receiver, message }];
    });

    const step: AlertStep = {
      going: { at, watch: after.watch, told: dispatched.told },
      looks: this.#unkept,
      forgetLooksBefore: at - this.#longest,
      transitions: after.transitions,
      changes: this.#changes.of(look.seen),
      ...this.#incidents(look, after.transitions, around),
      notices,
    };
    const incidents = await memory.keep(cluster, loaded.revision, step);
    if (incidents === undefined) {
      // Another server wrote meanwhile: what it knows counts.
      this.#loaded = undefined;
      return;
    }
    this.#loaded = { revision: loaded.revision + 1, going: step.going };
    this.#unkept = [];
    if (after.transitions.length > 0 || incidents.length > 0)
      this.#tell({ cluster, at, transitions: after.transitions, incidents });
    this.#push(receivers, alertsOf(after.watch), around, after.transitions.length > 0, at);
    this.#deliver(receivers);
  }

  /** Of which rules so little is seen yet that what they do not find may be there all the same. */
  #blindness(look: Look, isWarming: boolean): (rule: AlertRule) => boolean {
    if (isDark(look) || (isWarming && isAwaited(look.seen))) return () => true;
    const isUnasked = isWarming && Object.values(look.seen.agents).some(({ kind }) => kind === "awaited");
    const isUnjudged = isWarming && look.isBeginning === true;
    if (!isUnasked && !isUnjudged) return () => false;
    return (rule) => (isUnasked && reads(rule, "pve_guest_agent_")) || (isUnjudged && reads(rule, "orrery_"));
  }

  #incidents(look: Look, transitions: readonly Transition[], around: Surroundings): Pick<AlertStep, "incidents"> {
    const grave = transitions.filter(({ to }) => to === "firing" || to === "resolved");
    if (grave.length === 0) return {};
    const quiet = ({ alert }: Transition): boolean => quietOf(alert, around, look.at) !== undefined;
    const findings = grave.some((one) => one.to === "firing" && !quiet(one))
      ? (this.#options.findings?.(look) ?? [])
      : [];
    return { incidents: (open) => incidentsAfter(open, grave, quiet, findings) };
  }

  /** Alertmanagers gather, repeat and inhibit by themselves: they are told all that fires, again and again. */
  #push(receivers: Receivers, alerts: readonly Alert[], around: Surroundings, isNews: boolean, at: number): void {
    if (!isNews && at - this.#pushed < pushMs) return;
    this.#pushed = at;
    const { notifier, externalUrl, cluster } = this.#options;
    for (const [name, receiver] of Object.entries(receivers)) {
      if (receiver.kind !== "alertmanager") continue;
      const wanted = alerts.filter(
        ({ labels, state }) =>
          state.kind !== "pending" &&
          (labels.severity === "none" || receiver.severities.some((severity) => severity === labels.severity)) &&
          silencedBy(labels, around.silences, at) === undefined,
      );
      if (wanted.length === 0) continue;
      const { url, token } = receiver;
      const message = {
        kind: "post" as const,
        url: `${url.replace(/\/+$/, "")}/api/v2/alerts`,
        ...(token === undefined ? {} : { token }),
        body: alertmanagerPush(wanted, externalUrl(), at + believedMs),
      };
      notifier.send(receiver, message, `orrery-${cluster}-${at}-push`).then(
        (delivery) => {
          if (delivery.kind === "failed") this.#complain(`The Alertmanager ${name} was not told`, delivery.why);
        },
        (error: unknown) => this.#complain(`The Alertmanager ${name} was not told`, error),
      );
    }
  }

  #deliver(receivers: Receivers): void {
    const delivering = this.#delivery
      .deliver(receivers)
      .catch((error: unknown) => this.#complain("Notifications could not be sent", error))
      .finally(() => this.#delivering.delete(delivering));
    this.#delivering.add(delivering);
  }

  #tell(news: AlertNews): void {
    try {
      this.#options.told?.(news);
    } catch (error) {
      this.#complain("News of alerts could not be passed on", error);
    }
  }

  #complain(sentence: string, error: unknown): void {
    try {
      this.#options.complain?.(sentence, error);
    } catch {
      // A log that fails must not end the alerts.
    }
  }
}
