import { z } from "zod";
import { named } from "../http/open-api.ts";
import { several } from "../http/paging.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { clusterOf, clusterPath } from "./of-cluster.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** As many as a chart is wide. */
const usualPoints = 300;
/** Of one series, and of all in an answer. */
const mostPoints = 5000;
const mostInAll = 500_000;

/** Steps that a person reads, in seconds; longer ones are whole hours. */
const readable = [10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];

const stepFor = (spanMs: number): number => {
  const least = spanMs / 1000 / usualPoints;
  return readable.find((step) => step >= least) ?? Math.ceil(least / 3600) * 3600;
};

const moment = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
const points = z.array(z.number().nullable());

const history = named(
  "History",
  z.strictObject({
    from: z.number().describe("epoch milliseconds: the start of the first point, a multiple of the step"),
    to: z.number().describe("epoch milliseconds: the end of the last point"),
    step: z.number().describe("seconds that a point covers; longer than asked where nothing finer is kept"),
    series: z.array(
      z.strictObject({
        metric: z.string(),
        labels: z.record(z.string(), z.string()),
        avg: points.describe("a value each step; null where nothing was measured"),
        min: points,
        max: points,
      }),
    ),
  }),
);

const labelsOf = (given: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw new Refusal("bad-input", "query.labels: expected NAME=VALUE.", { place: "query.labels" });
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );

const spanOf = (
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  now: number,
) => {
  const end = to ?? now;
  const begin = from ?? end - hourMs;
  if (begin < end) return { begin, end };
  throw new Refusal("bad-input", "query.from: is not before query.to.", { place: "query.from" });
};

const get = jsonRoute({
  id: "getHistory",
  method: "GET",
  url: "/api/clusters/{cluster}/history",
  tag: "History",
  summary: "how what is measured went over time, a point each step",
  about:
    "`labels=NAME=VALUE` may be given several times: only series that have them all. Without `from` it is the last hour; without `step` some 300 points. Metrics whose names end with _total only grow: what happened in a step is the difference to the one before.",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  query: z.strictObject({
    metric: z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$/, "expected the name of a metric"),
    labels: several(z.string().max(500)),
    from: moment.optional().describe("epoch milliseconds"),
    to: moment.optional().describe("epoch milliseconds"),
    step: z.coerce.number().int().min(1).max(31_536_000).optional().describe("seconds"),
  }),
  reply: history,
  handle: async (asked) => {
    const { query, services } = asked;
    const { id } = clusterOf(asked);
    const { begin, end } = spanOf(query, services.clock.now());
    const step = query.step ?? stepFor(end - begin);
    if ((end - begin) / 1000 / step > mostPoints)
      throw new Refusal("bad-input", `query.step: makes more than ${mostPoints} points. Ask with a longer one.`, {
        place: "query.step",
      });
    const { metric, labels = [] } = query;
    const question = { cluster: id, metric, labels: labelsOf(labels), from: begin, to: end, step: step * 1000 };
    const found = await services.histories.source.query(question).catch((error: unknown) => {
      services.log.error({ err: error }, "history cannot be read");
      throw new Refusal("not-ready", "The history is out of reach. Try again later.", { retryAfter: 5 });
    });
    const count = found.series.reduce((sum, { avg }) => sum + avg.length, 0);
    if (count > mostInAll)
      throw new Refusal("bad-input", `query: asks for ${count} points, more than ${mostInAll}. Name labels.`);
    return {
      from: found.from,
      to: found.to,
      step: found.step / 1000,
      series: found.series.map(({ labels: of, avg, min, max }) => ({
        metric,
        labels: of,
        avg: [...avg],
        min: [...min],
        max: [...max],
      })),
    };
  },
});

export const historyRoutes: readonly Route[] = [get];
