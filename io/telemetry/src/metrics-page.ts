import type { Family } from "./family.ts";
import type { Format } from "./format.ts";
import { labelText } from "./label-text.ts";

/** A value as both formats write it. */
const valueText = (value: number): string => {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
};

/** The samples of one metric. */
export class FamilyLines {
  readonly family: Family;
  readonly #open: string;
  #text = "";

  constructor(family: Family) {
    this.family = family;
    this.#open = `${family.name}{`;
  }

  /** One sample, its labels already text (`labelText`). Nothing is written of what is unknown. */
  add(labels: string, value: number | undefined): void {
    if (value === undefined) return;
    this.#text +=
      labels === ""
        ? `${this.family.name} ${valueText(value)}\n`
        : `${this.#open}${labels}} ${Number.isFinite(value) ? value : valueText(value)}\n`;
  }

  /** One sample, its labels as values in the order of the family's names. */
  set(values: readonly string[], value: number | undefined): void {
    if (value !== undefined) this.add(labelText(this.family.labels, values), value);
  }

  /** Whole lines that were written before. */
  lines(text: string): void {
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
export class MetricsPage {
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
