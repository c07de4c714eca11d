import {
  type AlertRule,
  absent,
  aggregate,
  aggregates,
  ago,
  arithmetics,
  both,
  calculate,
  comparisons,
  constant,
  type ExampleSeries,
  type Expression,
  either,
  except,
  forecast,
  growth,
  labelled,
  now,
  over,
  type Run,
  type Select,
  select,
  where,
  windowFunctions,
} from "@orrery/alerting";
import fc from "fast-check";

/** Seconds between the values of a series. */
export const step = 60;
const length = 45;

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom(0.1, 0.2, 0.3, 1 / 3, 1e9, -2) },
);
const run: fc.Arbitrary<Run> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(value, fc.integer({ min: 1, max: 8 })) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("gap" as const), fc.integer({ min: 1, max: 9 })) },
  { weight: 1, arbitrary: fc.constant(["stale", 1] as const) },
);

const names = ["m0", "m1"] as const;
const labelSets = names.flatMap((metric) =>
  ["x", "y"].flatMap((a) => ["1", "2"].map((b) => ({ metric, labels: { a, b, id: `node/${a}${b}` } }))),
);

/** Up to eight series of two metrics, with gaps, ends and returns. */
export const someSeries: fc.Arbitrary<readonly ExampleSeries[]> = fc
  .subarray(labelSets, { minLength: 2 })
  .chain((sets) =>
    fc.tuple(...sets.map((set) => fc.array(run, { minLength: 2, maxLength: 12 }).map((runs) => ({ ...set, runs })))),
  );

const someSelect: fc.Arbitrary<Select> = fc
  .tuple(
    fc.constantFrom(...names),
    fc.constantFrom("", "a=x", "a!=x", "b=~1|3", "b!~2", "c=", "id=~node/.1"),
    fc.boolean(),
  )
  .map(([metric, condition, older]) => {
    const made = condition === "" ? select(metric) : select(metric, condition);
    return older ? ago(made, 180) : made;
  });
const plainSelect = someSelect.map(({ kind, metric, where }): Select => ({ kind, metric, where }));

const span = fc.constantFrom(120, 300, 420, 900);
const number = fc.integer({ min: 0, max: 6 });

/** What has series with the labels `a`, `b` and `id`. */
const leaf: fc.Arbitrary<Expression> = fc.oneof(
  { weight: 4, arbitrary: plainSelect },
  { weight: 1, arbitrary: someSelect },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...windowFunctions), span, someSelect).map(([how, of, s]) => over(how, of, s)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("span" as const, "second" as const), span, plainSelect)
      .map(([per, of, s]) => growth(per, of, s)),
  },
  { weight: 1, arbitrary: fc.tuple(span, plainSelect).map(([s, of]) => forecast(600, s, of)) },
);

const changed: fc.Arbitrary<Expression> = fc.oneof(
  leaf,
  fc
    .tuple(leaf, fc.constantFrom(...arithmetics), number)
    .map(([left, operator, right]) => calculate(left, operator, right)),
  fc.tuple(leaf, fc.constantFrom(...arithmetics)).map(([right, operator]) => calculate(now, operator, right)),
  fc
    .tuple(leaf, fc.constantFrom(...arithmetics), leaf)
    .map(([left, operator, right]) => calculate(left, operator, right)),
  fc
    .tuple(leaf, fc.constantFrom(...arithmetics), leaf)
    .map(([left, operator, right]) =>
      calculate(left, operator, aggregate("max", ["a"], right), { on: ["a"], copy: [] }),
    ),
  fc.tuple(leaf, leaf).map(([left, right]) => calculate(left, "*", right, { on: ["id"], copy: ["b"] })),
  fc.tuple(leaf, leaf).map(([left, right]) => calculate(left, "-", right, { on: ["a", "b"] })),
  leaf.map((of) => labelled(of, "node", "id", "node/(.+)")),
  leaf.map((of) => labelled(of, "node", "id", "node/(x.)")),
  fc
    .tuple(fc.constantFrom(...aggregates), fc.constantFrom([], ["a"], ["b", "a"], ["c"]), leaf)
    .map(([how, by, of]) => aggregate(how, by, of)),
);

/** Conditions: what is there when something is wrong. */
const someCondition: fc.Arbitrary<Expression> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(changed, fc.constantFrom(...comparisons), number)
      .map(([left, operator, right]) => where(left, operator, right)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(number, fc.constantFrom(...comparisons), leaf)
      .map(([left, operator, right]) => where(left, operator, right)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(leaf, fc.constantFrom(...comparisons), leaf)
      .map(([left, operator, right]) => where(left, operator, right)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(leaf, fc.constantFrom(...comparisons), leaf)
      .map(([left, operator, right]) => where(left, operator, right, { on: ["id"] })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(both, either, except), leaf, number, leaf, fc.constantFrom(undefined, ["a"], ["id"], []))
      .map(([make, left, least, right, on]) => make(where(left, ">", least), where(right, "<", 4), on)),
  },
  { weight: 1, arbitrary: someSelect.map(absent) },
  { weight: 1, arbitrary: leaf.map((of) => both(constant(1), where(of, ">", 2), [])) },
);

const aRule = (some: Partial<AlertRule>): AlertRule => ({
  name: "Something",
  severity: "warning",
  scope: "node",
  expression: select("m0"),
  for: 0,
  summary: "{a} is at {value:number}",
  description: "of {id}: {value:percent}, {value:span}",
  response: {},
  because: "of a test",
  examples: [],
  ...some,
});

const wait = fc.constantFrom(0, 60, 120, 150, 300);

export const someRules: fc.Arbitrary<readonly AlertRule[]> = fc
  .array(fc.tuple(someCondition, wait, fc.option(wait, { nil: undefined })), { minLength: 1, maxLength: 4 })
  .map((made) =>
    made.map(([expression, pause, keep], index) =>
      aRule({ name: `Rule${index}`, expression, for: pause, ...(keep ? { keepFiringFor: keep } : {}) }),
    ),
  );

export const horizon = step * length;
