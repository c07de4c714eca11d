import type { ClusterScope } from "../access/caller.ts";
import type { Role } from "../access/role.ts";

/** Times here are epoch milliseconds. Secrets come as hashes: whoever reads what is kept can sign in with none of it. */

export type Account = {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Of a local account: how the password was hashed, with salt and costs. */
  readonly password: string;
  readonly madeAt: number;
  readonly disabled: boolean;
};

export type Session = {
  /** SHA-256 of the secret in the cookie. */
  readonly hash: string;
  readonly account: string;
  /** What a change has to carry in `x-orrery-csrf`. */
  readonly csrf: string;
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
  /** Adds it where there is none at all; false where there is one. */
  readonly addFirst: (account: Account) => Promise<boolean>;
  readonly put: (account: Account) => Promise<void>;
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
  readonly byHash: (hash: string) => Promise<ApiToken | undefined>;
  readonly put: (token: ApiToken) => Promise<void>;
  readonly remove: (id: string) => Promise<boolean>;
  readonly sweep: (now: number) => Promise<void>;
};

/** What the server keeps of itself. */
export type Keeping = {
  /** Where, and for how long, in words: shown to whoever asks the server about itself. */
  readonly about: { readonly kind: string; readonly outlivesProcess: boolean };
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly audit: AuditSink;
  /** Why nothing can be kept now; undefined where all is well. */
  readonly trouble: () => Promise<string | undefined>;
};
