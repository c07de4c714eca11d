import { Distribution, family, type Metrics, noLabels } from "@orrery/telemetry";
import type { KeepingState } from "@orrery/watch";

const cpuSeconds = family("process_cpu_seconds_total", "counter", [], "CPU seconds that the server used");
const residentBytes = family("process_resident_memory_bytes", "gauge", [], "Bytes of memory that the server holds");
const started = family("process_start_time_seconds", "gauge", [], "When the server started");
const about = family("orrery_server_info", "gauge", ["version"], "The server: 1");

const looksKept = family("orrery_history_looks_total", "counter", [], "Looks that were kept in the history");
const looksWaiting = family("orrery_history_looks_waiting", "gauge", [], "Looks that wait until they can be kept");
const looksDropped = family(
  "orrery_history_looks_dropped_total",
  "counter",
  [],
  "Looks that will not be kept: more waited than there is room for",
);

/** Seconds. */
const bounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How the server itself goes. */
export class ServerMetrics {
  readonly #version: string;
  readonly #requests = new Distribution(
    family(
      "orrery_http_request_duration_seconds",
      "histogram",
      ["method", "route", "status"],
      "Seconds that the server took to answer, by the path without names",
    ),
    bounds,
  );

  constructor(version: string) {
    this.#version = version;
  }

  /**
   * @param route `/api/clusters/:cluster/state`; undefined of what no route serves
   * @param took seconds
   */
  answered(method: string, route: string | undefined, status: number, took: number): void {
    // A stream of events ends when its reader goes: that is no time that anybody waited.
    if (route === "/api/events") return;
    // Methods are whatever somebody sends: of what is served nowhere, one series is enough.
    this.#requests.observe(route === undefined ? ["", "", "404"] : [method, route, String(status)], took);
  }

  /** How the keeping of a cluster's history goes. */
  kept(to: Metrics, { kept, waiting, dropped }: KeepingState): void {
    to.of(looksKept).add(noLabels, kept);
    to.of(looksWaiting).add(noLabels, waiting);
    to.of(looksDropped).add(noLabels, dropped);
  }

  measure(to: Metrics): void {
    to.of(about).set([this.#version], 1);
    this.#requests.write(to);
    const { user, system } = process.cpuUsage();
    to.of(cpuSeconds).add(noLabels, (user + system) / 1e6);
    to.of(residentBytes).add(noLabels, process.memoryUsage.rss());
    to.of(started).add(noLabels, performance.timeOrigin / 1000);
  }
}
