import fc from "fast-check";
import { expect, test } from "vitest";
import { Count, Distribution } from "./distribution.ts";
import { family } from "./family.ts";
import { LabelSet } from "./label-set.ts";
import { MetricsPage } from "./metrics-page.ts";
import { parse } from "./testing/parse.ts";

const aName = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/);
const aLabel = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/);
const aValue = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 1e21, 5e-324));

const someFamilies = fc.uniqueArray(
  fc.record({
    name: aName.filter((name) => !/_(total|bucket|sum|count)$/.test(name)),
    isCounter: fc.boolean(),
    help: fc.string({ unit: "binary" }).filter((help) => !/[\r\u2028\u2029]/.test(help)),
    labels: fc.uniqueArray(aLabel, { maxLength: 3 }),
  }),
  { selector: ({ name }) => name, maxLength: 5 },
);

test("whatever is written in either format is read back as it was", () => {
  fc.assert(
    fc.property(
      someFamilies.chain((families) =>
        fc.tuple(
          ...families.map((one) =>
            fc.record({
              one: fc.constant(one),
              rows: fc.uniqueArray(
                fc.tuple(
                  fc.array(fc.string({ unit: "binary" }), {
                    minLength: one.labels.length,
                    maxLength: one.labels.length,
                  }),
                  aValue,
                ),
                { selector: ([values]) => JSON.stringify(values.map((value) => value.toWellFormed())), maxLength: 4 },
              ),
            }),
          ),
        ),
      ),
      fc.constantFrom("prometheus" as const, "openmetrics" as const),
      (families, format) => {
        const page = new MetricsPage();
        const expected: unknown[] = [];
        for (const { one, rows } of families) {
          const name = one.isCounter ? `${one.name}_total` : one.name;
          const lines = page.of(family(name, one.isCounter ? "counter" : "gauge", one.labels, one.help));
          const wanted = one.labels.length === 0 ? rows.slice(0, 1) : rows;
          for (const [values, value] of wanted) {
            lines.set(values, value);
            const labels = Object.fromEntries(one.labels.map((label, at) => [label, values[at]?.toWellFormed()]));
            expected.push({ name, labels, value: Object.is(value, -0) ? 0 : value });
          }
        }
        const text = page.text(format);
        // As it goes over the wire.
        const read = parse(Buffer.from(text).toString());
        expect(read.samples.map((one) => ({ ...one, value: Object.is(one.value, -0) ? 0 : one.value }))).toEqual(
          expected,
        );
        expect(text.endsWith("# EOF\n")).toBe(format === "openmetrics");
        for (const { one, rows } of families)
          if (rows.length > 0 && format === "prometheus")
            expect(read.help[one.isCounter ? `${one.name}_total` : one.name]).toBe(one.help.toWellFormed());
      },
    ),
    { numRuns: 200 },
  );
});

test("a gauge and a counter of the same stem live on one page, in OpenMetrics the counter without its type", () => {
  const page = new MetricsPage();
  page.of(family("sent_bytes", "gauge", ["id"], "old")).set(["a"], 1);
  page.of(family("sent_bytes_total", "counter", ["id"], "new")).set(["a"], 1);
  page.of(family("read_bytes_total", "counter", ["id"], "alone")).set(["a"], 1);
  expect(parse(page.text("prometheus")).types).toEqual({
    sent_bytes: "gauge",
    sent_bytes_total: "counter",
    read_bytes_total: "counter",
  });
  expect(parse(page.text("openmetrics")).types).toEqual({
    sent_bytes: "gauge",
    sent_bytes_total: "unknown",
    read_bytes: "counter",
  });
});

test("a metric that nothing is known of is not on the page", () => {
  const page = new MetricsPage();
  page.of(family("empty", "gauge", ["id"], "nothing")).set(["a"], undefined);
  expect(page.text("prometheus")).toBe("");
});

test("names that no format can have are refused", () => {
  expect(() => family("1st", "gauge", [], "")).toThrow('"1st" is no name');
  expect(() => family("first", "gauge", ["a-b"], "")).toThrow('"a-b" is no name');
  expect(() => family("seen", "counter", [], "")).toThrow("does not end with _total");
  expect(() => new LabelSet(["a"], [])).toThrow("0 values for the labels a");
});

test("a histogram counts into all bounds above, a summary adds up", () => {
  const page = new MetricsPage();
  const took = new Distribution(family("took_seconds", "histogram", ["path"], "time"), [0.1, 1]);
  for (const value of [0.05, 0.5, 5]) took.observe(["/a"], value);
  took.write(page);
  const all = new Distribution(family("all_seconds", "summary", [], "time"));
  all.observe([], 2);
  all.write(page);
  const count = new Count(family("errors_total", "counter", ["path"], "errors"));
  count.add(["/a"], 0);
  count.add(["/a"]);
  count.write(page);
  const { samples } = parse(page.text("openmetrics"));
  expect(samples.map(({ name, labels: { le }, value }) => [name, le, value])).toEqual([
    ["took_seconds_bucket", "0.1", 1],
    ["took_seconds_bucket", "1.0", 2],
    ["took_seconds_bucket", "+Inf", 3],
    ["took_seconds_sum", undefined, 5.55],
    ["took_seconds_count", undefined, 3],
    ["all_seconds_sum", undefined, 2],
    ["all_seconds_count", undefined, 1],
    ["errors_total", undefined, 1],
  ]);
});
