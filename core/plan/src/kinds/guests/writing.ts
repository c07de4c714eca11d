import { type PveVersion, parsePropertyString } from "@orrery/contract";
import type { Config, GuestKind } from "@orrery/state";
import type { Mark } from "../../compare/mark.ts";
import type { Properties, Value } from "../../compare/value.ts";
import { factsOf } from "./facts.ts";
import { familyOf, formatOf, isNet, isSlot } from "./formats.ts";
import { keyOf } from "./reading.ts";

/** What a line is written from: what it should say, and what it says already. */
export type Writing = {
  readonly version: PveVersion;
  readonly type: GuestKind;
  readonly mark: Mark;
  /** Whether it bears, or is to bear, the mark. */
  readonly marked: boolean;
  readonly declared: Properties;
  /** Properties that the declaration leaves as they are. */
  readonly open: Readonly<Record<string, string>>;
  /** As observed; empty of what is made. */
  readonly config: Config;
  /** What a new volume is made of: its size in GiB, and the volume that it is a copy of. */
  readonly volumes: ReadonlyMap<string, { readonly gib: string; readonly from: string | undefined }>;
};

const texts = (value: Value | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : Object.values(value);

const listTexts: Readonly<Record<string, (list: readonly string[]) => string>> = {
  nameserver: (list) => list.join(" "),
  searchdomain: (list) => list.join(" "),
  hotplug: (list) => list.join(","),
  // A blank: nothing is booted from.
  boot: (list) => (list.length === 0 ? " " : `order=${list.join(";")}`),
  // The API wants them escaped once more than the form that it is sent in.
  sshkeys: (list) => encodeURIComponent(list.join("\n")),
};

/**
 * The volume that a disk had before somebody took it out of its slot: the only one that the guest keeps unused on that
 * storage, where it is the only disk that is missing there. A new one would be empty.
 */
export const detachedVolume = (
  { config, declared }: Pick<Writing, "config" | "declared">,
  slot: string,
): string | undefined => {
  const storage = declared[slot];
  if (config[slot] !== undefined || typeof storage !== "string" || storage.includes(":")) return undefined;
  const missing = Object.keys(declared).filter(
    (key) => isSlot(key) && declared[key] === storage && config[key] === undefined,
  );
  const unused = Object.entries(config).flatMap(([key, volid]) =>
    /^unused\d+$/.test(key) && String(volid).startsWith(`${storage}:`) ? [String(volid)] : [],
  );
  return missing.length === 1 && unused.length === 1 ? unused[0] : undefined;
};

/** What is in a slot, as a request has it: a volume that is there, or one that is to be made. */
const volumeText = (writing: Writing, slot: string, content: string): string => {
  const { config, version, type, volumes } = writing;
  const now = config[slot];
  if (now !== undefined) {
    const facts = factsOf(version, type, slot, now);
    const parsed = parsePropertyString(formatOf(version, type, slot) ?? {}, String(now));
    const volid = parsed.kind === "parsed" ? (parsed.properties.file ?? parsed.properties.volume) : undefined;
    if (volid !== undefined && facts.some(([key, value]) => key === "" && value === content)) return String(volid);
  }
  if (content.includes(":") || content.startsWith("/") || content === "none" || content === "cdrom") return content;
  return detachedVolume(writing, slot) ?? `${content}:${volumes.get(slot)?.gib ?? 1}`;
};

/** Drawn once and kept. */
const keptOf = ({ config, version, type, declared, open }: Writing, key: string): [string, string][] => {
  const now = config[key];
  if (now === undefined) return [];
  const kept = factsOf(version, type, key, now).flatMap(([part, value]): [string, string][] => {
    const name = part === "" ? key : `${key}.${part}`;
    return !Object.hasOwn(declared, name) && Object.hasOwn(open, name) && typeof value === "string"
      ? [[part, value]]
      : [];
  });
  const uuid = key === "smbios1" ? /uuid=([^,]+)/.exec(String(now))?.[1] : undefined;
  return uuid === undefined ? kept : [...kept, ["uuid", uuid]];
};

const partsText = (writing: Writing, key: string): string => {
  const { declared, version, type } = writing;
  const parts = new Map(keptOf(writing, key));
  for (const [property, value] of Object.entries(declared))
    if (keyOf(property) === key)
      parts.set(property === key ? "" : property.slice(key.length + 1), texts(value).join(";"));
  const main = parts.get("");
  parts.delete("");
  const rest = (): string[] =>
    [...parts].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([name, value]) => `${name}=${value}`);
  if (isSlot(key)) {
    // A size is what a volume has, not what is asked of one that is there.
    parts.delete("size");
    const volume = volumeText(writing, key, main ?? "");
    const from = writing.config[key] === undefined ? writing.volumes.get(key)?.from : undefined;
    const source = from === undefined ? [] : [`import-from=${from}`];
    return [from === undefined ? volume : volume.replace(/:[^:]*$/, ":0"), ...source, ...rest()].join(",");
  }
  if (isNet(key) && type === "qemu") {
    const mac = parts.get("macaddr");
    parts.delete("macaddr");
    return [mac === undefined ? (main ?? "virtio") : `${main ?? "virtio"}=${mac}`, ...rest()].join(",");
  }
  if (isNet(key)) return [`name=${main ?? key}`, ...rest()].join(",");
  const format = formatOf(version, type, key) ?? {};
  const bare = Object.entries(format).find(([, schema]) => schema.default_key === 1);
  const first = main ?? (bare?.[1].optional === true ? undefined : bare?.[1].default);
  return [...(first === undefined || first === null ? [] : [`${bare?.[0] ?? familyOf(key)}=${first}`]), ...rest()].join(
    ",",
  );
};

/** One option of a guest as a request has it. */
export const optionText = (writing: Writing, key: string): string => {
  const { declared, version, type, mark, marked } = writing;
  if (key === "tags") return [...new Set([...texts(declared.tags), ...(marked ? [mark.tag] : [])])].join(";");
  const list = listTexts[key];
  const value = declared[key];
  if (list !== undefined) return list(texts(value));
  if (key === "memory" || formatOf(version, type, key) === undefined) return texts(value).join(",");
  return partsText(writing, key);
};
