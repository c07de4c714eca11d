import type { Tables } from "@orrery/store";
import type { Insertable, Selectable } from "kysely";
import { type Role, roles } from "../../access/role.ts";
import type { Account, ApiToken, Attempt, Identity, Session } from "../keeping.ts";

/** A role that this Orrery does not know gives nothing. */
const rolesOf = (texts: readonly string[]): Role[] =>
  texts.filter((text): text is Role => roles.some((role) => role === text));

const identityOf = ({ password, issuer, subject }: Selectable<Tables["account"]>): Identity => {
  if (password !== null) return { kind: "password", hash: password };
  if (issuer !== null && subject !== null) return { kind: "provider", issuer, subject };
  throw new Error("an account that nobody can sign in to");
};

export const accountOf = (row: Selectable<Tables["account"]>): Account => ({
  id: row.id,
  name: row.name,
  roles: rolesOf(row.roles),
  identity: identityOf(row),
  madeAt: row.made_at.getTime(),
  disabled: row.disabled,
});

export const accountRow = ({ identity, madeAt, roles: held, ...rest }: Account): Insertable<Tables["account"]> => ({
  ...rest,
  roles: [...held],
  password: identity.kind === "password" ? identity.hash : null,
  issuer: identity.kind === "provider" ? identity.issuer : null,
  subject: identity.kind === "provider" ? identity.subject : null,
  made_at: new Date(madeAt),
});

export const sessionOf = (row: Selectable<Tables["session"]>): Session => ({
  hash: row.hash,
  account: row.account,
  csrf: row.csrf,
  ...(row.roles === null ? {} : { roles: rolesOf(row.roles) }),
  madeAt: row.made_at.getTime(),
  seenAt: row.seen_at.getTime(),
  endsAt: row.ends_at.getTime(),
});

export const sessionRow = (session: Session): Insertable<Tables["session"]> => ({
  hash: session.hash,
  account: session.account,
  csrf: session.csrf,
  roles: session.roles === undefined ? null : [...session.roles],
  made_at: new Date(session.madeAt),
  seen_at: new Date(session.seenAt),
  ends_at: new Date(session.endsAt),
});

export const tokenOf = (row: Selectable<Tables["token"]>): ApiToken => ({
  id: row.id,
  hash: row.hash,
  account: row.account,
  about: row.about,
  roles: rolesOf(row.roles),
  clusters: row.clusters ?? "all",
  madeAt: row.made_at.getTime(),
  expiresAt: row.expires_at.getTime(),
});

export const tokenRow = (token: ApiToken): Insertable<Tables["token"]> => ({
  id: token.id,
  hash: token.hash,
  account: token.account,
  about: token.about,
  roles: [...token.roles],
  clusters: token.clusters === "all" ? null : [...token.clusters],
  made_at: new Date(token.madeAt),
  expires_at: new Date(token.expiresAt),
});

export const attemptOf = ({ ends_at, return_to, ...rest }: Selectable<Tables["sign_in_attempt"]>): Attempt => ({
  ...rest,
  returnTo: return_to,
  endsAt: ends_at.getTime(),
});

export const attemptRow = ({ endsAt, returnTo, ...rest }: Attempt): Insertable<Tables["sign_in_attempt"]> => ({
  ...rest,
  return_to: returnTo,
  ends_at: new Date(endsAt),
});
