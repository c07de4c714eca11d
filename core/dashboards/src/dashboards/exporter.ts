import type { Page } from "../dashboard.ts";
import { above, bad, good, watchOut } from "../level.ts";
import { stat, timeline, trend } from "../panel.ts";
import { of, orZero, rate } from "../query.ts";
import { table } from "../table.ts";
import { upOrDown } from "./cluster.ts";

const mean = (span: string, ...labels: readonly string[]): string => {
  const by = labels.length === 0 ? "" : ` by (${labels.join(", ")})`;
  return `sum${by} (rate(${of("pve_scrape_api_duration_seconds_sum")}[${span}])) / sum${by} (rate(${of("pve_scrape_api_duration_seconds_count")}[${span}]))`;
};

/** Can what the others show be believed, and what does knowing it cost the cluster? */
export const exporterPage: Page = {
  uid: "orrery-exporter",
  title: "Exporter",
  description: "Whether what the other dashboards show can be believed, and what knowing it costs the cluster.",
  choices: ["cluster"],
  since: "now-3h",
  rows: [
    {
      title: "Can it be believed?",
      panels: [
        stat({
          title: "Scrapes",
          description: "Whether Prometheus can read every page.",
          query: { expr: `min(${of("up", 'job="orrery"')})` },
          words: { "0": { text: "failing", colour: bad }, "1": { text: "good", colour: good } },
          width: 4,
        }),
        stat({
          title: "Sections that fail",
          description: "Parts of the cluster that were not answered when last asked. What is shown of them grows old.",
          query: { expr: orZero(`count(${of("orrery_collect_section_up")} == 0)`) },
          levels: above(1),
          width: 4,
        }),
        stat({
          title: "Oldest section",
          description: "How old the oldest part is that is still shown. The slowest is asked once an hour.",
          query: { expr: `time() - min(${of("orrery_collect_section_last_success_timestamp_seconds")})` },
          unit: "s",
          levels: above(4000, 8000),
          width: 4,
        }),
        stat({
          title: "Pace",
          description: "How many times slower than usual the cluster is asked, to spare it. 1 is as usual.",
          query: { expr: `max(${of("orrery_collect_pace_ratio")})` },
          levels: [
            { from: null, colour: good },
            { from: 1.5, colour: watchOut },
          ],
          width: 4,
        }),
        stat({
          title: "Configurations unread",
          description: "Guests whose configuration is not known yet, or cannot be read.",
          query: { expr: `max(${of("orrery_collect_guests_unread")})` },
          none: "not asked for",
          width: 4,
        }),
        stat({
          title: "Up for",
          description: "Since the exporter started.",
          query: { expr: `time() - max(${of("process_start_time_seconds", 'job="orrery"')})` },
          unit: "s",
          width: 4,
        }),
        timeline({
          title: "Sections",
          description: "Whether each section was answered when last asked, by the worst of its subjects.",
          queries: [{ expr: `min by (section) (${of("orrery_collect_section_up")})`, legend: "{{section}}" }],
          words: upOrDown,
          width: 12,
          height: 12,
        }),
        table({
          title: "Sections by age",
          description: "How old what is shown of each is, and how often it was asked in vain within an hour.",
          keys: [{ label: "section" }],
          columns: [
            {
              as: "Age",
              expr: `time() - min by (section) (${of("orrery_collect_section_last_success_timestamp_seconds")})`,
              unit: "s",
            },
            {
              as: "Asked in an hour",
              expr: `sum by (section) (increase(${of("orrery_collect_section_requests_total")}[1h]))`,
              decimals: 0,
            },
            {
              as: "In vain",
              expr: `sum by (section) (increase(${of("orrery_collect_section_failures_total")}[1h]))`,
              decimals: 0,
              levels: above(1),
            },
          ],
          sort: { by: "Age" },
          width: 12,
          height: 12,
        }),
      ],
    },
    {
      title: "What it costs the cluster",
      panels: [
        trend({
          title: "Requests",
          description: "Requests a second to the cluster.",
          queries: [{ expr: `sum(${rate(of("orrery_collect_requests_total"))})`, legend: "requests" }],
          unit: "reqps",
          width: 8,
        }),
        trend({
          title: "How long the API takes",
          description: "Over all paths: the mean, and what all but a twentieth stay under.",
          queries: [
            { expr: mean("$__rate_interval"), legend: "mean" },
            {
              expr: `histogram_quantile(0.95, sum by (le) (${rate(of("pve_scrape_api_duration_seconds_bucket"))}))`,
              legend: "95 %",
            },
          ],
          unit: "s",
          levels: above(2),
          width: 8,
        }),
        trend({
          title: "Requests that failed",
          description: "Not answered, or refused, by path.",
          queries: [{ expr: `sum by (url) (${rate(of("pve_scrape_api_errors_total"))})`, legend: "{{url}}" }],
          unit: "reqps",
          width: 8,
        }),
        table({
          title: "Paths",
          description: "Over the last five minutes.",
          keys: [{ label: "url" }],
          columns: [
            { as: "Mean", expr: mean("5m", "url"), unit: "s", levels: above(1, 2) },
            {
              as: "Requests a minute",
              expr: `60 * sum by (url) (rate(${of("pve_scrape_api_duration_seconds_count")}[5m]))`,
              decimals: 1,
            },
          ],
          sort: { by: "Mean" },
          width: 24,
          height: 9,
        }),
      ],
    },
    {
      title: "What it costs here",
      panels: [
        trend({
          title: "Answering a scrape",
          description: "How long the exporter takes, and how long Prometheus waits, of each page.",
          queries: [
            {
              expr: `sum by (module) (${rate(of("pve_collection_duration_seconds_sum"))}) / sum by (module) (${rate(of("pve_collection_duration_seconds_count"))})`,
              legend: "{{module}}, in the exporter",
            },
            {
              expr: `max by (instance) (${of("scrape_duration_seconds", 'job="orrery"')})`,
              legend: "{{instance}}, as scraped",
            },
          ],
          unit: "s",
          width: 8,
        }),
        trend({
          title: "Samples",
          description: "How many figures each page brings.",
          queries: [
            { expr: `max by (instance) (${of("scrape_samples_scraped", 'job="orrery"')})`, legend: "{{instance}}" },
          ],
          decimals: 0,
          width: 5,
        }),
        trend({
          title: "Memory",
          description: "What the exporter holds.",
          queries: [{ expr: `max(${of("process_resident_memory_bytes", 'job="orrery"')})`, legend: "memory" }],
          unit: "bytes",
          width: 5,
        }),
        trend({
          title: "CPU and refusals",
          description: "CPUs that it uses, and scrapes that it could not answer each second.",
          queries: [
            { expr: `max(${rate(of("process_cpu_seconds_total", 'job="orrery"'))})`, legend: "CPUs" },
            { expr: `sum(${rate(of("pve_request_errors_total"))})`, legend: "refused" },
          ],
          decimals: 3,
          width: 6,
        }),
      ],
    },
  ],
};
