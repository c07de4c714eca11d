import { createHash, randomUUID } from "node:crypto";
import type { Account, Attempt, Keeping } from "../keeping/keeping.ts";
import type { Claims, Provider } from "./provider.ts";
import type { ProviderSettings } from "./provider-settings.ts";
import { type Role, roles } from "./role.ts";
import { hashOf, isSame, newSecret } from "./secret.ts";

/** How long somebody may take at the provider. Milliseconds. */
const attemptMs = 10 * 60_000;

const cookieName = "__Host-orrery-sign-in";

/** `Set-Cookie` of an attempt to sign in; without a secret, of its end. */
export const attemptCookie = (secret: string | undefined): string =>
  `${cookieName}=${secret ?? ""}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${secret === undefined ? 0 : attemptMs / 1000}`;

const secretIn = (cookies: string | undefined): string | undefined =>
  cookies
    ?.split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1) || undefined;

export type SignedIn =
  | {
      readonly kind: "signed in";
      readonly account: Account;
      /** At most these in this session; all of the account's unless told. */
      readonly atMost?: readonly Role[];
      readonly returnTo: string;
    }
  | { readonly kind: "not begun here" }
  | { readonly kind: "refused"; readonly why: string };

const textsOf = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
};

/** The roles that the claims give, whatever was shown to get them. */
const rolesBy = (claims: Claims, { rolesClaim, roles: byRole }: ProviderSettings): readonly Role[] => {
  const held = new Set(textsOf(claims[rolesClaim]));
  return roles.filter((role) => byRole[role]?.some((value) => held.has(value)));
};

const isStrong = (claims: Claims, { strong }: ProviderSettings): boolean =>
  strong.some(({ claim, value }) => textsOf(claims[claim]).includes(value));

/** What the provider calls him, as far as a name here may look so. It names, and lets nobody in: the subject does. */
const nameOf = (claims: Claims): string => {
  const [given = claims.sub] = [claims.preferred_username, claims.email, claims.name].filter(
    (one): one is string => typeof one === "string" && one !== "",
  );
  const name = given
    .replaceAll(/[^A-Za-z0-9._@-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 48);
  return name === "" ? "somebody" : name;
};

/** People who sign in at a provider of identities. */
export class ProviderSignIn {
  readonly #provider: Provider;
  readonly #settings: ProviderSettings;
  readonly #keeping: Keeping;
  readonly #now: () => number;

  constructor(provider: Provider, settings: ProviderSettings, keeping: Keeping, now: () => number) {
    this.#provider = provider;
    this.#settings = settings;
    this.#keeping = keeping;
    this.#now = now;
  }

  /** Whom people are sent to. */
  get host(): string {
    return new URL(this.#settings.issuer).host;
  }

  /** Where to send somebody, and the secret that his browser keeps until he is back. */
  async begin(returnTo: string): Promise<{ readonly address: string; readonly secret: string }> {
    const expected = this.#provider.newExpected();
    const address = await this.#provider.address(expected);
    const secret = newSecret();
    await this.#keeping.attempts.put({ ...expected, hash: hashOf(secret), returnTo, endsAt: this.#now() + attemptMs });
    return { address, secret };
  }

  /** Somebody is back, in the browser whose cookies these are. */
  async end(parameters: URLSearchParams, cookies: string | undefined): Promise<SignedIn> {
    const attempt = await this.#attempt(parameters, cookies);
    if (attempt === undefined) return { kind: "not begun here" };
    const back = await this.#provider.cameBack(parameters, attempt);
    if (back.kind === "refused") {
      const word = /^[a-z_]{1,40}$/.test(back.error) ? ` (${back.error})` : "";
      return { kind: "refused", why: `The provider did not let you sign in${word}.` };
    }
    const { claims } = back;
    const held = rolesBy(claims, this.#settings);
    if (held.length === 0)
      return {
        kind: "refused",
        why: `You are known at the provider as ${nameOf(claims)}, and nothing in its claim ${this.#settings.rolesClaim} gives you a role here. Ask whoever looks after Orrery.`,
      };
    const takesMore = held.some((role) => role !== "viewer") && !isStrong(claims, this.#settings);
    if (takesMore && this.#settings.withoutStrong === "refused")
      return { kind: "refused", why: "Your roles take a second factor, and the provider asked you for none." };
    const account = await this.#account(claims, held);
    if (account.disabled) return { kind: "refused", why: `The account ${account.name} is disabled here.` };
    return {
      kind: "signed in",
      account,
      ...(takesMore ? { atMost: ["viewer"] } : {}),
      returnTo: attempt.returnTo,
    };
  }

  /** Where he signs out at the provider too. */
  signOutAddress(): Promise<string | undefined> {
    return this.#provider.signOutAddress();
  }

  async #attempt(parameters: URLSearchParams, cookies: string | undefined): Promise<Attempt | undefined> {
    const secret = secretIn(cookies);
    const state = parameters.get("state");
    if (secret === undefined || state === null) return undefined;
    const attempt = await this.#keeping.attempts.take(hashOf(secret));
    return attempt !== undefined && attempt.endsAt > this.#now() && isSame(attempt.state, state) ? attempt : undefined;
  }

  async #account({ iss, sub, ...rest }: Claims, held: readonly Role[]): Promise<Account> {
    const { accounts } = this.#keeping;
    const known = await accounts.bySubject(iss, sub);
    if (known !== undefined) {
      await accounts.setRoles(known.id, held);
      return { ...known, roles: held };
    }
    const name = nameOf({ iss, sub, ...rest });
    const made: Account = {
      id: randomUUID(),
      name,
      roles: held,
      identity: { kind: "provider", issuer: iss, subject: sub },
      madeAt: this.#now(),
      disabled: false,
    };
    if (await accounts.add(made)) return made;
    // Somebody else has that name, or he came in by two doors at once.
    const mark = createHash("sha256").update(`${iss}\n${sub}`).digest("hex").slice(0, 8);
    const marked = { ...made, name: `${name}-${mark}` };
    if (await accounts.add(marked)) return marked;
    const meanwhile = await accounts.bySubject(iss, sub);
    if (meanwhile === undefined) throw new Error("an account can be neither made nor found");
    return meanwhile;
  }
}
