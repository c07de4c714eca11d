import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Notifier } from "@orrery/alerting";
import type { Clock } from "@orrery/contract";
import { makeCertificate, readSecret } from "@orrery/machine";
import { sender } from "@orrery/notify";
import { systemClock } from "@orrery/pve";
import type { Store } from "@orrery/store";
import { memoryAlertMemory } from "@orrery/watch";
import manifest from "../package.json" with { type: "json" };
import { Provider, type ProviderPort } from "./access/provider.ts";
import { ProviderSignIn } from "./access/provider-sign-in.ts";
import { SignIn } from "./access/sign-in.ts";
import { Alerting } from "./alerting/alerting.ts";
import { memoryReceivers, storeReceivers } from "./alerting/receiver-settings.ts";
import { storeAlertMemory } from "./alerting/store-alert-memory.ts";
import type { Cluster, ClusterToWatch } from "./clusters/cluster.ts";
import { watching } from "./clusters/watching.ts";
import { readConsole } from "./console/console-files.ts";
import { EventBus } from "./events/event-bus.ts";
import { Histories } from "./history/histories.ts";
import { usualLimits } from "./http/gate.ts";
import { HttpServing } from "./http/serving.ts";
import type { Keeping } from "./keeping/keeping.ts";
import { memoryKeeping } from "./keeping/memory-keeping.ts";
import { storeKeeping } from "./keeping/store-keeping.ts";
import { type LogOptions, logging } from "./log.ts";
import { ServerMetrics } from "./metrics/server-metrics.ts";
import { Rehearsals } from "./rehearsals/rehearsals.ts";
import { routes } from "./routes/all.ts";
import { withOpenMetrics } from "./routes/metrics.ts";
import { providerBack } from "./routes/provider.ts";
import type { Services } from "./services.ts";

export type StartServer = {
  readonly clusters: readonly ClusterToWatch[];
  /** `127.0.0.1:7443` unless told; port 0 is any that is free. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** PEM files; a certificate is made where none is given. */
  readonly certificate?: { readonly certificate: string; readonly key: string };
  /** Where the server keeps what outlives it; in memory where none is given. Whoever opened it closes it, after the server stopped. */
  readonly store?: Store;
  readonly keeping?: Keeping;
  /** Where people sign in who have no password here, and the secret that this server has with it. */
  readonly provider?: Pick<ProviderPort, "settings" | "secret" | "fetch">;
  readonly clock?: Clock;
  /** Of accounts, sessions, tokens and the audit trail, where that is another one. */
  readonly ownClock?: Clock;
  /** Sends notifications of alerts; over the network unless told. */
  readonly notifier?: Notifier;
  /** Where a person finds this server, for links in what is sent; where it listens unless told. */
  readonly externalUrl?: string;
  /** Who may scrape: viewers by their tokens, or whoever reaches the server. Default `viewer`. */
  readonly metrics?: "viewer" | "open" | undefined;
  readonly log?: LogOptions;
  /** The folder of a built console, with a slash at its end. */
  readonly console?: URL;
  /** Holds every answer against its schema: for tests. */
  readonly checkReplies?: boolean;
};

export type RunningServer = {
  readonly url: string;
  /** PEM, and its SHA-256. */
  readonly certificate: string;
  readonly fingerprint: string;
  /** The one-time link that makes the first account; undefined where there is one. */
  readonly setupLink: string | undefined;
  /** Lets what is under way come to its end, for some seconds, and stops. */
  readonly stop: () => Promise<void>;
};

/** How long what is under way may take when the server stops. Milliseconds. */
const graceMs = 5000;
const sweepMs = 60_000;
const yearMs = 366 * 86_400_000;

const tlsOf = async (given: StartServer["certificate"], host: string, now: number) => {
  if (given !== undefined) {
    const [cert, key] = await Promise.all([readFile(given.certificate, "utf8"), readFile(given.key, "utf8")]);
    return { cert, key, fingerprint: new X509Certificate(cert).fingerprint256 };
  }
  const hosts = [...new Set(["localhost", "127.0.0.1", hostname(), host])].filter((name) => /^[\w.-]+$/.test(name));
  // A clock that is a little behind must not refuse it.
  const made = makeCertificate({ commonName: "Orrery", hosts, from: now - 86_400_000, until: now + yearMs });
  return { cert: made.pem, key: made.key, fingerprint: made.fingerprint };
};

const inUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** Tells listeners of the server what its clusters do. */
const relay = (clusters: readonly Cluster[], events: EventBus): (() => void) => {
  const ends = clusters.map(({ id, feed }) =>
    feed.subscribe((reading) =>
      events.tell({
        kind: "cluster",
        cluster: id,
        data: {
          reading: reading.kind,
          ...(reading.kind === "read" ? { readAt: reading.at } : {}),
          ...(reading.trouble === undefined ? {} : { trouble: reading.trouble.why }),
        },
      }),
    ),
  );
  return () => {
    for (const end of ends) end();
  };
};

const signingInBy = (
  given: NonNullable<StartServer["provider"]>,
  keeping: Keeping,
  clock: Clock,
  ownUrl: () => string,
): ProviderSignIn => {
  const { settings } = given;
  const back = (): string => new URL(providerBack, settings.url ?? ownUrl()).href;
  const provider = new Provider({ ...given, back }, () => clock.monotonic());
  return new ProviderSignIn(provider, settings, keeping, () => clock.now());
};

/** Watches clusters and answers for them over HTTPS, until it is stopped. */
export const startServer = async (options: StartServer): Promise<RunningServer> => {
  const { clock = systemClock, ownClock = clock, store, checkReplies = false } = options;
  const keeping = options.keeping ?? (store === undefined ? memoryKeeping() : storeKeeping(store));
  const { host, port } = options.listen ?? { host: "127.0.0.1", port: 7443 };
  const tls = await tlsOf(options.certificate, host, Date.now());
  // Nothing is waited for between the first look and the server that tells of it.
  const pages = options.console === undefined ? undefined : await readConsole(options.console);
  const signIn = new SignIn(keeping, () => ownClock.now());
  const stopping = new AbortController();
  const events = new EventBus();
  const rehearsals = new Rehearsals(events, () => clock.now());
  const log: Services["log"] = { error: (about, message) => app.log.error(about, message) };
  const ownUrl = (): string => {
    const address = app.server.address();
    return `https://${inUrl(host)}:${typeof address === "object" && address !== null ? address.port : port}`;
  };
  const now = (): number => clock.now();
  const complain = (sentence: string, error: unknown): void => log.error({ err: error }, sentence);
  const histories = new Histories({ store, now, complain });
  const sending = sender({ clock, secrets: (place) => readSecret(place, process.env) });
  const alerting = new Alerting({
    memory: store === undefined ? memoryAlertMemory() : storeAlertMemory(store),
    settings: store === undefined ? memoryReceivers() : storeReceivers(store),
    notifier: options.notifier ?? sending,
    clock,
    events,
    externalUrl: () => options.externalUrl ?? ownUrl(),
    complain,
  });
  const { clusters, endWatching } = watching(options.clusters, store, {
    now,
    complain,
    begun: ({ id, declared }, watch, reign) => {
      histories.follow(id, watch, reign);
      alerting.attend(id, declared, watch, reign);
    },
  });
  const provider = options.provider && signingInBy(options.provider, keeping, ownClock, ownUrl);
  const services: Services = {
    version: manifest.version,
    clock,
    ownClock,
    keeping,
    store,
    signIn,
    provider,
    clusters: new Map(clusters.map((cluster) => [cluster.id, cluster])),
    events,
    rehearsals,
    alerting,
    histories,
    metrics: new ServerMetrics(manifest.version),
    console: pages,
    stopping: stopping.signal,
    log,
  };
  const { app } = new HttpServing({
    routes: options.metrics === "open" ? withOpenMetrics(routes) : routes,
    services,
    limits: usualLimits(() => ownClock.monotonic()),
    tls,
    logger: logging(options.log ?? { level: "info" }),
    checkReplies,
  });
  // Node's own closing of all connections leaves out those that have not yet shaken hands.
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const secret = await app
    .listen({ host, port })
    .then(() => signIn.openSetup())
    .catch(async (error: unknown) => {
      histories.stop();
      await Promise.all([app.close(), endWatching()]);
      throw error;
    });
  const unrelay = relay(clusters, events);
  const sweeping = setInterval(() => {
    const now = ownClock.now();
    Promise.all([keeping.sessions, keeping.tokens, keeping.attempts].map((kept) => kept.sweep(now))).catch(
      (error: unknown) => app.log.error({ err: error }, "what expired cannot be dropped"),
    );
  }, sweepMs);
  const url = ownUrl();
  const stop = async (): Promise<void> => {
    stopping.abort();
    clearInterval(sweeping);
    unrelay();
    histories.stop();
    const impatient = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    // A receiver that hangs keeps nobody waiting: whoever leads next sends what was not settled.
    const told = Promise.race([alerting.stop(), sleep(graceMs, undefined, { ref: false })]);
    await Promise.all([app.close(), rehearsals.stop(), told, endWatching()]);
    await sending.close();
    clearTimeout(impatient);
  };
  let stopped: Promise<void> | undefined;
  return {
    url,
    certificate: tls.cert,
    fingerprint: tls.fingerprint,
    // Behind the #: no browser sends it on, and no log has it.
    setupLink: secret === undefined ? undefined : `${url}/setup#${secret}`,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
};
