import { contractOf, type Method, type PveVersion, parsePveBoolean, type Schema } from "@orrery/contract";
import type { OptionValue } from "@orrery/model";
import { type Config, dict } from "@orrery/twin-world";

type Written = OptionValue | { readonly [part: string]: string | number | boolean | undefined };

const flat = (value: string | number | boolean, schema?: Schema): string | number => {
  if (typeof value === "boolean") return Number(value);
  return schema?.type === "boolean" ? (parsePveBoolean(String(value)) ?? value) : value;
};

const written = (value: Written, schema: Schema | undefined, between: string): string | number => {
  if (typeof value !== "object") return flat(value, schema);
  if (Array.isArray(value)) return value.join(between);
  return Object.entries(value)
    .flatMap(([key, part]) => (part === undefined ? [] : `${key}=${flat(part)}`))
    .join(",");
};

/**
 * Declared options as a file has them: flags as numbers, lists with what stands between, property strings in one.
 *
 * @param of the request that takes them, and what stands between the entries of lists where that is no comma
 */
export const writtenOptions = (
  options: Readonly<Record<string, Written | undefined>>,
  of: { version: PveVersion; request: readonly [Method, string]; separators?: Readonly<Record<string, string>> },
): Config => {
  const schemas = contractOf(of.version).route(...of.request)?.params.properties ?? {};
  return dict(
    Object.entries(options).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, written(value, schemas[key], of.separators?.[key] ?? ",")] as const],
    ),
  );
};
