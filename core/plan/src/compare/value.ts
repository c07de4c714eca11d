import { formatBytes } from "@orrery/model";

/**
 * A property in canonical form, so that equal things are equal texts: flags `0` and `1`, sizes as bytes, lists without
 * an order sorted, property strings taken apart by key.
 */
export type Value = string | readonly string[] | { readonly [key: string]: string };

/** By the name that Proxmox has for it. A property that has its default is left out. */
export type Properties = Readonly<Record<string, Value>>;

/** Whether it is a list; its entries are in no order. */
export const isList = (value: Value): value is readonly string[] => Array.isArray(value);

/** Whether it is a property string, taken apart. */
export const isParts = (value: Value | undefined): value is Readonly<Record<string, string>> =>
  typeof value === "object" && !isList(value);

/** The entries of a list; none of anything else. */
export const listOf = (value: Value | undefined): readonly string[] =>
  value !== undefined && isList(value) ? value : [];

const sameLists = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((item, index) => item === other[index]);

/** Whether two values mean the same. */
export const sameValue = (one: Value | undefined, other: Value | undefined): boolean => {
  if (one === undefined || other === undefined) return one === other;
  if (typeof one === "string" || typeof other === "string") return one === other;
  if (isList(one) || isList(other)) return isList(one) && isList(other) && sameLists(one, other);
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
};

/** A property's value as a person says it: sizes with a unit. */
export const propertyText = (property: string, value: Value | undefined): string => {
  const text = valueText(value);
  return property.endsWith(".size") && /^\d+$/.test(text) ? formatBytes(Number(text)) : text;
};

/** A value in one line, for people: `a, b` of a list, `key=value,…` of a property string. */
export const valueText = (value: Value | undefined): string => {
  if (value === undefined) return "(none)";
  if (typeof value === "string") return value === "" ? '""' : value;
  if (isList(value)) return value.length === 0 ? "(empty)" : value.join(", ");
  return Object.entries(value)
    .map(([key, text]) => `${key}=${text}`)
    .join(",");
};
