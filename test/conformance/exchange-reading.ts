import type { Exchange } from "./recording.ts";

export type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const rowsOf = (value: unknown): Row[] => (Array.isArray(value) ? value.filter(isRow) : []);

export const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

export const pathOf = (exchange: Exchange): string => {
  try {
    return decodeURIComponent(exchange.request.path);
  } catch {
    return exchange.request.path;
  }
};

export const bodyOf = (exchange: Exchange): Row => (isRow(exchange.request.body) ? exchange.request.body : {});

export const asked = (exchange: Exchange, method: string): boolean => exchange.request.method === method;

export const worked = (exchange: Exchange): boolean => exchange.status === 200;

export const words = (value: unknown): string[] =>
  text(value)
    .split(/[,;\s]+/)
    .filter((word) => word !== "");
