import { type Denial, denialOf } from "../access/access.ts";
import { type Caller, callerName } from "../access/caller.ts";
import { type RateLimit, rateLimit } from "../access/rate-limit.ts";
import { isSame } from "../access/secret.ts";
import type { Identified } from "../access/sign-in.ts";
import type { AuditDraft } from "../keeping/keeping.ts";
import { Refusal } from "./refusal.ts";
import type { Route } from "./route.ts";

export type Limits = {
  /** Requests of one caller: tokens and sessions each for themselves, all others by address. */
  readonly requests: RateLimit;
  /** Attempts to sign in, from one address. */
  readonly attempts: RateLimit;
};

export const usualLimits = (monotonic: () => number): Limits => ({
  requests: rateLimit({ burst: 300, perMinute: 1200 }, monotonic),
  attempts: rateLimit({ burst: 10, perMinute: 5 }, monotonic),
});

const keyOf = (caller: Caller): string => {
  switch (caller.kind) {
    case "nobody":
      return `address ${caller.address}`;
    case "person":
      return `session ${caller.session}`;
    case "token":
      return `token ${caller.token}`;
  }
};

const take = (limit: RateLimit, key: string): void => {
  const seconds = limit.take(key);
  if (seconds !== undefined)
    throw new Refusal("too-many", `That is too many requests. Try again in ${seconds} s.`, { retryAfter: seconds });
};

/** Before anybody is asked for: by address alone. */
export const limitAddress = ({ requests }: Limits, address: string): void => take(requests, `from ${address}`);
export const limitCaller = ({ requests }: Limits, caller: Caller): void => take(requests, keyOf(caller));
export const limitAttempts = ({ attempts }: Limits, address: string): void => take(attempts, address);

const refusalOf = (denial: Denial, wrong: string | undefined): Refusal =>
  denial.kind === "unknown"
    ? new Refusal(wrong === undefined ? "not-signed-in" : "wrong-credentials", wrong ?? denial.why)
    : new Refusal("forbidden", denial.why);

/** Refuses whoever may not. */
export const admit = (route: Route, { caller, wrong }: Identified): void => {
  const denial = denialOf(route.access, caller);
  if (denial !== undefined) throw refusalOf(denial, wrong);
};

export type Origin = {
  readonly csrf: string | undefined;
  readonly origin: string | undefined;
  readonly site: string | undefined;
  readonly host: string | undefined;
};

/**
 * Refuses a change that another page has the browser ask for. A token is sent by no browser on its own; a session needs
 * its second secret, which other origins cannot read.
 */
export const refuseForged = (route: Route, { session }: Identified, { csrf, origin, site, host }: Origin): void => {
  if (route.method === "GET") return;
  const isElsewhere =
    (site !== undefined && site !== "same-origin" && site !== "none") ||
    (origin !== undefined && origin !== `https://${host ?? ""}`);
  if (isElsewhere) throw new Refusal("forged", "This was asked for by a page of another origin.");
  if (session !== undefined && (csrf === undefined || !isSame(csrf, session.csrf)))
    throw new Refusal("forged", "A change needs the header x-orrery-csrf, as GET /api/session tells it.");
};

/** An entry of the audit trail but for what is only known at its end. */
export const auditOf = (
  caller: Caller,
  about: { readonly at: number; readonly what: string; readonly path: string; readonly request: string },
  phase: AuditDraft["phase"],
): AuditDraft => ({
  ...about,
  phase,
  who: callerName(caller),
  account: caller.kind === "nobody" ? undefined : caller.account,
  from: caller.address,
});
