import type { Sample } from "@orrery/alerting";
import { keptValue, type Monitored } from "@orrery/state";
import { type Metrics, MetricsPage, SampleList } from "@orrery/telemetry";
import { clusterFurther } from "./cluster-further.ts";
import { clusterMetrics } from "./cluster-metrics.ts";
import { collectorMetrics } from "./collector-metrics.ts";
import { guestFurther } from "./guest-further.ts";
import { nodeFurther } from "./node-further.ts";
import { nodeMetrics } from "./node-metrics.ts";
import { RowTexts, resourceMetrics } from "./resource-metrics.ts";

/** Which halves of the metrics are wanted, as `/pve?cluster=1&node=1` asks. */
export type Wanted = { readonly cluster: boolean; readonly node: boolean };

/** What else is to be told beside what a monitor holds. */
type More = (to: Metrics) => void;

/** Puts what a monitor holds into metrics. Keeps the texts of labels from one page to the next. */
export class Measure {
  readonly #texts = new RowTexts();

  page(seen: Monitored, wanted: Wanted, more?: More): MetricsPage {
    const page = new MetricsPage();
    this.put(page, seen, wanted);
    more?.(page);
    return page;
  }

  /** What a page of both halves would say, as values of series. */
  samples(seen: Monitored, more?: More): readonly Sample[] {
    const list = new SampleList();
    this.put(list, seen, { cluster: true, node: true });
    more?.(list);
    return list.samples;
  }

  put(to: Metrics, seen: Monitored, wanted: Wanted): void {
    if (wanted.cluster) {
      clusterMetrics(to, seen);
      resourceMetrics(to, this.#texts, keptValue(seen.cluster.resources) ?? []);
      clusterFurther(to, seen);
      guestFurther(to, this.#texts, seen);
      this.#texts.turn();
    }
    if (wanted.node) {
      nodeMetrics(to, seen);
      nodeFurther(to, seen);
    }
    collectorMetrics(to, seen);
  }
}
