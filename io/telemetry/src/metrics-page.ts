import type { Family } from "./family.ts";
import type { Format } from "./format.ts";
import { LabelSet } from "./label-set.ts";
import type { MetricSamples, Metrics } from "./metrics.ts";
import type { StateSet } from "./state-set.ts";

/** A value that is no finite number, as both formats write it. */
const valueText = (value: number): string => {
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
};

/** The samples of one metric as text. */
class FamilyLines implements MetricSamples {
  readonly family: Family;
  #text = "";

  constructor(family: Family) {
    this.family = family;
  }

  add(labels: LabelSet, value: number | undefined, suffix = ""): void {
    if (value === undefined) return;
    const { name } = this.family;
    const { text } = labels;
    const own = text === "" ? "" : `{${text}}`;
    this.#text += `${name}${suffix}${own} ${Number.isFinite(value) ? value : valueText(value)}\n`;
  }

  set(values: readonly string[], value: number | undefined): void {
    if (value !== undefined) this.add(new LabelSet(this.family.labels, values), value);
  }

  states({ text }: StateSet): void {
    this.#text += text;
  }

  get text(): string {
    return this.#text;
  }
}

const escapedHelp = (help: string, format: Format): string => {
  const text = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return format === "openmetrics" ? text.replaceAll('"', '\\"') : text;
};

/**
 * Metrics, in the order in which they were first spoken of. In the Prometheus format `x` and the counter `x_total` are
 * two metrics; in OpenMetrics a counter `x_total` is called `x`. Where both are on one page, the counter is there written
 * as of unknown type, under its whole name: dashboards that know either one go on.
 */
export class MetricsPage implements Metrics {
  readonly #families = new Map<string, FamilyLines>();

  of(family: Family): FamilyLines {
    const known = this.#families.get(family.name);
    if (known !== undefined) return known;
    const lines = new FamilyLines(family);
    this.#families.set(family.name, lines);
    return lines;
  }

  #head({ name, type, help }: Family, format: Format): string {
    if (format === "prometheus") return `# HELP ${name} ${escapedHelp(help, format)}\n# TYPE ${name} ${type}\n`;
    const short = type === "counter" ? name.slice(0, -"_total".length) : name;
    const clashes = short !== name && (this.#families.get(short)?.text ?? "") !== "";
    const called = clashes ? name : short;
    return `# HELP ${called} ${escapedHelp(help, format)}\n# TYPE ${called} ${clashes ? "unknown" : type}\n`;
  }

  /** The page as text. A metric without any sample is not on it. */
  text(format: Format): string {
    let text = "";
    for (const lines of this.#families.values())
      if (lines.text !== "") text += this.#head(lines.family, format) + lines.text;
    return format === "openmetrics" ? `${text}# EOF\n` : text;
  }
}
