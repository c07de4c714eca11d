import { type AuditHead, type AuditVerdict, verifyAudit } from "@orrery/store";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { print } from "../output.ts";
import { terminalOf } from "../terminal.ts";
import { auditJson, auditView } from "../views/audit-view.ts";
import { placeText, withKept } from "./store-place.ts";

export type VerifyArguments = { readonly head?: readonly string[]; readonly json?: boolean };

const headOf = (text: string): AuditHead => {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text.trim()) ?? [];
  if (seq === undefined || hash === undefined)
    throw new CommandError(`--head ${text} is no end of a chain. Write NUMBER:HASH, as orrery audit verify prints it.`);
  return { seq: Number(seq), hash: hash.toLowerCase() };
};

/** `orrery audit verify` */
export const verify = async ({ head = [], json }: VerifyArguments): Promise<ExitCode> => {
  const heads = head.map(headOf);
  const [verdict, place] = await withKept(
    process.env,
    async (store, at): Promise<readonly [AuditVerdict, string]> => [await verifyAudit(store.db, heads), placeText(at)],
  );
  await print(json ? auditJson(verdict, place) : auditView(verdict, place, terminalOf(process.stdout, process.env)));
  return verdict.kind === "whole" ? exitCode.done : exitCode.findings;
};
