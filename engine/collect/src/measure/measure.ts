import { keptValue, type Monitored } from "@orrery/state";
import { MetricsPage } from "@orrery/telemetry";
import { clusterFurther } from "./cluster-further.ts";
import { clusterMetrics } from "./cluster-metrics.ts";
import { collectorMetrics } from "./collector-metrics.ts";
import { guestFurther } from "./guest-further.ts";
import { nodeFurther } from "./node-further.ts";
import { nodeMetrics } from "./node-metrics.ts";
import { RowTexts, resourceMetrics } from "./resource-metrics.ts";

/** Which halves of the metrics are wanted, as `/pve?cluster=1&node=1` asks. */
export type Wanted = { readonly cluster: boolean; readonly node: boolean };

/** Puts what a monitor holds into metrics. Keeps the texts of labels from one page to the next. */
export class Measure {
  readonly #texts = new RowTexts();

  page(seen: Monitored, wanted: Wanted): MetricsPage {
    const page = new MetricsPage();
    if (wanted.cluster) {
      clusterMetrics(page, seen);
      resourceMetrics(page, this.#texts, keptValue(seen.cluster.resources) ?? []);
      clusterFurther(page, seen);
      guestFurther(page, this.#texts, seen);
      this.#texts.turn();
    }
    if (wanted.node) {
      nodeMetrics(page, seen);
      nodeFurther(page, seen);
    }
    collectorMetrics(page, seen);
    return page;
  }
}
