import type { Clock, Proxmox, PveVersion } from "@orrery/contract";

/** As much of the port as procedures need; any version's will do. */
export type Port = Pick<Proxmox<PveVersion>, "version" | "request" | "follow">;

/** What a script tells of itself while it runs. An `id` names one action of one run. */
export type ScriptEvent =
  | { readonly kind: "begins"; readonly id: string; readonly what: string }
  /** `skipped`: it looked, and there was nothing to do. */
  | {
      readonly kind: "ends";
      readonly id: string;
      readonly outcome: "done" | "skipped" | "failed";
      readonly why?: string;
    }
  | { readonly kind: "says"; readonly what: string };

export type Tell = (event: ScriptEvent) => void;

/**
 * Work on a cluster, written against the port and a clock alone: the same on a real cluster and on the twin. It throws
 * where it cannot go on; what it answers is data.
 */
export type Script<R> = (pve: Proxmox<PveVersion>, clock: Clock, tell: Tell) => Promise<R>;

/** Runs one action of a script and tells how it went. */
export const acting = async <T>(tell: Tell, id: string, what: string, work: () => Promise<T>): Promise<T> => {
  tell({ kind: "begins", id, what });
  try {
    const result = await work();
    tell({ kind: "ends", id, outcome: "done" });
    return result;
  } catch (error) {
    tell({ kind: "ends", id, outcome: "failed", why: error instanceof Error ? error.message : String(error) });
    throw error;
  }
};
