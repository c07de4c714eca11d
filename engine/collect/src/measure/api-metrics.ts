import { Count, Distribution, family, type Metrics } from "@orrery/telemetry";
import type { Exchange } from "../monitor/monitor.ts";

/** Seconds. */
export const apiBounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long a cluster's API takes to answer, by its path without names. */
export class ApiMetrics {
  readonly #took = new Distribution(
    family(
      "pve_scrape_api_duration_seconds",
      "histogram",
      ["method", "url"],
      "Seconds that the API took, by its path without names",
    ),
    apiBounds,
  );
  readonly #errors = new Count(
    family(
      "pve_scrape_api_errors_total",
      "counter",
      ["method", "url"],
      "Requests that the API did not answer, or refused",
    ),
  );

  readonly told = ({ method, path, milliseconds, failed }: Exchange): void => {
    this.#took.observe([method, path], milliseconds / 1000);
    if (failed) this.#errors.add([method, path]);
  };

  write(to: Metrics): void {
    this.#took.write(to);
    this.#errors.write(to);
  }
}
