import { contractOf, type PveVersion, parsePveBoolean, parsePveSize } from "@orrery/contract";
import type { Properties, Value } from "../../compare/value.ts";
import { optionTables, readOption } from "../option.ts";
import { retentionFormat } from "../retention-format.ts";
import { storageForms, storageSecrets } from "./forms.ts";

/** Said of a storage by the declaration itself, or no option at all. */
export const ownKeys: readonly string[] = ["storage", "type", "content", "nodes", "shared"];

/** The parameters that a storage is made with. */
export const storageOptions = optionTables(["POST", "/storage"], {
  without: ["storage"],
  hints: {
    content: { as: "words" },
    nodes: { as: "words" },
    monhost: { as: "words" },
    "content-dirs": { as: "words" },
    "prune-backups": { format: retentionFormat },
  },
});

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
export const storageOption = (
  contract: PveVersion,
  type: string,
  id: string,
  key: string,
  raw: unknown,
): ReturnType<typeof readOption> => {
  const read = readOption(storageOptions(contract), key, raw);
  if (read.value === undefined) return read;
  const value = settled(key, read.value);
  const isUsual =
    value === usualOf(type, id, key) || isKeepAll(key, value) || (key === "is_mountpoint" && value === "0");
  return isUsual ? {} : { value };
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
    const read = storageOption(contract, type, id, key, raw);
    if (read.value !== undefined) found[key] = read.value;
    else if (read.refused !== undefined) found[key] = typeof raw === "string" ? raw : JSON.stringify(raw);
  }
  return found;
};
