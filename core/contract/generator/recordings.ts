import { readdirSync, readFileSync } from "node:fs";
import { contractOf } from "../src/contract.ts";
import { fold, propertySchema } from "../src/fold.ts";
import type { Schema } from "../src/schema.ts";
import type { Deviations } from "./deviations.ts";

interface Exchange {
  readonly request: { readonly method: string; readonly path: string };
  readonly status: number;
  readonly response?: unknown;
}

interface Seen {
  readonly beside: Set<string>;
  readonly otherKinds: Map<string, Set<string>>;
  readonly absent: Set<string>;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "number" ? "integer" : typeof value;
};

/** Notes where one folded value is not what its schema says. */
const compare = (schema: Schema, value: unknown, place: string, seen: Seen) => {
  const expected = schema.type ?? (schema.properties ? "object" : schema.items ? "array" : undefined);
  const kind = kindOf(value);
  const choices = schema.enum ?? undefined;
  const isOutside = typeof value === "string" && choices !== undefined && !choices.includes(value);
  const fits =
    !isOutside &&
    (expected === undefined ||
      expected === "any" ||
      expected === kind ||
      (expected === "number" && kind === "integer") ||
      (expected === "boolean" && (value === 0 || value === 1)));
  if (!fits) {
    seen.otherKinds.set(place, (seen.otherKinds.get(place) ?? new Set()).add(kind));
  } else if (Array.isArray(value)) {
    for (const item of value) if (schema.items) compare(schema.items, item, `${place}[]`, seen);
  } else if (isRecord(value) && schema.properties) {
    for (const [name, property] of Object.entries(schema.properties)) {
      const isMissing = property.optional !== true && !name.endsWith("[n]") && !Object.hasOwn(value, name);
      if (isMissing) seen.absent.add(`${place}.${name}`);
    }
    for (const [name, one] of Object.entries(value)) {
      const property = propertySchema(schema.properties, name);
      if (property) compare(property, one, `${place}.${name}`, seen);
      else if (!schema.additionalProperties) seen.beside.add(`${place}.${name}`);
    }
  }
};

/** Compares every recorded answer of PVE 9.2, folded, with its schema. The answer finds the deviations of a method. */
export const readRecordings = (folder: URL): ((method: string, path: string) => Deviations) => {
  const contract = contractOf("9.2");
  const byRoute = new Map<string, Seen>();
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
    const exchanges: readonly Exchange[] = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
    for (const { request, status, response } of exchanges) {
      const found = contract.find(request.method, request.path);
      if (found === undefined || status !== 200 || !isRecord(response)) continue;
      const { route } = found;
      const key = `${route.method} ${route.path}`;
      const seen = byRoute.get(key) ?? { beside: new Set(), otherKinds: new Map(), absent: new Set() };
      byRoute.set(key, seen);
      compare(route.returns, fold(route.returns, response.data), "", seen);
    }
  }
  return (method, path) => {
    const seen = byRoute.get(`${method} ${path}`);
    return {
      beside: [...(seen?.beside ?? [])].sort(),
      otherKinds: new Map([...(seen?.otherKinds ?? [])].map(([place, kinds]) => [place, [...kinds].sort()])),
      absent: [...(seen?.absent ?? [])].map((place) => place.replace(/^(\[\])?\./, "")).sort(),
    };
  };
};
