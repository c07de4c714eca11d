export type MetricType = "gauge" | "counter" | "histogram" | "summary";

/** A metric with all its series. */
export type Family = {
  /** As its samples are called in the Prometheus format: a counter's ends with `_total`. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  /** Names of its labels, in the order in which values are given. */
  readonly labels: readonly string[];
};

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Declares a metric. Throws for names that no format can have: they are written by us, not observed. */
export const family = (name: string, type: MetricType, labels: readonly string[], help: string): Family => {
  const wrong = metricName.test(name) ? labels.find((label) => !labelName.test(label)) : name;
  if (wrong !== undefined) throw new Error(`"${wrong}" is no name of a metric or label`);
  if (type === "counter" && !name.endsWith("_total")) throw new Error(`the counter ${name} does not end with _total`);
  return { name, type, help, labels };
};
