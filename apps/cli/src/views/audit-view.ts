import type { AuditVerdict } from "@orrery/store";
import type { Terminal } from "../terminal.ts";

/** What `orrery audit verify --json` prints. */
export const auditJson = (verdict: AuditVerdict, place: string): string => {
  const told =
    verdict.kind === "whole"
      ? { kind: verdict.kind, place, head: { number: verdict.head.seq, hash: verdict.head.hash } }
      : { kind: verdict.kind, place, number: verdict.seq, why: verdict.why };
  return JSON.stringify(told, null, 2);
};

export const auditView = (verdict: AuditVerdict, place: string, { paint }: Terminal): string => {
  if (verdict.kind === "broken")
    return [
      `${paint("red", "✖")} The audit trail in ${place} is broken at entry ${verdict.seq}: ${verdict.why}.`,
      "  Entries before it are as they were written. Compare with a backup: orrery store restore, into another ORRERY_HOME.",
    ].join("\n");
  const { seq, hash } = verdict.head;
  if (seq === 0) return `${paint("green", "✔")} The audit trail in ${place} is empty.`;
  return [
    `${paint("green", "✔")} The audit trail in ${place} is whole: ${seq} ${seq === 1 ? "entry" : "entries"}.`,
    `  It ends with ${seq}:${hash}`,
    "  Keep that elsewhere, and give it with --head another time.",
  ].join("\n");
};
