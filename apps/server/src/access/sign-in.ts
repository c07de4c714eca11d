import { randomUUID } from "node:crypto";
import { type Account, isAdmin, type Keeping, type Session } from "../keeping/keeping.ts";
import type { Caller } from "./caller.ts";
import { hashPassword, isPassword } from "./password.ts";
import { type Role, roles } from "./role.ts";
import { hashOf, isSame, newSecret } from "./secret.ts";

/** Milliseconds. */
const lengths = { idle: 60 * 60_000, session: 12 * 60 * 60_000, setup: 60 * 60_000 };
/** What is seen is written down so often at most. */
const touchMs = 60_000;

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

/** Accounts, sessions and tokens over what is kept. */
export class SignIn {
  readonly #keeping: Keeping;
  readonly #now: () => number;
  #setup: { readonly hash: string; readonly until: number } | undefined;

  constructor(keeping: Keeping, now: () => number) {
    this.#keeping = keeping;
    this.#now = now;
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
    return { secret, session };
  }

  async identify({ cookie, authorization, address }: Credentials): Promise<Identified> {
    const nobody: Caller = { kind: "nobody", address };
    if (authorization !== undefined) {
      const [, secret] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
      const token = secret === undefined ? undefined : await this.#byToken(secret, address);
      return token === undefined
        ? { caller: nobody, wrong: "The token is not known, or it expired." }
        : { caller: token };
    }
    const secret = cookieIn(cookie);
    if (secret === undefined) return { caller: nobody };
    const found = await this.#bySession(hashOf(secret), address);
    return found ?? { caller: nobody, wrong: "The session ended. Sign in again." };
  }

  /** Whether somebody who was let in would be let in again. */
  async stillGood(caller: Caller): Promise<boolean> {
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

  async #byToken(secret: string, address: string): Promise<Caller | undefined> {
    const token = await this.#keeping.tokens.byHash(hashOf(secret));
    if (token === undefined || token.expiresAt <= this.#now()) return undefined;
    const account = await this.#keeping.accounts.get(token.account);
    if (account === undefined || account.disabled) return undefined;
    return {
      kind: "token",
      address,
      account: account.id,
      name: account.name,
      roles: token.roles.filter((role) => account.roles.includes(role)),
      token: token.id,
      clusters: token.clusters,
    };
  }

  async #bySession(hash: string, address: string): Promise<Identified | undefined> {
    const session = await this.#keeping.sessions.get(hash);
    const now = this.#now();
    if (session === undefined || session.endsAt <= now) return undefined;
    const account = await this.#keeping.accounts.get(session.account);
    if (account === undefined || account.disabled) return undefined;
    if (now - session.seenAt >= touchMs) {
      const endsAt = Math.min(now + lengths.idle, session.madeAt + lengths.session);
      await this.#keeping.sessions.extend({ ...session, seenAt: now, endsAt });
    }
    const { roles: atMost } = session;
    const held = atMost === undefined ? account.roles : account.roles.filter((role) => atMost.includes(role));
    return {
      session,
      caller: { kind: "person", address, account: account.id, name: account.name, roles: held, session: hash },
    };
  }
}
