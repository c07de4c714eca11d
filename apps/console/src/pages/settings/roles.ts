import type { Api } from "../../api/client.ts";

type Role = Api<"Role">;

/** What each role is for. Total: a new one has no words until it gets them here. */
export const roleWords: Readonly<Record<Role, string>> = {
  viewer: "sees everything of the clusters",
  operator: "silences alerts, writes into incidents, rehearses",
  approver: "approves what others ask for; nothing asks for it yet",
  auditor: "reads the audit trail",
  admin: "keeps accounts, tokens and receivers",
};

const isRole = (text: string): text is Role => Object.hasOwn(roleWords, text);

/** Those of some words that are roles. */
export const rolesIn = (words: readonly string[]): readonly Role[] => words.filter(isRole);

export const allRoles: readonly Role[] = rolesIn(Object.keys(roleWords));
