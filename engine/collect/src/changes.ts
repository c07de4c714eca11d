import {
  type ClusterState,
  type GuestPresence,
  type GuestState,
  type NodePart,
  type TaskState,
  valueIn,
} from "@orrery/state";
import type { GuestRow } from "./resources.ts";

/** What a task of a type may have changed on its node, beside guests. */
const touched: Readonly<Record<string, readonly NodePart[]>> = {
  srvreload: ["network", "services"],
  srvstart: ["services"],
  srvstop: ["services"],
  srvrestart: ["services"],
  aptupdate: ["updates"],
  dircreate: ["disks"],
  dirremove: ["disks"],
  diskinit: ["disks"],
  wipedisk: ["disks"],
  lvmcreate: ["disks"],
  lvmremove: ["disks"],
  lvmthincreate: ["disks"],
  lvmthinremove: ["disks"],
  zfscreate: ["disks"],
  zfsremove: ["disks"],
  qmpause: ["runStates"],
  qmresume: ["runStates"],
  qmsuspend: ["runStates"],
  qmstart: ["runStates"],
  qmstop: ["runStates"],
  qmshutdown: ["runStates"],
  qmigrate: ["runStates"],
  acmenewcert: ["certificates"],
  acmerenew: ["certificates"],
};

/** Tasks that look and change nothing. */
const onlyLook = new Set(["vncproxy", "vncshell", "spiceproxy", "termproxy", "vzdump", "download"]);

/** What happened since, as far as the task log tells. */
export type Happenings = {
  readonly guests: ReadonlySet<string>;
  readonly nodes: ReadonlyMap<string, ReadonlySet<NodePart>>;
  /** Nodes whose log goes on after a gap: anything may have happened there. */
  readonly gaps: ReadonlySet<string>;
};

const keyOf = ({ upid, end }: TaskState): string => `${upid} ${end?.at ?? ""}`;

/** Compares two looks at the task log. */
export const happeningsBetween = (before: readonly TaskState[], now: readonly TaskState[]): Happenings => {
  const known = new Set(before.map(keyOf));
  const seen = new Set(before.map(({ upid }) => upid));
  const guests = new Set<string>();
  const nodes = new Map<string, Set<NodePart>>();
  const had = new Set(before.map(({ node }) => node));
  const overlap = new Set(now.filter(({ upid }) => seen.has(upid)).map(({ node }) => node));
  for (const task of now) {
    if (known.has(keyOf(task)) || onlyLook.has(task.type)) continue;
    guests.add(task.id);
    const parts = nodes.get(task.node) ?? new Set();
    for (const part of touched[task.type] ?? []) parts.add(part);
    nodes.set(task.node, parts);
  }
  const gaps = new Set(now.map(({ node }) => node).filter((node) => had.has(node) && !overlap.has(node)));
  return { guests, nodes, gaps };
};

const stable = ({ figures, ha, ...rest }: GuestPresence): string => {
  void [figures, ha];
  return JSON.stringify(Object.entries(rest).toSorted(([one], [other]) => (one < other ? -1 : 1)));
};

/** Whether the list of resources shows that a guest is not as it was: another row, or a start in between. */
export const hasChanged = (before: GuestState, { kind, node, presence }: GuestRow): boolean => {
  const old = valueIn(before.presence);
  if (old === undefined || before.kind !== kind || before.node !== node) return true;
  const restarted = (presence.figures?.uptime ?? 0) < (old.figures?.uptime ?? 0);
  return restarted || stable(old) !== stable(presence);
};

/** The guests whose configuration was read longest ago. */
export const oldestGuests = (state: ClusterState, count: number): Set<string> => {
  const aged = Object.values(valueIn(state.guests) ?? {}).map(({ vmid, file }) => ({
    vmid: String(vmid),
    at: file.kind === "unasked" ? Number.POSITIVE_INFINITY : file.at,
  }));
  const oldest = aged.filter(({ at }) => Number.isFinite(at)).toSorted((one, other) => one.at - other.at);
  return new Set(oldest.slice(0, count).map(({ vmid }) => vmid));
};
