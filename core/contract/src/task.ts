/** How a task ended. A warning is neither success nor failure: somebody must look. */
export type TaskEnd =
  | { readonly kind: "ok" }
  | { readonly kind: "warnings"; readonly count: number }
  | { readonly kind: "failed"; readonly reason: string }
  /** It is over, or out of sight, and nobody can say how it went. */
  | { readonly kind: "unknown"; readonly reason: string };

/**
 * Reads the `exitstatus` of a stopped task. Mirrors `upid_normalize_status_type` in pve-common `src/PVE/Tools.pm`.
 * `unexpected status` is what Proxmox says when the log does not end properly: the worker or its node died.
 */
export const taskEndOf = (exitStatus: unknown): TaskEnd => {
  if (typeof exitStatus !== "string" || exitStatus === "") {
    return { kind: "unknown", reason: "the task stopped without an exit status" };
  }
  if (exitStatus === "OK") return { kind: "ok" };
  const warnings = /^WARNINGS: (\d+)$/.exec(exitStatus)?.[1];
  if (warnings !== undefined) return { kind: "warnings", count: Number(warnings) };
  if (exitStatus === "unexpected status") return { kind: "unknown", reason: exitStatus };
  return { kind: "failed", reason: exitStatus };
};

/** One line of a task's log. */
export interface TaskLogLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}
