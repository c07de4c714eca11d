import { share } from "../figures/share.ts";
import { size } from "../figures/size.ts";
import { span } from "../figures/span.ts";

/** What the numbers of a chart are. */
export type Unit = "share" | "bytes" | "bytes/s" | "seconds" | "count";

const thousands = ["", "k", "M", "G", "T"] as const;

/** A count with three digits that matter: `12`, `1.5 k`. */
const count = (value: number): string => {
  let left = Math.abs(value);
  let index = 0;
  while (left >= 999.5 && index < thousands.length - 1) {
    left /= 1000;
    index += 1;
  }
  const digits = left >= 99.5 || Number.isInteger(left) ? 0 : left >= 9.95 ? 1 : 2;
  const text = `${left.toFixed(digits)} ${thousands[index] ?? ""}`.trim();
  return value < 0 ? `−${text}` : text;
};

const texts: Readonly<Record<Unit, (value: number) => string>> = {
  share,
  bytes: size,
  "bytes/s": (value) => `${size(value)}/s`,
  seconds: (value) => (value < 1 ? `${(value * 1000).toFixed(0)} ms` : span(value * 1000)),
  count,
};

export const unitText = (unit: Unit, value: number): string => texts[unit](value);

const powers = (base: number, from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => base ** (from + index));

/** How far apart the lines of an axis may be, so that their figures are round ones; undefined for the usual. */
export const stepsOf = (unit: Unit): number[] | undefined =>
  unit === "bytes" || unit === "bytes/s" ? powers(2, 0, 55) : undefined;
