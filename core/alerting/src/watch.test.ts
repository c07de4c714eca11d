import { expect, test } from "vitest";
import type { AlertRule } from "./alert-rule.ts";
import { calculate, type Expression, select, where } from "./expression/expression.ts";
import { reachOf } from "./rules/rules-of.ts";
import { SeriesWindow } from "./series.ts";
import { alertsOf, nothingYet, type Transition, type Watch, watch } from "./watch.ts";

const aRule = (some: Partial<AlertRule>): AlertRule => ({
  name: "Busy",
  severity: "warning",
  scope: "node",
  expression: where(select("load"), ">", 5),
  for: 60,
  summary: "{id} is at {value:number}",
  description: "",
  response: {},
  because: "of a test",
  examples: [],
  ...some,
});

/** Evaluates every 30 s over what each look brings; a look of nothing has failed. */
const lived = (rule: AlertRule, looks: readonly (number | undefined)[], metric = "load") => {
  const series = new SeriesWindow(reachOf([rule]));
  let state: Watch = nothingYet;
  const transitions: Transition[] = [];
  const failures: string[] = [];
  for (const [place, value] of looks.entries()) {
    const at = place * 30_000;
    series.take(at, value === undefined ? [] : [{ metric, labels: { id: "a" }, value }]);
    // What is kept between evaluations survives the trip through JSON.
    const after = watch([rule], series, JSON.parse(JSON.stringify(state)) as Watch, at);
    state = after.watch;
    transitions.push(...after.transitions);
    failures.push(...after.failures.map(({ why }) => why));
  }
  return { state, failures, moves: transitions.map(({ at, from, to }) => `${at / 1_000}: ${from} → ${to}`) };
};

test("an alert waits, fires, and is resolved when its series is well again", () => {
  expect(lived(aRule({}), [6, 7, 8, 9, 1, 1]).moves).toEqual([
    "0: inactive → pending",
    "60: pending → firing",
    "120: firing → resolved",
  ]);
});

test("an alert that ends while it waits is told to nobody", () => {
  expect(lived(aRule({}), [6, 6, 1, 6]).moves).toEqual([
    "0: inactive → pending",
    "60: pending → inactive",
    "90: inactive → pending",
  ]);
});

test("a rule without a wait fires at once", () => {
  expect(lived(aRule({ for: 0 }), [6]).moves).toEqual(["0: inactive → firing"]);
});

test("an alert that is kept firing lasts until its series has been gone for long enough", () => {
  expect(lived(aRule({ for: 0, keepFiringFor: 60 }), [6, 1, 6, 1, 1, 1]).moves).toEqual([
    "0: inactive → firing",
    "150: firing → resolved",
  ]);
});

test("a look that fails ends every series at once", () => {
  expect(lived(aRule({ for: 0 }), [6, undefined]).moves).toEqual(["0: inactive → firing", "30: firing → resolved"]);
});

test("a resolved alert is still told of for a quarter of an hour, and begins anew after", () => {
  const quiet = Array.from({ length: 32 }, () => 1);
  expect(alertsOf(lived(aRule({ for: 0 }), [6, ...quiet.slice(0, 30)]).state)).toHaveLength(1);
  expect(alertsOf(lived(aRule({ for: 0 }), [6, ...quiet]).state)).toEqual([]);
  expect(lived(aRule({ for: 0 }), [6, 1, 6]).moves.at(-1)).toBe("60: resolved → firing");
});

test("an alert says what it saw last", () => {
  const [alert] = alertsOf(lived(aRule({ for: 0 }), [6, 7.25]).state);
  expect(alert).toMatchObject({
    labels: { alertname: "Busy", id: "a", severity: "warning", scope: "node" },
    annotations: { summary: "a is at 7.25" },
    value: 7.25,
  });
});

test("a rule that cannot be evaluated keeps its alerts as they were, and says why", () => {
  const series = new SeriesWindow({ load: [{ where: [], span: 300 }], info: [{ where: [], span: 300 }] });
  const expression: Expression = calculate(where(select("load"), ">", 5), "*", select("info"), {
    on: ["id"],
    copy: ["name"],
  });
  const rule = aRule({ expression, for: 0 });
  const load = { metric: "load", labels: { id: "a" }, value: 9 };
  const info = (name: string) => ({ metric: "info", labels: { id: "a", name }, value: 1 });
  series.take(0, [load, info("one")]);
  const before = watch([rule], series, nothingYet, 0);
  series.take(30_000, [load, info("one"), info("two")]);
  const after = watch([rule], series, before.watch, 30_000);
  expect(after.failures).toHaveLength(1);
  expect(after.transitions).toEqual([]);
  expect(after.watch).toEqual(before.watch);
});
