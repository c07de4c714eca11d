import { type Config, concealed, type Entry, type Json, type Row } from "@orrery/state";
import { Garbled } from "./reader.ts";

const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);

/** An object that was answered. */
export const rowOf = (value: unknown): Row => {
  if (isRow(value)) return value;
  throw new Garbled("the answer is no object");
};

/** A list of objects that was answered; nothing at all is an empty list. */
export const rowsOf = (value: unknown): readonly Row[] => {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new Garbled("the answer is no list");
  if (!value.every(isRow)) throw new Garbled("the answer is a list of something else than objects");
  return value;
};

const scalar = (value: Json | undefined): string | number | undefined =>
  typeof value === "string" || typeof value === "number" ? value : undefined;

/** A field as text; undefined where it is missing. */
export const textOf = (row: Row, key: string): string | undefined => {
  const value = scalar(row[key]);
  return value === undefined ? undefined : String(value);
};

/** A field that every such object has. */
export const needText = (row: Row, key: string): string => {
  const value = textOf(row, key);
  if (value === undefined) throw new Garbled(`an object in the answer has no ${key}`);
  return value;
};

export const numberOf = (row: Row, key: string): number | undefined => {
  const value = scalar(row[key]);
  const number = value === undefined || value === "" ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
};

export const isSet = (row: Row, key: string): boolean => row[key] === 1 || row[key] === "1" || row[key] === true;

/** The words of a list in text: separated by commas, semicolons or blanks. */
export const wordsOf = (text: string | undefined): string[] => (text ?? "").split(/[,;\s]+/).filter(Boolean);

/** An object without some of its fields. */
export const without = (row: Row, ...keys: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key)));

/** An object with stars in the place of what nobody else may know. */
export const concealing = (row: Row, ...keys: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, keys.includes(key) ? concealed : value]));

/** Field by field where it is there. */
export const given = <K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T });

/** The first part of a property string, which may go without its key: `kvm64,flags=+aes`, `1,fstrim_cloned_disks=1`. */
export const firstWord = (value: string | number | undefined): string => {
  const [first = ""] = String(value ?? "").split(",");
  return first.replace(/^(cputype|enabled|type)=/, "");
};

/** Something named with options: `{ storage: "local", type: "dir", path: … }`. */
export const entryOf = (row: Row, idKey: string, ...left: readonly string[]): Entry => ({
  id: needText(row, idKey),
  type: textOf(row, "type") ?? "",
  options: without(row, idKey, "type", "digest", ...left),
});

/** A flat configuration; what is no text and no number has no place in it. */
export const configOf = (row: Row, ...left: readonly string[]): Config => {
  const config: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(row)) {
    const flat = scalar(value);
    if (flat !== undefined && !left.includes(key)) config[key] = flat;
  }
  return config;
};
