import type { Seconds } from "@orrery/model";
import type { Expression, Pairing, Select } from "./expression.ts";

const units: readonly (readonly [Seconds, string])[] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
  [1, "s"],
];

/** A span as Prometheus reads it: `1h30m`. Whole seconds. */
export const promSpan = (seconds: Seconds): string => {
  let rest = Math.round(seconds);
  let text = "";
  for (const [length, unit] of units) {
    const count = Math.floor(rest / length);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * length;
  }
  return text === "" ? "0s" : text;
};

/** A number as both Go and JavaScript read it. */
const numberText = (value: number): string => {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
};

const quoted = (text: string): string => JSON.stringify(text);

const selection = ({ metric, where }: Select): string =>
  where.length === 0
    ? metric
    : `${metric}{${where.map(({ label, kind, value }) => `${label}${kind}${quoted(value)}`).join(",")}}`;
const offset = ({ ago }: Select): string => (ago === undefined ? "" : ` offset ${promSpan(ago)}`);
const stretch = (of: Select, span: Seconds): string => `${selection(of)}[${promSpan(span)}]${offset(of)}`;

const pairingText = (pairing: Pairing | undefined): string => {
  if (pairing === undefined) return "";
  const copied = pairing.copy === undefined ? "" : ` group_left (${pairing.copy.join(", ")})`;
  return ` on (${pairing.on.join(", ")})${copied}`;
};

/** As one side of an operator. */
const side = (expression: Expression): string => {
  const text = promql(expression);
  return expression.kind === "arithmetic" || expression.kind === "comparison" || expression.kind === "set"
    ? `(${text})`
    : text;
};

/** An expression as PromQL, in one line. */
export const promql = (expression: Expression): string => {
  switch (expression.kind) {
    case "select":
      return selection(expression) + offset(expression);
    case "number":
      return numberText(expression.value);
    case "now":
      return "time()";
    case "constant":
      return `vector(${numberText(expression.value)})`;
    case "window":
      return `${expression.how}_over_time(${stretch(expression.of, expression.span)})`;
    case "growth":
      return `${expression.per === "span" ? "increase" : "rate"}(${stretch(expression.of, expression.span)})`;
    case "forecast":
      return `predict_linear(${stretch(expression.of, expression.span)}, ${numberText(expression.ahead)})`;
    case "aggregate":
      return expression.by.length === 0
        ? `${expression.how}(${promql(expression.of)})`
        : `${expression.how} by (${expression.by.join(", ")}) (${promql(expression.of)})`;
    case "arithmetic":
    case "comparison":
      return `${side(expression.left)} ${expression.operator}${pairingText(expression.pairing)} ${side(expression.right)}`;
    case "set": {
      const on = expression.on === undefined ? "" : ` on (${expression.on.join(", ")})`;
      return `${side(expression.left)} ${expression.operator}${on} ${side(expression.right)}`;
    }
    case "absent":
      return `absent(${promql(expression.of)})`;
    case "label": {
      const { of, set, from, pattern } = expression;
      return `label_replace(${promql(of)}, ${quoted(set)}, "$1", ${quoted(from)}, ${quoted(pattern)})`;
    }
  }
};
