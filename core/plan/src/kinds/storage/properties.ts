import { contractOf, type PveVersion, parsePveBoolean, parsePveSize, type Schema } from "@orrery/contract";
import { canonicalParameter, type Parameter } from "../../parameter.ts";
import type { Properties, Value } from "../../value.ts";
import { storageForms, storageSecrets } from "./forms.ts";

/** Said of a storage by the declaration itself, or no option at all. */
export const ownKeys: readonly string[] = ["storage", "type", "content", "nodes", "shared"];

/** The schema of an option that a storage is made with. */
export const optionSchema = (contract: PveVersion, key: string): Schema | undefined => {
  const schemas = contractOf(contract).route("POST", "/storage")?.params.properties ?? {};
  return Object.hasOwn(schemas, key) ? schemas[key] : undefined;
};

/** Whether the API takes an option of an existing storage. */
export const isFixed = (contract: PveVersion, type: string, key: string): boolean =>
  key === "type" ||
  (storageForms[type]?.fixed ?? []).includes(key) ||
  !Object.hasOwn(contractOf(contract).route("PUT", "/storage/{storage}")?.params.properties ?? {}, key);

/** Where a mounted file system goes unless told. */
const mounted = new Set(["nfs", "cifs", "cephfs", "glusterfs"]);

/** What holds without a word, which depends on the storage itself. */
const usualOf = (type: string, id: string, key: string): string | undefined =>
  key === "path" && mounted.has(type) ? `/mnt/pve/${id}` : storageForms[type]?.usual?.[key];

const trimmed = (value: Value): Value =>
  typeof value === "string" && value.length > 1 ? value.replace(/\/+$/, "") : value;

const paths = new Set(["path", "export", "mountpoint", "subdir"]);

/** Retention that keeps all is retention that nobody asked for. */
const isKeepAll = (key: string, value: Value): boolean =>
  key === "prune-backups" && typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, "keep-all");

const settled = (key: string, value: Value): Value => {
  if (typeof value !== "string") return value;
  // `yes` and a path are told apart in one option.
  if (key === "is_mountpoint") return String(parsePveBoolean(value) ?? value);
  if (key === "blocksize") return String(parsePveSize(value.toUpperCase()) ?? value);
  if (key === "fingerprint") return value.toUpperCase();
  return paths.has(key) ? trimmed(value) : value;
};

/** One option of a storage in canonical form. */
export const canonicalOption = (
  contract: PveVersion,
  type: string,
  id: string,
  key: string,
  raw: unknown,
): Parameter => {
  const read = canonicalParameter(optionSchema(contract, key), raw);
  if (read.kind !== "value") return read;
  const value = settled(key, read.value);
  const isUsual =
    value === usualOf(type, id, key) || isKeepAll(key, value) || (key === "is_mountpoint" && value === "0");
  return isUsual ? { kind: "default" } : { kind: "value", value };
};

/** The options of a storage as they were observed. What the contract does not know is shown as it is. */
export const observedOptions = (
  contract: PveVersion,
  type: string,
  id: string,
  options: Readonly<Record<string, unknown>>,
): Properties => {
  const found: Record<string, Value> = {};
  for (const [key, raw] of Object.entries(options)) {
    if (ownKeys.includes(key) || storageSecrets.includes(key) || key === "priority" || raw === null) continue;
    const read = canonicalOption(contract, type, id, key, raw);
    if (read.kind === "value") found[key] = read.value;
    else if (read.kind === "refused") found[key] = typeof raw === "string" ? raw : JSON.stringify(raw);
  }
  return found;
};
