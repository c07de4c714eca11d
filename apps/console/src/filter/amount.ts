import type { Unit } from "./field.ts";

const kibi = 1024;
const factors: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  bytes: { "": 1, b: 1, k: kibi, m: kibi ** 2, g: kibi ** 3, t: kibi ** 4, p: kibi ** 5 },
  share: { "": 1, "%": 0.01 },
  seconds: { s: 1, "": 1, min: 60, h: 3600, d: 86_400, w: 604_800 },
  count: { "": 1, k: 1000 },
};

/** How an amount of each unit is written. */
export const amountForms: Readonly<Record<Unit, string>> = {
  bytes: "a size such as 8G, 512M or 1.5T",
  share: "a share such as 50%",
  seconds: "a time such as 90s, 30min, 12h or 7d",
  count: "a number",
};

/** What an amount is as a number of its unit, or, with `%` where the unit is another, as a share. Undefined: it is none. */
export const amountOf = (
  text: string,
  unit: Unit,
): { readonly kind: "amount" | "share"; readonly value: number } | undefined => {
  const [, digits, suffix = ""] = /^(\d+(?:\.\d+)?)\s*([a-z%]*)$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  if (suffix === "%" && unit !== "share") return { kind: "share", value: Number(digits) / 100 };
  const written = suffix.toLowerCase();
  const plain = unit === "bytes" ? written.replace(/i?b$/, "") : written;
  const known = factors[unit];
  const factor = Object.hasOwn(known, plain) ? known[plain] : undefined;
  return factor === undefined ? undefined : { kind: "amount", value: Number(digits) * factor };
};
