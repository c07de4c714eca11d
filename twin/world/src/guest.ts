import type { Config } from "./config.ts";
import type { Dict } from "./dict.ts";
import type { FirewallFile } from "./firewall.ts";
import type { LoadShape } from "./load.ts";

export type GuestKind = "qemu" | "lxc";

/** What runs of a guest. A guest that is suspended to disk is stopped, with `lock: suspended` in its configuration. */
export type Run =
  | { kind: "stopped" }
  | { kind: "running"; pid: number; since: number; agentAt: number }
  | { kind: "paused"; pid: number; since: number; agentAt: number; reason: "paused" | "io-error" };

/** A section of the configuration file; `snaptime` (epoch seconds), `parent` and `vmstate` are keys of it, as in the file. */
export type Snapshot = { config: Config };

/** What the guest agent answers: `absent` is not installed, `dead` is installed and answers no more. */
export type Agent = "absent" | "present" | "dead";

export type Guest = {
  vmid: number;
  kind: GuestKind;
  /** Whose /etc/pve/nodes/NODE holds the configuration. */
  node: string;
  /** The configuration file; `lock`, `template` and `parent` are keys of it, as in the file. */
  config: Config;
  /** The [PENDING] section; `delete` lists keys, as in the file. */
  pending: Config;
  snapshots: Dict<Snapshot>;
  run: Run;
  agent: Agent;
  firewall: FirewallFile;
  load: LoadShape;
  /** Milliseconds from power to a booted system, and from the request to a finished shutdown. */
  bootMs: number;
  shutdownMs: number;
  /** False: nothing is installed on it, or its system ignores a shutdown request. */
  obeysShutdown: boolean;
  /** Bytes per second of memory and of disk that the guest changes when it is at work. */
  dirtyBytesPerSecond: number;
  changeBytesPerSecond: number;
  /** When each storage last took a backup whose dirty bitmap is still good. */
  bitmaps: Dict<number>;
  /** When it began to run on a node, and when it ceased to run (no node), the oldest first. */
  history: [at: number, node: string][];
};
