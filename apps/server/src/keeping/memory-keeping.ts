import {
  type Account,
  type ApiToken,
  type Attempt,
  type AuditEntry,
  isAdmin,
  type Keeping,
  type Session,
} from "./keeping.ts";

/** The newest entries of the audit trail that are kept; older ones are gone. */
const mostEntries = 10_000;

/** Keeps everything in this process, and nothing beyond it. Says so. */
export const memoryKeeping = (): Keeping => {
  const accounts = new Map<string, Account>();
  const sessions = new Map<string, Session>();
  const tokens = new Map<string, ApiToken>();
  const attempts = new Map<string, Attempt>();
  const entries: AuditEntry[] = [];
  let number = 0;
  const named = (name: string): Account | undefined => [...accounts.values()].find((one) => one.name === name);
  const bySubject = (issuer: string, subject: string): Account | undefined =>
    [...accounts.values()].find(
      ({ identity }) => identity.kind === "provider" && identity.issuer === issuer && identity.subject === subject,
    );
  const add = (account: Account): boolean => {
    const { identity } = account;
    if (named(account.name) !== undefined) return false;
    if (identity.kind === "provider" && bySubject(identity.issuer, identity.subject) !== undefined) return false;
    accounts.set(account.id, account);
    return true;
  };
  return {
    about: { kind: "memory of this process", outlivesProcess: false },
    accounts: {
      list: () => Promise.resolve([...accounts.values()]),
      get: (id) => Promise.resolve(accounts.get(id)),
      named: (name) => Promise.resolve(named(name)),
      add: (account) => Promise.resolve(add(account)),
      bySubject: (issuer, subject) => Promise.resolve(bySubject(issuer, subject)),
      addFirst: (account) => Promise.resolve(![...accounts.values()].some(isAdmin) && add(account)),
      setRoles: (id, held) => {
        const account = accounts.get(id);
        if (account !== undefined) accounts.set(id, { ...account, roles: held });
        return Promise.resolve();
      },
      change: (account) => {
        const others = [...accounts.values()].filter(({ id }) => id !== account.id);
        if (!isAdmin(account) && !others.some(isAdmin)) return Promise.resolve(false);
        accounts.set(account.id, account);
        return Promise.resolve(true);
      },
    },
    sessions: {
      get: (hash) => Promise.resolve(sessions.get(hash)),
      put: (session) => {
        sessions.set(session.hash, session);
        return Promise.resolve();
      },
      extend: (session) => {
        if (sessions.has(session.hash)) sessions.set(session.hash, session);
        return Promise.resolve();
      },
      remove: (hash) => {
        sessions.delete(hash);
        return Promise.resolve();
      },
      removeOf: (account) => {
        for (const session of sessions.values()) if (session.account === account) sessions.delete(session.hash);
        return Promise.resolve();
      },
      sweep: (now) => {
        for (const session of sessions.values()) if (session.endsAt <= now) sessions.delete(session.hash);
        return Promise.resolve();
      },
    },
    tokens: {
      list: () => Promise.resolve([...tokens.values()]),
      get: (id) => Promise.resolve(tokens.get(id)),
      byHash: (hash) => Promise.resolve([...tokens.values()].find((token) => token.hash === hash)),
      put: (token) => {
        tokens.set(token.id, token);
        return Promise.resolve();
      },
      remove: (id) => Promise.resolve(tokens.delete(id)),
      sweep: (now) => {
        for (const token of tokens.values()) if (token.expiresAt <= now) tokens.delete(token.id);
        return Promise.resolve();
      },
    },
    attempts: {
      put: (attempt) => {
        attempts.set(attempt.hash, attempt);
        return Promise.resolve();
      },
      take: (hash) => {
        const found = attempts.get(hash);
        attempts.delete(hash);
        return Promise.resolve(found);
      },
      sweep: (now) => {
        for (const attempt of attempts.values()) if (attempt.endsAt <= now) attempts.delete(attempt.hash);
        return Promise.resolve();
      },
    },
    audit: {
      append: (draft) => {
        number += 1;
        entries.push({ ...draft, number });
        if (entries.length > mostEntries) entries.splice(0, entries.length - mostEntries);
        return Promise.resolve();
      },
      read: ({ before = Number.POSITIVE_INFINITY, limit }) =>
        Promise.resolve(
          entries
            .filter((entry) => entry.number < before)
            .slice(-limit)
            .reverse(),
        ),
    },
    trouble: () => Promise.resolve(undefined),
  };
};
