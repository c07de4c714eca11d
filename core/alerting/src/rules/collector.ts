import type { AlertRule } from "../alert-rule.ts";
import {
  absent,
  aggregate,
  calculate,
  constant,
  either,
  except,
  growth,
  labelled,
  where,
} from "../expression/expression.ts";
import { example, generally, minute, type RuleMaker, select, series } from "./making.ts";

const clusterUrls = [{ url: "/cluster/resources" }, { url: "/cluster/status" }];

/** How the collecting itself goes: silence must not pass for health. */
export const collectorRules: RuleMaker = (making) => {
  const response = generally(making);
  const because = "Nothing is declared: what nobody sees cannot be told of.";
  const up = select("up", "job=orrery");
  const ofCluster = select("up", "job=orrery", "cluster!=");
  const section = (value: number) => [
    series("orrery_collect_section_up", { section: "disks", subject: "node/a" }, [value, 30]),
  ];
  const latency = (seconds: number) => [
    series(
      "pve_scrape_api_duration_seconds_sum",
      { method: "GET", url: "/cluster/resources" },
      ...Array.from({ length: 30 }, (_, place): [number, number] => [place * 10 * seconds, 1]),
    ),
    series(
      "pve_scrape_api_duration_seconds_count",
      { method: "GET", url: "/cluster/resources" },
      ...Array.from({ length: 30 }, (_, place): [number, number] => [place * 10, 1]),
    ),
  ];
  const rate = (metric: "pve_scrape_api_duration_seconds_sum" | "pve_scrape_api_duration_seconds_count") =>
    aggregate("sum", ["url"], growth("second", 5 * minute, select(metric)));
  const rules: AlertRule[] = [
    {
      name: "ScrapeFailing",
      severity: "critical",
      scope: "collector",
      expression: where(up, "==", 0),
      for: 2 * minute,
      summary: "Orrery's metrics cannot be read",
      description: "They have not been for 2m. Until they are, no other alert can be.",
      response,
      because,
      examples: [
        example(
          "a target that is gone",
          3 * minute,
          [series("up", { job: "orrery" }, [1, 1], [0, 10])],
          [{ job: "orrery" }],
        ),
        example("another job's", 3 * minute, [series("up", { job: "node" }, [0, 10])]),
      ],
    },
    {
      name: "NothingCollected",
      severity: "critical",
      scope: "collector",
      // Of each cluster that a target is of, where targets say so; else of all together.
      expression: either(
        except(aggregate("max", [], ofCluster), aggregate("count", [], select("pve_up")), []),
        except(absent(select("pve_up")), ofCluster, []),
        [],
      ),
      for: 2 * minute,
      summary: "Nothing is told of the cluster",
      description: "There have been no figures of nodes and guests for 2m: nobody scrapes, or nothing can be reached.",
      response,
      because,
      examples: [
        example("no figures at all", 3 * minute, [], [{}]),
        example("some figures", 3 * minute, [series("pve_up", { id: "node/a" }, [0, 10])]),
        example("figures that ended", 6 * minute, [series("pve_up", { id: "node/a" }, [1, 2], ["stale", 1])], [{}]),
        example(
          "figures of one of two clusters",
          3 * minute,
          [
            series("up", { job: "orrery", cluster: "a", instance: "a" }, [1, 10]),
            series("up", { job: "orrery", cluster: "b", instance: "b" }, [0, 10]),
            series("pve_up", { id: "node/a", cluster: "a" }, [1, 10]),
          ],
          [{ cluster: "b" }],
        ),
      ],
    },
    {
      name: "SectionFailing",
      severity: "warning",
      scope: "collector",
      expression: labelled(where(select("orrery_collect_section_up"), "==", 0), "node", "subject", "node/(.+)"),
      for: 10 * minute,
      expectedInWindow: true,
      summary: "The section {section} of {subject} cannot be read",
      description: "It has not been answered for 10m. What is shown of it grows old.",
      response,
      because,
      examples: [
        example("a section that is not answered", 11 * minute, section(0), [
          { section: "disks", subject: "node/a", node: "a" },
        ]),
        example(
          "one of the whole cluster",
          11 * minute,
          [series("orrery_collect_section_up", { section: "tasks", subject: "" }, [0, 30])],
          [{ section: "tasks" }],
        ),
        example("one that is", 11 * minute, section(1)),
      ],
    },
    {
      name: "ApiSlow",
      severity: "warning",
      scope: "collector",
      expression: where(
        calculate(
          rate("pve_scrape_api_duration_seconds_sum"),
          "/",
          where(rate("pve_scrape_api_duration_seconds_count"), ">", 0),
        ),
        ">",
        2,
      ),
      for: minute,
      keepFiringFor: 2 * minute,
      summary: "The API takes {value:span} to answer {url}",
      description: "On average over 5m. Some node or storage keeps it waiting.",
      response,
      because: "Nothing is declared: usual answers take a tenth of a second.",
      examples: [
        example("an API that is slow", 10 * minute, latency(3), [{ url: "/cluster/resources" }]),
        example("one that is not", 10 * minute, latency(0.1)),
        example("one that began to count anew, and was asked once before and since", 4 * minute, [
          series("pve_scrape_api_duration_seconds_sum", { method: "GET", url: "/version" }, [4, 3], [1, 5]),
          series("pve_scrape_api_duration_seconds_count", { method: "GET", url: "/version" }, [1, 8]),
        ]),
      ],
    },
  ];
  const cluster = (seconds: number) =>
    ["/cluster/resources", "/cluster/status"].flatMap((url) => [
      series(
        "pve_scrape_api_duration_seconds_sum",
        { method: "GET", url },
        ...Array.from({ length: 30 }, (_, place): [number, number] => [place * seconds, 1]),
      ),
      series(
        "pve_scrape_api_duration_seconds_count",
        { method: "GET", url },
        ...Array.from({ length: 30 }, (_, place): [number, number] => [place, 1]),
      ),
    ]);
  const lately = (metric: "pve_scrape_api_duration_seconds_sum" | "pve_scrape_api_duration_seconds_count") =>
    aggregate("sum", ["url"], growth("span", 30, select(metric, "url=~/cluster/(resources|status)")));
  rules.push({
    name: "ClusterSlow",
    severity: "warning",
    scope: "collector",
    expression: where(
      calculate(
        lately("pve_scrape_api_duration_seconds_sum"),
        "/",
        where(lately("pve_scrape_api_duration_seconds_count"), ">", 0),
      ),
      ">",
      1,
    ),
    for: 0,
    keepFiringFor: minute,
    summary: "The cluster takes {value:span} to answer {url}",
    description: "Of late. Whoever works with it waits as long, and what is seen of it grows old.",
    response,
    because: "Nothing is declared: usual answers take a tenth of a second. It wants looks every 10s.",
    examples: [
      { title: "a cluster that is slow", step: 10, series: cluster(3), at: minute, fires: clusterUrls },
      { title: "one that is not", step: 10, series: cluster(0.1), at: minute, fires: [] },
    ],
  });
  const watchedFrom = making.lab.monitoring.runsOn.find((one) => one.watchedFrom !== undefined)?.watchedFrom;
  if (watchedFrom === undefined) return rules;
  return [
    ...rules,
    {
      name: "Watchdog",
      severity: "none",
      scope: "collector",
      expression: constant(1),
      for: 0,
      summary: "Alerts are evaluated and sent",
      description: `Always fires. When it falls silent, ${watchedFrom} is to notice.`,
      response,
      because: `Monitoring is watched from ${watchedFrom}.`,
      examples: [example("always", minute, [], [{}])],
    },
  ];
};
