/** What somebody may be here. Each one may also look at everything that a viewer sees; nothing else follows from another. */
export const roles = ["viewer", "operator", "approver", "auditor", "admin"] as const;
export type Role = (typeof roles)[number];

/** What each role is for, in one line. */
export const roleAbout: Readonly<Record<Role, string>> = {
  viewer: "sees clusters, guests, findings, plans and objectives",
  operator: "rehearses and runs procedures",
  approver: "approves what others ask for",
  auditor: "reads the audit trail",
  admin: "keeps accounts, and ends sessions and tokens of others",
};

export const allows = (held: readonly Role[], needed: Role): boolean =>
  held.includes(needed) || (needed === "viewer" && held.length > 0);
