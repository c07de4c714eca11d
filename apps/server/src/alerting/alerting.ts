import { type Delivery, type FindingAround, type Notification, type Notifier, rendered } from "@orrery/alerting";
import { checkLab } from "@orrery/assurance";
import type { Clock } from "@orrery/contract";
import { type AlertMemory, AlertWatch, type ClusterWatch, type Receivers } from "@orrery/watch";
import type { DeclaredLab, Reign } from "../clusters/cluster.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { ReceiverSettings } from "./receiver-settings.ts";

export type AlertingOptions = {
  readonly memory: AlertMemory;
  readonly settings: ReceiverSettings;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly events: Pick<EventBus, "tell">;
  readonly externalUrl: () => string;
  readonly complain: (sentence: string, error: unknown) => void;
};

/** Findings change slowly, and take a while to work out. */
const findingsFor = (declared: DeclaredLab | undefined, now: () => number) => (): readonly FindingAround[] => {
  if (declared === undefined) return [];
  return checkLab(declared.lab, { at: now() })
    .findings.filter(({ waived }) => waived === undefined)
    .map(({ rule, subject, why }) => ({ rule, subject, why }));
};

/** Alerts of all clusters of this server: watched over where it leads, told and answered for by any. */
export class Alerting {
  readonly memory: AlertMemory;
  readonly settings: ReceiverSettings;
  readonly #options: AlertingOptions;
  readonly #attended = new Set<() => Promise<void>>();

  constructor(options: AlertingOptions) {
    this.memory = options.memory;
    this.settings = options.settings;
    this.#options = options;
  }

  /** Whom alerts of a cluster reach: a declaration's receivers come before settings of the same name. */
  async receiversOf(declared: DeclaredLab | undefined): Promise<Receivers> {
    return { ...(await this.settings.all()), ...declared?.lab.monitoring.receivers };
  }

  /** Watches over the alerts of a cluster for as long as this server leads it. */
  attend(
    cluster: string,
    declared: DeclaredLab | undefined,
    watch: Pick<ClusterWatch, "listen">,
    { lost }: Pick<Reign, "lost">,
  ): void {
    const { memory, notifier, clock, events, externalUrl, complain } = this.#options;
    const alerts = new AlertWatch({
      cluster,
      clock,
      memory,
      notifier,
      lab: declared?.lab,
      receivers: () => this.receiversOf(declared),
      externalUrl,
      findings: findingsFor(declared, () => clock.now()),
      told: ({ transitions, incidents }) => {
        for (const { alert, to } of transitions)
          events.tell({
            kind: "alert",
            cluster,
            data: { rule: alert.name, severity: alert.labels.severity, state: to, summary: alert.annotations.summary },
          });
        for (const { id, subject, state } of incidents)
          events.tell({ kind: "incident", cluster, data: { id, subject, state: state.kind } });
      },
      complain: (sentence, error) => complain(`${sentence} (${cluster})`, error),
    });
    const unlisten = watch.listen((look) => (lost.aborted ? undefined : alerts.look(look)));
    const end = async (): Promise<void> => {
      this.#attended.delete(end);
      unlisten();
      await alerts.stop();
    };
    this.#attended.add(end);
    lost.addEventListener("abort", () => void end(), { once: true });
  }

  /** Ends all of it: what is under way is sent, the rest is left to whoever leads next. */
  async stop(): Promise<void> {
    await Promise.all([...this.#attended].map((end) => end()));
  }

  /** Sends a receiver something that nothing fires for. */
  async test(name: string, receivers: Receivers, by: string): Promise<Delivery | undefined> {
    const { notifier, clock, externalUrl } = this.#options;
    const receiver = receivers[name];
    if (receiver === undefined) return undefined;
    const at = clock.now();
    const labels = { alertname: "Test", severity: receiver.severities[0] ?? "warning", scope: "collector" };
    const notification: Notification = {
      receiver: name,
      at,
      kind: "news",
      group: { alertname: labels.alertname, severity: labels.severity },
      firing: [
        {
          name: labels.alertname,
          labels,
          annotations: {
            summary: "This is a test: nothing is wrong",
            description: `${by} asked for it.`,
            because: "Whoever is to be told of alerts should have seen one.",
          },
          value: 1,
          state: { kind: "firing", since: at, fired: at },
        },
      ],
      resolved: [],
    };
    return notifier.send(receiver, rendered(notification, receiver, externalUrl()), `orrery-test-${at}`);
  }
}
