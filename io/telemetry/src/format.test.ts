import { expect, test } from "vitest";
import { formatFor, takesBrotli, takesGzip } from "./format.ts";

test.each([
  // As Prometheus 2.42 asks.
  [
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "openmetrics",
  ],
  ["application/openmetrics-text; version=1.0.0; q=0.2, text/plain;q=0.9", "prometheus"],
  ["application/openmetrics-text;version=0.0.1", "prometheus"],
  ["application/openmetrics-text;version=1.0.0;q=0", "prometheus"],
  ["text/plain;version=0.0.4", "prometheus"],
  ["*/*", "prometheus"],
  ["", "prometheus"],
  [";;q=x,,", "prometheus"],
  [undefined, "prometheus"],
])("Accept %j is answered with %s", (accept, format) => {
  expect(formatFor(accept)).toBe(format);
});

test.each([
  ["gzip, deflate", true],
  ["gzip;q=0", false],
  ["deflate", false],
  [undefined, false],
])("Accept-Encoding %j lets gzip be used: %s", (header, does) => {
  expect(takesGzip(header)).toBe(does);
});

test.each([
  ["gzip, deflate, br, zstd", true],
  ["gzip, br;q=0", false],
  ["gzip", false],
])("Accept-Encoding %j lets Brotli be used: %s", (header, does) => {
  expect(takesBrotli(header)).toBe(does);
});
