import { appendAudit, type AuditEntry as ChainEntry, type Json, type KeptAuditEntry, readAudit } from "@orrery/store";
import type { AuditDraft, AuditEntry, Keeping } from "../keeping.ts";
import { type Database, type Doubt, reaching } from "./reaching.ts";

const outcomeOf = ({ phase, status }: AuditDraft): ChainEntry["outcome"] => {
  switch (phase) {
    case "begins":
      return "asked";
    case "ends":
      return status !== undefined && status < 400 ? "done" : "failed";
    case "refused":
      return "refused";
  }
};

const phaseOf: Readonly<Record<ChainEntry["outcome"], AuditDraft["phase"]>> = {
  asked: "begins",
  done: "ends",
  failed: "ends",
  unknown: "ends",
  refused: "refused",
};

/** As the chain has it: who, what, on which path, and how it came out; the rest as details. */
const chainEntryOf = (draft: AuditDraft): ChainEntry => {
  const { at, who, what, path, account, from, request, status, why } = draft;
  const details: Json = {
    from,
    request,
    ...(account === undefined ? {} : { account }),
    ...(status === undefined ? {} : { status }),
    ...(why === undefined ? {} : { why }),
  };
  return { at: new Date(at), who, action: what, subject: path, outcome: outcomeOf(draft), details };
};

/** What another part of Orrery put into the chain has no address and no request. */
const auditEntryOf = ({ seq, at, who, action, subject, outcome, details }: KeptAuditEntry): AuditEntry => {
  const told = new Map(Object.entries(typeof details === "object" && details !== null ? details : {}));
  const text = (name: string): string | undefined => {
    const value = told.get(name);
    return typeof value === "string" ? value : undefined;
  };
  const status = told.get("status");
  const why = text("why");
  return {
    number: seq,
    at: at.getTime(),
    phase: phaseOf[outcome],
    who,
    account: text("account"),
    from: text("from") ?? "",
    what: action,
    path: subject,
    request: text("request") ?? "",
    ...(typeof status === "number" ? { status } : {}),
    ...(why === undefined ? {} : { why }),
  };
};

export const auditIn = (db: Database, doubt: Doubt): Keeping["audit"] =>
  reaching(doubt, {
    append: async (draft) => {
      await appendAudit(db, chainEntryOf(draft));
    },
    read: async (asked) => (await readAudit(db, asked)).map(auditEntryOf),
  });
