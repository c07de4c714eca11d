import type { PveVersion } from "@orrery/contract";
import type { ProxmoxOptions } from "@orrery/model";
import type { Properties, Value } from "../compare/value.ts";
import { type OptionTable, readOption } from "./option.ts";

/** Declared options: those in canonical form, and those that are left open, with the reason. */
export type DeclaredOptions = { readonly properties: Properties; readonly open: Readonly<Record<string, string>> };

/**
 * Options as they are declared of something that has no secrets. What Proxmox would refuse is left open, so that all the
 * rest of the object is planned.
 *
 * @param own what a declaration says of the object without its options, by the parameters' names
 */
export const declaredOptions = (
  contract: PveVersion,
  table: OptionTable,
  options: ProxmoxOptions,
  own: ReadonlySet<string>,
): DeclaredOptions => {
  const properties: Record<string, Value> = {};
  const open: Record<string, string> = {};
  for (const [key, raw] of Object.entries(options)) {
    const why = obstacle(key, raw, own);
    if (why !== undefined) {
      open[key] = why;
      continue;
    }
    const { value, refused } = readOption(table, key, raw);
    if (refused !== undefined) open[key] = `Proxmox VE ${contract} would refuse it: it ${refused}`;
    if (value !== undefined) properties[key] = value;
  }
  return { properties, open };
};

const obstacle = (key: string, raw: ProxmoxOptions[string], own: ReadonlySet<string>): string | undefined => {
  if (typeof raw === "object" && "kind" in raw) {
    if (raw.kind === "unknown" && "why" in raw) return String(raw.why);
    if (raw.kind === "secret") return "it is no secret to Proxmox, which tells it to whoever asks";
  }
  return own.has(key) ? `the declaration says it elsewhere, so that its options may not (${key})` : undefined;
};
