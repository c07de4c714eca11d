import type { Row } from "@orrery/state";

/** A field of a row as text; empty where it is missing. */
export const fieldOf = (row: Row, key: string): string => {
  const value = row[key];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
};

/** An address or a network in the one form of all that mean the same: a network of one address is that address. */
export const addressForm = (cidr: string): string =>
  cidr.toLowerCase().replace(/^([\d.]+)\/32$|^([0-9a-f:]+)\/128$/, "$1$2");
