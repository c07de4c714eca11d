import type { Seconds } from "@orrery/model";
import type { Matcher } from "../labels.ts";

/** The newest value of each series of a metric. */
export type Select = {
  readonly kind: "select";
  readonly metric: string;
  readonly where: readonly Matcher[];
  /** As it was so long ago. */
  readonly ago?: Seconds;
};

/** Which series of both sides belong together: those that agree on these labels; on all, where left out. */
export type Pairing = {
  readonly on: readonly string[];
  /** Many on the left may belong to one on the right, whose labels of these names they get. */
  readonly copy?: readonly string[];
};

export const arithmetics = ["+", "-", "*", "/"] as const;
export const comparisons = [">", ">=", "<", "<=", "==", "!="] as const;
export const setOperators = ["and", "or", "unless"] as const;
export const aggregates = ["sum", "max", "min", "avg", "count"] as const;
export const windowFunctions = ["avg", "max", "min", "sum", "count"] as const;

/**
 * What a rule asks of the series, in the part of PromQL that the rules need. It is data, so that it can be written as PromQL
 * (`promql`) and worked out in process (`evaluate`), both with one meaning.
 */
export type Expression =
  | Select
  | { readonly kind: "number"; readonly value: number }
  /** Seconds since 1970. */
  | { readonly kind: "now" }
  /** One series without labels. */
  | { readonly kind: "constant"; readonly value: number }
  /** Each series over the newest stretch. */
  | {
      readonly kind: "window";
      readonly how: (typeof windowFunctions)[number];
      readonly of: Select;
      readonly span: Seconds;
    }
  /** By how much a counter grew over the newest stretch, in all or for each second. */
  | { readonly kind: "growth"; readonly per: "span" | "second"; readonly of: Select; readonly span: Seconds }
  /** Where the straight line through the newest stretch will be. */
  | { readonly kind: "forecast"; readonly of: Select; readonly span: Seconds; readonly ahead: Seconds }
  | {
      readonly kind: "aggregate";
      readonly how: (typeof aggregates)[number];
      readonly by: readonly string[];
      readonly of: Expression;
    }
  | {
      readonly kind: "arithmetic";
      readonly operator: (typeof arithmetics)[number];
      readonly left: Expression;
      readonly right: Expression;
      readonly pairing?: Pairing;
    }
  /** Those on the left that compare so; nothing becomes of the others. */
  | {
      readonly kind: "comparison";
      readonly operator: (typeof comparisons)[number];
      readonly left: Expression;
      readonly right: Expression;
      readonly pairing?: Pairing;
    }
  | {
      readonly kind: "set";
      readonly operator: (typeof setOperators)[number];
      readonly left: Expression;
      readonly right: Expression;
      readonly on?: readonly string[];
    }
  /** 1, where there is no such series. */
  | { readonly kind: "absent"; readonly of: Select }
  /** Sets a label to the first group of a pattern that another label matches as a whole; else leaves it as it is. */
  | {
      readonly kind: "label";
      readonly set: string;
      readonly from: string;
      readonly pattern: string;
      readonly of: Expression;
    };

/** A condition as Prometheus writes it: `"id=~node/.+"`, `"state=error"`. */
export type Condition = `${string}${"=" | "!=" | "=~" | "!~"}${string}`;

const conditionOf = (text: string): Matcher => {
  const [, label = "", kind = "=", value = ""] = /^([a-z_]+)(=~|!~|!=|=)(.*)$/s.exec(text) ?? [];
  return { label, kind: kind as Matcher["kind"], value };
};

/** The series of a metric that meet the conditions. */
export const select = (metric: string, ...conditions: readonly Condition[]): Select => ({
  kind: "select",
  metric,
  where: conditions.map(conditionOf),
});

export const ago = (of: Select, span: Seconds): Select => ({ ...of, ago: span });

const wrapped = (value: Expression | number): Expression =>
  typeof value === "number" ? { kind: "number", value } : value;

export const now: Expression = { kind: "now" };
export const constant = (value: number): Expression => ({ kind: "constant", value });

export const calculate = (
  left: Expression | number,
  operator: (typeof arithmetics)[number],
  right: Expression | number,
  pairing?: Pairing,
): Expression => ({
  kind: "arithmetic",
  operator,
  left: wrapped(left),
  right: wrapped(right),
  ...(pairing === undefined ? {} : { pairing }),
});

export const where = (
  left: Expression | number,
  operator: (typeof comparisons)[number],
  right: Expression | number,
  pairing?: Pairing,
): Expression => ({
  kind: "comparison",
  operator,
  left: wrapped(left),
  right: wrapped(right),
  ...(pairing === undefined ? {} : { pairing }),
});

const set =
  (operator: (typeof setOperators)[number]) =>
  (left: Expression, right: Expression, on?: readonly string[]): Expression => ({
    kind: "set",
    operator,
    left,
    right,
    ...(on === undefined ? {} : { on }),
  });
export const both = set("and");
export const either = set("or");
export const except = set("unless");

export const aggregate = (how: (typeof aggregates)[number], by: readonly string[], of: Expression): Expression => ({
  kind: "aggregate",
  how,
  by,
  of,
});
export const over = (how: (typeof windowFunctions)[number], span: Seconds, of: Select): Expression => ({
  kind: "window",
  how,
  of,
  span,
});
export const growth = (per: "span" | "second", span: Seconds, of: Select): Expression => ({
  kind: "growth",
  per,
  of,
  span,
});
export const forecast = (ahead: Seconds, span: Seconds, of: Select): Expression => ({
  kind: "forecast",
  of,
  span,
  ahead,
});
export const absent = (of: Select): Expression => ({ kind: "absent", of });

/** `labelled(x, "node", "id", "node/(.+)")`. */
export const labelled = (of: Expression, to: string, from: string, pattern: string): Expression => ({
  kind: "label",
  set: to,
  from,
  pattern,
  of,
});

/** Every selection in an expression, with how far back of the evaluation it reads. */
export const selections = (expression: Expression): readonly { readonly select: Select; readonly back: Seconds }[] => {
  switch (expression.kind) {
    case "select":
      return [{ select: expression, back: expression.ago ?? 0 }];
    case "number":
    case "now":
    case "constant":
      return [];
    case "window":
    case "growth":
    case "forecast":
      return [{ select: expression.of, back: (expression.of.ago ?? 0) + expression.span }];
    case "aggregate":
    case "absent":
    case "label":
      return selections(expression.of);
    case "arithmetic":
    case "comparison":
    case "set":
      return [...selections(expression.left), ...selections(expression.right)];
  }
};
