import { contractOf, type GuestFile, guestDigest, type PveVersion } from "@orrery/contract";
import {
  type Config,
  concealed,
  type GuestConfig,
  type GuestKind,
  type Observed,
  observed,
  pendingSection,
  type SnapshotState,
} from "@orrery/state";
import { configOf, needText, rowOf, rowsOf, textOf } from "./answers.ts";
import { Garbled, type Reader } from "./reader.ts";

export type GuestPlace = { readonly kind: GuestKind; readonly node: string; readonly vmid: number };

/** A value as the contract has it: what is a whole number or a flag there is a number. */
const typed = (version: PveVersion, kind: GuestKind, key: string, text: string): string | number => {
  const properties = contractOf(version).route("PUT", `/nodes/{node}/${kind}/{vmid}/config`)?.params.properties;
  const type = (properties?.[key] ?? properties?.[key.replace(/\d+$/, "[n]")])?.type;
  const isNumber = type === "boolean" || type === "integer" || key === "template";
  return isNumber && /^-?\d+$/.test(text) ? Number(text) : text;
};

/** Puts together what `pending` lists key by key. */
const fileOf = (answer: unknown, version: PveVersion, kind: GuestKind): GuestConfig => {
  const config: Record<string, string | number> = {};
  const pending: Record<string, string | number> = {};
  const deletes: Record<string, "key" | "volume"> = {};
  let digest: string | undefined;
  for (const row of rowsOf(answer)) {
    const key = needText(row, "key");
    const [value, next] = [textOf(row, "value"), textOf(row, "pending")];
    if (key === "digest") {
      digest = value;
      continue;
    }
    if (value !== undefined) config[key] = typed(version, kind, key, value);
    if (next !== undefined) pending[key] = typed(version, kind, key, next);
    if (row.delete !== undefined && row.delete !== 0) deletes[key] = row.delete === 2 ? "volume" : "key";
  }
  if (digest === undefined) throw new Garbled("the configuration came without its digest");
  return { config, pending, deletes, digest };
};

const isWhole = (file: GuestConfig, snapshots: GuestFile["snapshots"]): boolean =>
  guestDigest({ config: file.config, pending: pendingSection(file), snapshots }) === file.digest;

const readSnapshots = async (reader: Reader, { kind, node, vmid }: GuestPlace): Promise<SnapshotState[]> => {
  const base = `/nodes/{node}/${kind}/{vmid}`;
  const place = { node, vmid };
  const names = rowsOf(await reader.ask(`${base}/snapshot`, place))
    .map((row) => needText(row, "name"))
    .filter((name) => name !== "current");
  return Promise.all(
    names.map(async (name) => ({
      name,
      config: await reader.part(async () =>
        configOf(rowOf(await reader.ask(`${base}/config`, { ...place, snapshot: name })), "digest"),
      ),
    })),
  );
};

/** The `lxc.*` lines of a container, which only the plain configuration shows. */
const readRaw = async (reader: Reader, { kind, node, vmid }: GuestPlace): Promise<GuestConfig["raw"]> => {
  const { lxc } = rowOf(await reader.ask(`/nodes/{node}/${kind}/{vmid}/config`, { node, vmid, current: true }));
  if (!Array.isArray(lxc)) return undefined;
  return lxc.flatMap((line): [string, string][] =>
    Array.isArray(line) && line.length === 2 ? [[String(line[0]), String(line[1])]] : [],
  );
};

export type ReadGuest = {
  readonly file: Observed<GuestConfig>;
  readonly snapshots: Observed<readonly SnapshotState[]>;
};

/**
 * A guest's configuration, what waits in it and its snapshots: one request where the digest shows that nothing else is
 * in the file, more only where it does not.
 */
export const readGuest = async (reader: Reader, place: GuestPlace): Promise<ReadGuest> => {
  const file = await reader.part(() => readGuestFile(reader, place));
  return file.kind === "observed" ? readBeside(reader, place, file) : { file, snapshots: file };
};

/** A guest's configuration and what waits in it. Rejects where it cannot be read. */
export const readGuestFile = async (reader: Reader, { kind, node, vmid }: GuestPlace): Promise<GuestConfig> =>
  fileOf(await reader.ask(`/nodes/{node}/${kind}/{vmid}/pending`, { node, vmid }), reader.version, kind);

type Seen<T> = Observed<T> & { readonly kind: "observed" };

/** What else the digest shows to be in the file that was read. */
export const readBeside = async (
  reader: Reader,
  place: GuestPlace,
  file: Seen<GuestConfig>,
): Promise<ReadGuest & { readonly file: Seen<GuestConfig> }> => {
  const { kind } = place;
  if (isWhole(file.value, {})) return { file, snapshots: observed(file.at, []) };
  const snapshots = await reader.part(() => readSnapshots(reader, place));
  if (kind === "qemu" || snapshots.kind !== "observed") return { file, snapshots };
  const sections: Record<string, { config: Config }> = {};
  for (const { name, config } of snapshots.value)
    if (config.kind === "observed") sections[name] = { config: config.value };
  const isHidden = Object.values(file.value.config).includes(concealed);
  if (isHidden || isWhole(file.value, sections)) return { file, snapshots };
  const raw = await reader.part(() => readRaw(reader, place));
  if (raw.kind !== "observed" || raw.value === undefined) return { file, snapshots };
  return { file: { ...file, value: { ...file.value, raw: raw.value } }, snapshots };
};
