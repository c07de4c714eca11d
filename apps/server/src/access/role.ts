/** What somebody may be here. Each one may also look at everything that a viewer sees; nothing else follows from another. */
export const roles = ["viewer", "operator", "approver", "auditor", "admin"] as const;
export type Role = (typeof roles)[number];

/** What each role is for, in one line. */
export const roleAbout: Readonly<Record<Role, string>> = {
  viewer: "sees clusters, guests, findings, plans and objectives",
  operator: "rehearses procedures on the twin",
  approver: "approves what others ask for; nothing asks for it yet",
  auditor: "reads the audit trail",
  admin: "keeps accounts, and ends sessions and tokens of others",
};

export const allows = (held: readonly Role[], needed: Role): boolean =>
  held.includes(needed) || (needed === "viewer" && held.length > 0);
