import type { Clock } from "@orrery/contract";
import type { Store } from "@orrery/store";
import type { ProviderSignIn } from "./access/provider-sign-in.ts";
import type { SignIn } from "./access/sign-in.ts";
import type { Alerting } from "./alerting/alerting.ts";
import type { Cluster } from "./clusters/cluster.ts";
import type { ConsoleFiles } from "./console/console-files.ts";
import type { EventBus } from "./events/event-bus.ts";
import type { Histories } from "./history/histories.ts";
import type { Keeping } from "./keeping/keeping.ts";
import type { ServerMetrics } from "./metrics/server-metrics.ts";
import type { Rehearsals } from "./rehearsals/rehearsals.ts";

/** What handlers work with. */
export type Services = {
  readonly version: string;
  /** What is watched goes by it. */
  readonly clock: Clock;
  /** Accounts, sessions, tokens and the audit trail go by it: by real time, also where the time of a twin runs faster. */
  readonly ownClock: Clock;
  readonly keeping: Keeping;
  /** The database; undefined where everything is kept in this process alone. Whoever opened it closes it. */
  readonly store: Store | undefined;
  readonly signIn: SignIn;
  /** Undefined where no provider of identities is set up. */
  readonly provider: ProviderSignIn | undefined;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly events: EventBus;
  readonly rehearsals: Rehearsals;
  /** Values over time. */
  readonly histories: Histories;
  /** How this server goes. */
  readonly metrics: ServerMetrics;
  readonly alerting: Alerting;
  /** Undefined where none was built. */
  readonly console: ConsoleFiles | undefined;
  /** Aborted when the server stops: whatever answers for long ends then. */
  readonly stopping: AbortSignal;
  readonly log: { readonly error: (about: object, message: string) => void };
};
