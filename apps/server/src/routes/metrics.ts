import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { valueIn } from "@orrery/state";
import { contentTypes, type Format, formatFor, labelled, MetricsPage, takesGzip } from "@orrery/telemetry";
import type { ClusterWatch } from "@orrery/watch";
import { z } from "zod";
import { type Caller, maySee } from "../access/caller.ts";
import type { Cluster } from "../clusters/cluster.ts";
import { several } from "../http/paging.ts";
import { Refusal } from "../http/refusal.ts";
import { nothing, type Route, textRoute } from "../http/route.ts";
import type { Services } from "../services.ts";

const packed = promisify(gzip);

type Exchange = {
  readonly header: (name: string, value: string) => void;
  readonly asked: (name: string) => string | undefined;
};

/** What the one who asks can read, said in the headers of the answer. */
const formOf = ({ asked, header }: Exchange): { readonly format: Format; readonly gzipped: boolean } => {
  const format = formatFor(asked("accept"));
  const gzipped = takesGzip(asked("accept-encoding"));
  header("content-type", contentTypes[format]);
  header("vary", "accept, accept-encoding");
  if (gzipped) header("content-encoding", "gzip");
  return { format, gzipped };
};

const visible = (services: Services, caller: Caller): Cluster[] =>
  [...services.clusters.values()].filter(({ id }) => maySee(caller, id));

/** Whether a target is a cluster's id, or the name or address of one of its nodes, with a port or without. */
const isTarget = ({ id, feed }: Cluster, target: string): boolean => {
  if (target === id) return true;
  const host = target
    .replace(/^https:\/\//, "")
    .replace(/:\d+\/?$/, "")
    .replace(/^\[|\]$/g, "");
  const reading = feed.now();
  const membership = reading.kind === "read" ? valueIn(reading.state.membership) : undefined;
  return (
    membership?.cluster?.name === target ||
    membership?.members.some(({ name, address }) => host === name || host === address) === true
  );
};

const watchOf = (cluster: Cluster): ClusterWatch => {
  const watch = cluster.feed.watch?.();
  if (watch !== undefined) return watch;
  throw new Refusal("not-ready", `Another server looks at ${cluster.id} now. Scrape them all: one of them tells.`);
};

const targetOf = (clusters: readonly Cluster[], target: string | undefined): Cluster => {
  const [first, ...others] = target === undefined ? clusters : clusters.filter((one) => isTarget(one, target));
  if (first !== undefined && others.length === 0) return first;
  throw new Refusal(
    "bad-input",
    first === undefined
      ? "query.target: is no cluster here, and no node of one."
      : "query.target: there are several clusters. Name one by its id, as GET /api/clusters lists them.",
    { place: "query.target" },
  );
};

/** A page must come before Prometheus gives up, 10 s unless told. Milliseconds. */
const patienceMs = 9000;

const within = async <T>(work: Promise<T>, why: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal("not-ready", why)), patienceMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

const flag = z
  .string()
  .max(10)
  .default("1")
  .transform((text) => !["false", "0", ""].includes(text.toLowerCase()));

const ofCluster = textRoute({
  id: "getClusterMetrics",
  method: "GET",
  url: "/pve",
  tag: "Metrics",
  summary: "what is measured of a cluster, by the names of prometheus-pve-exporter and more, as it was seen last",
  about:
    "`target`: a cluster's id, or the name or address of one of its nodes; it may be left out where there is one cluster. `module` is taken, and says nothing: how a cluster is asked is in the server's settings. `cluster=0` or `node=0` leaves out half of it.",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  query: z.strictObject({
    target: z.string().max(300).optional(),
    module: z.string().max(100).optional(),
    cluster: flag,
    node: flag,
  }),
  type: contentTypes.prometheus,
  handle: async ({ query, caller, exchange, services }) => {
    const cluster = targetOf(visible(services, caller), query.target);
    const watch = watchOf(cluster);
    const format = formatFor(exchange.asked("accept"));
    const gzipped = takesGzip(exchange.asked("accept-encoding"));
    const page = await within(watch.page(query, format, gzipped), `${cluster.id} has not answered yet.`);
    if (page.kind === "dark") throw new Refusal("not-ready", `Nothing is known of ${cluster.id}: ${page.why}.`);
    formOf(exchange);
    return page.body;
  },
});

const everything = textRoute({
  id: "getMetrics",
  method: "GET",
  url: "/metrics",
  tag: "Metrics",
  summary: "what is measured of the server, and of all clusters that it looks at",
  about:
    "Where there are several clusters, what is told of one has a label `cluster`. `cluster=none` leaves them out, for those who scrape each by /pve; `cluster=ID` tells of that one.",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  query: z.strictObject({ cluster: several(z.string().max(100)) }),
  type: contentTypes.prometheus,
  handle: async ({ query, caller, exchange, services }) => {
    const page = new MetricsPage();
    services.metrics.measure(page);
    const isAlone = services.clusters.size === 1;
    for (const { id, feed } of visible(services, caller)) {
      const watch = feed.watch?.();
      const to = isAlone ? page : labelled(page, "cluster", id);
      if (watch === undefined) continue;
      watch.measureApi(to);
      services.metrics.kept(to, services.histories.keeping(id).state);
      if (query.cluster === undefined || query.cluster.includes(id)) watch.measure(to);
    }
    const { format, gzipped } = formOf(exchange);
    const text = Buffer.from(page.text(format));
    return gzipped ? packed(text, { level: 1 }) : text;
  },
});

export const metricsRoutes: readonly Route[] = [everything, ofCluster];

/** The same routes, but that whoever reaches the server may scrape it. */
export const withOpenMetrics = (routes: readonly Route[]): readonly Route[] =>
  routes.map((route) =>
    metricsRoutes.includes(route)
      ? { ...route, access: { kind: "open", because: "the server's settings say so: metrics are open" } }
      : route,
  );
