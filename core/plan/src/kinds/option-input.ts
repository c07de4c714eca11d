import type { Schema } from "@orrery/contract";
import type { ProxmoxOption, ProxmoxOptions } from "@orrery/model";
import type { Properties, Value } from "../compare/value.ts";

const inputOf = (schema: Schema | undefined, value: Value): ProxmoxOption => {
  if (typeof value !== "string") {
    if (Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, text]) => [key, /^(0|[1-9]\d*)$/.test(text) ? Number(text) : text]),
    );
  }
  if (schema?.type === "boolean") return value === "1";
  return schema?.type === "integer" || schema?.type === "number" ? Number(value) : value;
};

/** Properties as a person writes them in a declaration: flags true or false, numbers as numbers. */
export const optionsFor = (properties: Properties, schemaOf: (key: string) => Schema | undefined): ProxmoxOptions =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, inputOf(schemaOf(key), value)]));
