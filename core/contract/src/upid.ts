/** A task, taken apart: `UPID:pve1:000002D5:0004077F:6B02AF50:qmstart:999:root@pam:`. */
export interface Upid {
  readonly node: string;
  /** Of the worker process on that node. */
  readonly pid: number;
  /** When the process began, in ticks since the node booted: with `pid` and `node` it names the process. */
  readonly pstart: number;
  /** When the task began, in seconds since 1970-01-01T00:00:00Z. */
  readonly starttime: number;
  /** `qmstart`, `vzdump`, … */
  readonly type: string;
  /** What it is about, often a guest's id; may be empty. */
  readonly id: string;
  /** User, or user and token: `root@pam`, `alice@pve!ci`. */
  readonly user: string;
}

// Mirrors `upid_decode` in pve-common `src/PVE/Tools.pm`; pstart has nine digits after 497 days of uptime.
const shape =
  /^UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s]+):([^:\s]*):([^:\s]+):$/;

/** Undefined when the value is no UPID. */
export const parseUpid = (raw: unknown): Upid | undefined => {
  const match = typeof raw === "string" ? shape.exec(raw) : null;
  if (match === null) return undefined;
  const [, node = "", pid = "", pstart = "", starttime = "", type = "", id = "", user = ""] = match;
  const hex = (text: string) => Number.parseInt(text, 16);
  return { node, pid: hex(pid), pstart: hex(pstart), starttime: hex(starttime), type, id, user };
};

const hex8 = (value: number) => value.toString(16).toUpperCase().padStart(8, "0");

export const formatUpid = ({ node, pid, pstart, starttime, type, id, user }: Upid): string =>
  `UPID:${node}:${hex8(pid)}:${hex8(pstart)}:${hex8(starttime)}:${type}:${id}:${user}:`;
