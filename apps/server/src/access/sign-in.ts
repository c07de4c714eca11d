import { randomUUID } from "node:crypto";
import { type Account, isAdmin, type Keeping, type Session } from "../keeping/keeping.ts";
import { OutOfReach } from "../keeping/out-of-reach.ts";
import type { Caller } from "./caller.ts";
import { hashPassword, isPassword } from "./password.ts";
import { Remembered } from "./remembered.ts";
import { type Role, roles } from "./role.ts";
import { hashOf, isSame, newSecret } from "./secret.ts";

/** Milliseconds. */
const lengths = { idle: 60 * 60_000, session: 12 * 60 * 60_000, setup: 60 * 60_000 };
/** What is seen is written down so often at most. */
const touchMs = 60_000;

/** Whoever listens may go on for so long while what is kept cannot be asked. */
const unreachedMs = 15 * 60_000;

const cookieName = "__Host-orrery";

/** `Set-Cookie` of a session; without a secret, of its end. Lax: a link from elsewhere shows the page, a form from elsewhere does nothing. */
export const sessionCookie = (secret: string | undefined): string =>
  `${cookieName}=${secret ?? ""}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${secret === undefined ? 0 : lengths.session / 1000}`;

const cookieIn = (header: string | undefined): string | undefined => {
  for (const part of header?.split(";") ?? []) {
    const [name, value] = part.trim().split("=", 2);
    if (name === cookieName && value !== undefined && value !== "") return value;
  }
  return undefined;
};

export type Credentials = {
  readonly cookie: string | undefined;
  readonly authorization: string | undefined;
  readonly address: string;
};

/** Whoever asks; `wrong` where he shows something that is not, or no longer, good for anything. */
export type Identified = {
  readonly caller: Caller;
  readonly session?: Session;
  readonly wrong?: string;
};

type Somebody = Exclude<Caller, { kind: "nobody" }>;
/** Who shows a secret, wherever he asks from. */
type Found = {
  readonly caller: DistributiveOmit<Somebody, "address">;
  readonly session?: Session;
  readonly until: number;
};
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const found = (account: Account, session: Session): Found => {
  const { roles: atMost } = session;
  const roles = atMost === undefined ? account.roles : account.roles.filter((role) => atMost.includes(role));
  return {
    session,
    until: session.endsAt,
    caller: { kind: "person", account: account.id, name: account.name, roles, session: session.hash },
  };
};

/** Accounts, sessions and tokens over what is kept. */
export class SignIn {
  readonly #keeping: Keeping;
  readonly #now: () => number;
  readonly #remembered: Remembered<Found>;
  #reachedAt = Number.NEGATIVE_INFINITY;
  #setup: { readonly hash: string; readonly until: number } | undefined;

  constructor(keeping: Keeping, now: () => number) {
    this.#keeping = keeping;
    this.#now = now;
    this.#remembered = new Remembered(now);
  }

  /** The secret of the one-time link, where nobody is an admin yet; it is good for an hour, and for one account. */
  async openSetup(): Promise<string | undefined> {
    if ((await this.#keeping.accounts.list()).some(isAdmin)) return undefined;
    const secret = newSecret();
    this.#setup = { hash: hashOf(secret), until: this.#now() + lengths.setup };
    return secret;
  }

  get isSetupOpen(): boolean {
    return this.#setup !== undefined && this.#now() < this.#setup.until;
  }

  /** Makes the first account, which has every role. Undefined where the secret is not, or no longer, good. */
  async setUp(secret: string, name: string, password: string): Promise<Account | undefined> {
    const setup = this.#setup;
    if (setup === undefined || this.#now() >= setup.until || !isSame(setup.hash, hashOf(secret))) return undefined;
    // Taken away before anything is waited for: two at once are one too many.
    this.#setup = undefined;
    const account = await this.newAccount(name, password, roles);
    return (await this.#keeping.accounts.addFirst(account)) ? account : undefined;
  }

  async newAccount(name: string, password: string, held: Account["roles"]): Promise<Account> {
    return {
      id: randomUUID(),
      name,
      roles: [...new Set(held)],
      identity: { kind: "password", hash: await hashPassword(password) },
      madeAt: this.#now(),
      disabled: false,
    };
  }

  hashed(password: string): Promise<string> {
    return hashPassword(password);
  }

  async accountOf(name: string, password: string): Promise<Account | undefined> {
    const account = await this.#keeping.accounts.named(name);
    const isRight = await isPassword(
      password,
      account?.identity.kind === "password" ? account.identity.hash : undefined,
    );
    return isRight && account !== undefined && !account.disabled ? account : undefined;
  }

  /** A new session, with these roles at most where not all are to be had, and the secret that its cookie carries. */
  async begin(
    account: Account,
    atMost?: readonly Role[],
  ): Promise<{ readonly secret: string; readonly session: Session }> {
    const secret = newSecret();
    const now = this.#now();
    const session: Session = {
      hash: hashOf(secret),
      account: account.id,
      csrf: newSecret(),
      ...(atMost === undefined ? {} : { roles: atMost }),
      madeAt: now,
      seenAt: now,
      endsAt: now + lengths.idle,
    };
    await this.#keeping.sessions.put(session);
    this.#remembered.keep(session.hash, found(account, session), session.endsAt);
    return { secret, session };
  }

  async identify({ cookie, authorization, address }: Credentials): Promise<Identified> {
    const nobody: Caller = { kind: "nobody", address };
    if (authorization !== undefined) {
      const [, secret] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
      const found =
        secret === undefined ? undefined : await this.#lookUp(hashOf(secret), (hash) => this.#byToken(hash));
      if (found === undefined) return { caller: nobody, wrong: "The token is not known, or it expired." };
      return { ...found, caller: { ...found.caller, address } };
    }
    const secret = cookieIn(cookie);
    if (secret === undefined) return { caller: nobody };
    const found = await this.#lookUp(hashOf(secret), (hash) => this.#bySession(hash));
    if (found === undefined) return { caller: nobody, wrong: "The session ended. Sign in again." };
    return { ...found, caller: { ...found.caller, address } };
  }

  /** To be called when a session, a token or an account is ended: what was seen of them before is good for nothing. */
  forget(): void {
    this.#remembered.forgetAll();
  }

  /** The session of somebody; undefined where he has none. */
  async sessionOf(caller: Caller): Promise<Session | undefined> {
    if (caller.kind !== "person") return undefined;
    return (await this.#lookUp(caller.session, (hash) => this.#bySession(hash)))?.session;
  }

  /** As it is kept; while that is out of reach, as it was a while ago: whoever was let in may go on reading. */
  async #lookUp(hash: string, find: (hash: string) => Promise<Found | undefined>): Promise<Found | undefined> {
    try {
      const found = await find(hash);
      if (found === undefined) this.#remembered.forget(hash);
      else this.#remembered.keep(hash, found, found.until);
      this.#reachedAt = this.#now();
      return found;
    } catch (error) {
      const known = error instanceof OutOfReach ? this.#remembered.get(hash) : undefined;
      if (known === undefined) throw error;
      return known;
    }
  }

  /** Whether somebody who was let in would be let in again. */
  async stillGood(caller: Caller): Promise<boolean> {
    try {
      return await this.#isGood(caller);
    } catch (error) {
      if (!(error instanceof OutOfReach)) throw error;
      return this.#now() - this.#reachedAt < unreachedMs;
    }
  }

  async #isGood(caller: Caller): Promise<boolean> {
    if (caller.kind === "nobody") return false;
    const account = await this.#keeping.accounts.get(caller.account);
    if (account === undefined || account.disabled) return false;
    if (caller.kind === "person") {
      const session = await this.#keeping.sessions.get(caller.session);
      return session !== undefined && session.endsAt > this.#now();
    }
    const token = await this.#keeping.tokens.get(caller.token);
    return token !== undefined && token.expiresAt > this.#now();
  }

  async #byToken(hash: string): Promise<Found | undefined> {
    const token = await this.#keeping.tokens.byHash(hash);
    if (token === undefined || token.expiresAt <= this.#now()) return undefined;
    const account = await this.#keeping.accounts.get(token.account);
    if (account === undefined || account.disabled) return undefined;
    return {
      until: token.expiresAt,
      caller: {
        kind: "token",
        account: account.id,
        name: account.name,
        roles: token.roles.filter((role) => account.roles.includes(role)),
        token: token.id,
        clusters: token.clusters,
      },
    };
  }

  async #bySession(hash: string): Promise<Found | undefined> {
    const session = await this.#keeping.sessions.get(hash);
    const now = this.#now();
    if (session === undefined || session.endsAt <= now) return undefined;
    const account = await this.#keeping.accounts.get(session.account);
    if (account === undefined || account.disabled) return undefined;
    if (now - session.seenAt >= touchMs) {
      const endsAt = Math.min(now + lengths.idle, session.madeAt + lengths.session);
      // A store that is full still answers: who reads need not wait until it takes something again.
      await this.#keeping.sessions.extend({ ...session, seenAt: now, endsAt }).catch((error: unknown) => {
        if (!(error instanceof OutOfReach)) throw error;
      });
    }
    return found(account, session);
  }
}
