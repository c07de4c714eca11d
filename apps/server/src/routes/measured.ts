import type { Sample } from "@orrery/alerting";
import { z } from "zod";
import { named } from "../http/open-api.ts";
import { several } from "../http/paging.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import type { Services } from "../services.ts";
import { clusterOf, clusterPath } from "./of-cluster.ts";

const metricName = z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$/, "expected the name of a metric");

const sample = named(
  "Sample",
  z.strictObject({ metric: z.string(), labels: z.record(z.string(), z.string()), value: z.number() }),
);

/** So far back is looked in what was kept, where another server does the looking. Milliseconds. */
const keptMs = 120_000;

const labelsOf = (given: readonly string[]): readonly (readonly [name: string, value: string])[] =>
  given.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new Refusal("bad-input", "query.labels: expected NAME=VALUE.", { place: "query.labels" });
    return [text.slice(0, at), text.slice(at + 1)];
  });

/** The newest that was kept of some metrics. */
const newestKept = async (
  { histories, clock }: Services,
  cluster: string,
  metrics: readonly string[],
): Promise<readonly Sample[]> => {
  const to = clock.now();
  const found = await Promise.all(
    metrics.map((metric) =>
      histories.source.query({ cluster, metric, labels: {}, from: to - keptMs, to, step: keptMs / 12 }),
    ),
  );
  return found.flatMap(({ series }, index): Sample[] =>
    series.flatMap(({ labels, avg }) => {
      const value = avg.findLast((one) => one !== null);
      return value === undefined || value === null ? [] : [{ metric: metrics[index] ?? "", labels, value }];
    }),
  );
};

const list = jsonRoute({
  id: "listMeasured",
  method: "GET",
  url: "/api/clusters/{cluster}/measured",
  tag: "History",
  summary: "what is measured now, of the metrics that are named",
  about:
    "`labels=NAME=VALUE` may be given several times: only series that have them all. What was not seen is left out.",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  query: z.strictObject({
    metric: z.union([metricName, z.array(metricName).min(1).max(60)]),
    labels: several(z.string().max(500)),
  }),
  reply: z.strictObject({
    at: z.number().describe("epoch milliseconds"),
    samples: z.array(sample),
  }),
  handle: async (asked) => {
    const { id, feed } = clusterOf(asked);
    const { metric, labels = [] } = asked.query;
    const metrics = typeof metric === "string" ? [metric] : metric;
    const wanted = labelsOf(labels);
    const look = feed.watch?.()?.last;
    const all = look?.samples.filter((one) => metrics.includes(one.metric));
    const samples = all ?? (await newestKept(asked.services, id, metrics));
    return {
      at: look?.at ?? asked.services.clock.now(),
      samples: samples
        .filter((one) => wanted.every(([name, value]) => one.labels[name] === value))
        .filter(({ value }) => Number.isFinite(value))
        .map((one) => ({ metric: one.metric, labels: { ...one.labels }, value: one.value })),
    };
  },
});

export const measuredRoutes: readonly Route[] = [list];
