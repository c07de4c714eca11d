import type { ClusterScope } from "../access/caller.ts";
import type { Role } from "../access/role.ts";

/** Times here are epoch milliseconds. Secrets come as hashes: whoever reads what is kept can sign in with none of it. */

/** How somebody shows who he is. */
export type Identity =
  /** By a password: how it was hashed, with salt and costs. */
  | { readonly kind: "password"; readonly hash: string }
  /** By what a provider of identities says: its URL, and its name for the person, which never changes. */
  | { readonly kind: "provider"; readonly issuer: string; readonly subject: string };

export type Account = {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly identity: Identity;
  readonly madeAt: number;
  readonly disabled: boolean;
};

export type Session = {
  /** SHA-256 of the secret in the cookie. */
  readonly hash: string;
  readonly account: string;
  /** What a change has to carry in `x-orrery-csrf`. */
  readonly csrf: string;
  /** At most these of its account, for one that was not begun with all that they take; all unless told. */
  readonly roles?: readonly Role[];
  readonly madeAt: number;
  readonly seenAt: number;
  readonly endsAt: number;
};

export type ApiToken = {
  readonly id: string;
  /** SHA-256 of the secret. */
  readonly hash: string;
  readonly account: string;
  readonly about: string;
  /** At most those of its account: what that loses, the token loses. */
  readonly roles: readonly Role[];
  readonly clusters: ClusterScope;
  readonly madeAt: number;
  readonly expiresAt: number;
};

/** Somebody who was sent to a provider of identities and is not back yet. */
export type Attempt = {
  /** SHA-256 of the secret in the cookie: only the browser that began may end it. */
  readonly hash: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The path here that he comes back to. */
  readonly returnTo: string;
  readonly endsAt: number;
};

/** Something that was asked for and either done or refused. */
export type AuditDraft = {
  readonly at: number;
  /** `begins` is kept before anything is done, `ends` after it. */
  readonly phase: "begins" | "ends" | "refused";
  readonly who: string;
  readonly account: string | undefined;
  readonly from: string;
  /** The operation's name; the method where there is no such operation. */
  readonly what: string;
  /** The path without its query. */
  readonly path: string;
  readonly request: string;
  /** The status of the answer; left out of what begins. */
  readonly status?: number;
  readonly why?: string;
};
export type AuditEntry = AuditDraft & { readonly number: number };

type AuditSink = {
  /** Resolves when the entry is kept; a change that cannot be recorded is not made. */
  readonly append: (draft: AuditDraft) => Promise<void>;
  /** The newest first, below a number. */
  readonly read: (asked: { readonly before?: number; readonly limit: number }) => Promise<readonly AuditEntry[]>;
};

type Accounts = {
  readonly list: () => Promise<readonly Account[]>;
  readonly get: (id: string) => Promise<Account | undefined>;
  readonly named: (name: string) => Promise<Account | undefined>;
  /** False where one of that name is there. */
  readonly add: (account: Account) => Promise<boolean>;
  readonly bySubject: (issuer: string, subject: string) => Promise<Account | undefined>;
  /** Adds it where there is no admin; false where there is one, and where one of that name is there. */
  readonly addFirst: (account: Account) => Promise<boolean>;
  /** As a provider says them at each sign-in. */
  readonly setRoles: (id: string, roles: readonly Role[]) => Promise<void>;
  /** Takes the place of what is kept of it; false where nobody would be an admin then, of two who do that at once for one. */
  readonly change: (account: Account) => Promise<boolean>;
};

type Sessions = {
  readonly get: (hash: string) => Promise<Session | undefined>;
  readonly put: (session: Session) => Promise<void>;
  /** Puts it where it still is: one that was ended meanwhile stays ended. */
  readonly extend: (session: Session) => Promise<void>;
  readonly remove: (hash: string) => Promise<void>;
  readonly removeOf: (account: string) => Promise<void>;
  /** Drops what ended before a moment. */
  readonly sweep: (now: number) => Promise<void>;
};

type Tokens = {
  readonly list: () => Promise<readonly ApiToken[]>;
  readonly get: (id: string) => Promise<ApiToken | undefined>;
  readonly byHash: (hash: string) => Promise<ApiToken | undefined>;
  readonly put: (token: ApiToken) => Promise<void>;
  readonly remove: (id: string) => Promise<boolean>;
  readonly sweep: (now: number) => Promise<void>;
};

type Attempts = {
  readonly put: (attempt: Attempt) => Promise<void>;
  /** Gives it, once. */
  readonly take: (hash: string) => Promise<Attempt | undefined>;
  readonly sweep: (now: number) => Promise<void>;
};

/** An account that may give out rights. */
export const isAdmin = ({ roles, disabled }: Account): boolean => roles.includes("admin") && !disabled;

/** What the server keeps of itself. */
export type Keeping = {
  /** Where, and for how long, in words: shown to whoever asks the server about itself. */
  readonly about: { readonly kind: string; readonly outlivesProcess: boolean };
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly attempts: Attempts;
  readonly audit: AuditSink;
  /** Why nothing can be kept now; undefined where all is well. */
  readonly trouble: () => Promise<string | undefined>;
};
