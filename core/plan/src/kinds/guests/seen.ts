import type { PveVersion } from "@orrery/contract";
import {
  type ClusterState,
  type Config,
  type GuestConfig,
  type GuestKind,
  type GuestState,
  valueIn,
  whyUnknown,
} from "@orrery/state";
import type { Mark } from "../../compare/mark.ts";
import type { Properties, Value } from "../../compare/value.ts";
import { factsOf } from "./facts.ts";
import { readConfig } from "./reading.ts";

/** A guest as it was observed, read for the comparison. */
export type SeenGuest = {
  readonly vmid: number;
  readonly type: GuestKind;
  readonly node: string;
  readonly name: string | undefined;
  readonly isTemplate: boolean;
  readonly isRunning: boolean;
  /** What the HA manager has it for; undefined of a guest that it does not look after. */
  readonly ha: string | undefined;
  readonly pool: string | undefined;
  /** As it will be once all that waits is done. */
  readonly config: Config;
  readonly properties: Properties;
  /** As it runs, with nothing of what waits. */
  readonly running: Config;
  readonly marked: boolean;
  readonly protected: boolean;
  readonly at: number;
};

/** The configuration with all that waits in it. */
const nextOf = ({ config, pending, deletes }: GuestConfig): Config => {
  const gone = Object.keys(deletes);
  if (gone.length === 0 && Object.keys(pending).length === 0) return config;
  const next: Record<string, string | number> = { ...config, ...pending };
  for (const key of gone) delete next[key];
  return next;
};

const shown = (value: string | number | undefined): string => (value === undefined ? "(none)" : String(value));

/** What a running guest will only have after its next start: by key, the value that it has until then. */
const waiting = (version: PveVersion, type: GuestKind, file: GuestConfig): [string, Value][] => {
  const same = (key: string, next: string | number | undefined): boolean => {
    const now = file.config[key];
    const facts = (value: string | number | undefined): string =>
      JSON.stringify(value === undefined ? [] : factsOf(version, type, key, value));
    return facts(now) === facts(next);
  };
  const keys = [...Object.keys(file.pending), ...Object.keys(file.deletes)];
  return keys
    .filter((key) => !same(key, Object.hasOwn(file.deletes, key) ? undefined : file.pending[key]))
    .map((key) => [`pending.${key}`, key === "cipassword" ? "(a secret)" : shown(file.config[key])]);
};

const read = (state: ClusterState, guest: GuestState, mark: Mark): SeenGuest | { readonly why: string } => {
  const { vmid, kind: type, node } = guest;
  const presence = valueIn(guest.presence);
  const file = valueIn(guest.file);
  if (presence === undefined || file === undefined || guest.file.kind !== "observed")
    return { why: whyUnknown(guest.file) ?? whyUnknown(guest.presence) ?? "it was not read" };
  const config = nextOf(file);
  const reading = readConfig(state.contract, type, config, mark);
  const isRunning = presence.status === "running";
  const properties: Record<string, Value> = { type, ...reading.properties, node };
  // Proxmox shows guests without a name by their number.
  const shownAs = (presence.name ?? "").replaceAll(/\s+/g, "");
  properties[type === "qemu" ? "name" : "hostname"] ??=
    shownAs === "" ? `${type === "qemu" ? "VM" : "CT"}${vmid}` : shownAs;
  if (!presence.template) properties.status = presence.status;
  if (presence.pool !== undefined) properties.pool = presence.pool;
  if (isRunning) for (const [key, value] of waiting(state.contract, type, file)) properties[key] = value;
  return {
    vmid,
    type,
    node,
    name: presence.name,
    isTemplate: presence.template,
    isRunning,
    ha: presence.ha,
    pool: presence.pool,
    config,
    properties,
    running: isRunning ? file.config : config,
    marked: reading.marked,
    protected: `${config.protection ?? 0}` === "1",
    at: guest.file.at,
  };
};

const known = new WeakMap<GuestState, Map<string, SeenGuest | { readonly why: string }>>();

/** A guest as it was observed; why not, where it could not be read. Read once, however often it is asked for. */
export const seenGuest = (state: ClusterState, guest: GuestState, mark: Mark): SeenGuest | { readonly why: string } => {
  const byMark = known.get(guest) ?? new Map<string, SeenGuest | { readonly why: string }>();
  const key = `${state.contract} ${mark.tag}`;
  const before = byMark.get(key);
  if (before !== undefined) return before;
  const now = read(state, guest, mark);
  byMark.set(key, now);
  known.set(guest, byMark);
  return now;
};

/** A guest by its number; undefined of one that is not there or could not be read. */
export const seenByVmid = (state: ClusterState, vmid: number, mark: Mark): SeenGuest | undefined => {
  const guest = valueIn(state.guests)?.[vmid];
  const seen = guest === undefined ? undefined : seenGuest(state, guest, mark);
  return seen === undefined || "why" in seen ? undefined : seen;
};
