import { contractOf, type PropertyFormat, type PveVersion, type Schema } from "@orrery/contract";
import type { ProxmoxOptions } from "@orrery/model";
import type { Row } from "@orrery/state";
import type { Properties, Value } from "../../compare/value.ts";
import { canonicalParameter } from "../parameter.ts";
import { textOf } from "../text.ts";

/** Property strings of which the contract has the name only. */
const formats: Readonly<Record<string, PropertyFormat>> = {
  "backup-fleecing": {
    enabled: { type: "boolean", default: 0, default_key: 1, optional: true },
    storage: { type: "string", optional: true },
  },
  "backup-performance": {
    "max-workers": { type: "integer", default: 16, optional: true },
    "pbs-entries-max": { type: "integer", default: 1_048_576, optional: true },
  },
};

/** Said by the policy itself, or only while a job is changed. */
const fixed: ReadonlySet<string> = new Set([
  ..."id all vmid pool exclude node schedule storage prune-backups maxfiles enabled comment delete starttime dow".split(
    " ",
  ),
  ..."type next-run".split(" "),
]);

/** What a parameter of a backup job may be. */
export const backupSchema = (contract: PveVersion, key: string): Schema | undefined => {
  const schema = contractOf(contract).route("POST", "/cluster/backup")?.params.properties[key];
  const format = typeof schema?.format === "string" ? formats[schema.format] : undefined;
  return schema === undefined || format === undefined ? schema : { ...schema, format };
};

/** What the servers of both releases take where nothing is said, though the contract has no word of it. */
const isUsual = (key: string, value: Value): boolean => key === "protected" && value === "0";

/** The options of a job as it was observed. What the contract has no word of stays as it is. */
export const observedOptions = (contract: PveVersion, row: Row): Properties => {
  const found: [string, Value][] = [];
  for (const [key, raw] of Object.entries(row)) {
    if (fixed.has(key) || raw === null) continue;
    const one = canonicalParameter(backupSchema(contract, key), raw);
    if (one.kind === "refused") found.push([key, typeof raw === "object" ? JSON.stringify(raw) : textOf(raw)]);
    if (one.kind === "value" && !isUsual(key, one.value)) found.push([key, one.value]);
  }
  return Object.fromEntries(found);
};

/** The options of a job as they are declared, and what is wrong with some of them. */
export const declaredOptions = (
  contract: PveVersion,
  options: ProxmoxOptions,
): { readonly properties: Properties; readonly open: Readonly<Record<string, string>> } => {
  const properties: [string, Value][] = [];
  const open: [string, string][] = [];
  for (const [key, raw] of Object.entries(options)) {
    if (typeof raw === "object" && !Array.isArray(raw) && "kind" in raw) {
      open.push([key, raw.kind === "unknown" && "why" in raw ? textOf(raw.why) : "a backup job has no secrets"]);
      continue;
    }
    if (fixed.has(key)) {
      open.push([key, `the policy says it elsewhere, so that its options may not (${key})`]);
      continue;
    }
    const one = canonicalParameter(backupSchema(contract, key), raw);
    if (one.kind === "refused") open.push([key, `Proxmox VE ${contract} would refuse it: ${one.why}`]);
    if (one.kind === "value" && !isUsual(key, one.value)) properties.push([key, one.value]);
  }
  return { properties: Object.fromEntries(properties), open: Object.fromEntries(open) };
};
