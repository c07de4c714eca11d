import { ApiMetrics, apiBounds, type Exchange } from "@orrery/collect";
import { Count, Distribution, family, MetricsPage, noLabels } from "@orrery/telemetry";

const scrapeBounds = apiBounds.map((bound) => bound * 10);

const cpuSeconds = family("process_cpu_seconds_total", "counter", [], "CPU seconds that the exporter used");
const residentBytes = family("process_resident_memory_bytes", "gauge", [], "Bytes of memory that the exporter holds");
const started = family("process_start_time_seconds", "gauge", [], "When the exporter started");

/** What `/metrics` tells: how the exporter itself goes. */
export class OwnMetrics {
  readonly collections = new Distribution(
    family("pve_collection_duration_seconds", "summary", ["module"], "Seconds that answering /pve took"),
  );
  readonly errors = new Count(
    family("pve_request_errors_total", "counter", ["module"], "Requests of /pve that could not be answered"),
  );
  readonly #api = new ApiMetrics();
  readonly scrapes = new Distribution(
    family(
      "pve_scrape_target_duration_seconds",
      "histogram",
      ["target", "cluster", "node"],
      "Seconds that answering /pve took, by target",
    ),
    scrapeBounds,
  );
  readonly scrapeErrors = new Count(
    family(
      "pve_scrape_target_errors_total",
      "counter",
      ["target", "cluster", "node"],
      "Requests of /pve that could not be answered, by target",
    ),
  );

  constructor(modules: readonly string[]) {
    for (const name of modules) {
      this.collections.begin([name]);
      this.errors.add([name], 0);
    }
  }

  readonly told = (exchange: Exchange): void => this.#api.told(exchange);

  page(): MetricsPage {
    const page = new MetricsPage();
    for (const one of [this.collections, this.errors, this.#api, this.scrapes, this.scrapeErrors]) one.write(page);
    const { user, system } = process.cpuUsage();
    page.of(cpuSeconds).add(noLabels, (user + system) / 1e6);
    page.of(residentBytes).add(noLabels, process.memoryUsage.rss());
    page.of(started).add(noLabels, performance.timeOrigin / 1000);
    return page;
  }
}
