import { type Clock, PveError, type PveReply, type PveRequest, unfold } from "@orrery/contract";
import { type Credentials, checkCredentials, type SecondFactor } from "./credentials.ts";

/** `authorization`, or `cookie` and `csrfpreventiontoken`. */
type Headers = Readonly<Record<string, string>>;

/** Whoever the client speaks as. */
export interface Session {
  /** What shows a request to be ours. May log in first; rejects with a `PveError`, or with the signal's reason. */
  headers(method: PveRequest["method"], signal: AbortSignal): Promise<Headers>;
  /** A request with these headers was answered 401. True when it is worth another try. */
  refused(headers: Headers): boolean;
  /** Everything that must not show up in an error. */
  secrets(): readonly string[];
}

/** Sends a request without credentials. */
export type Ask = (request: PveRequest) => Promise<PveReply>;

type TicketCredentials = Extract<Credentials, { kind: "ticket" }>;
type State =
  | { readonly kind: "out" }
  | { readonly kind: "in"; readonly ticket: string; readonly csrf: string; readonly since: number }
  /** Asking again at once would only count as another attempt at guessing. */
  | { readonly kind: "refused"; readonly error: PveError; readonly since: number };

/** Proxmox's own, `$ticket_lifetime` in pve-access-control `src/PVE/AccessControl.pm`. */
const lifetimeMs = 2 * 3_600_000;
const renewAfterMs = lifetimeMs / 2;
/** A renewal that takes its time must not let the ticket run out meanwhile. */
const marginMs = 5 * 60_000;
const renewalPauseMs = 30_000;
const refusalMs = 30_000;
const loginWithinMs = 60_000;
const path = "/access/ticket";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isPlain = (value: string) => /^[\x21-\x7e]*$/.test(value);

const loginFailure = (kind: "unauthenticated" | "broken-answer", reason: string, node?: string) =>
  new PveError({ kind, status: 0, reason, method: "POST", path, node });

/** `PVE:!tfa!{"totp"%3Atrue}:6B02AF05::…` says what second factors there are. */
const offeredBy = (ticket: string): readonly string[] => {
  const encoded = /^[^:]*:!tfa!([^:]*)/.exec(ticket)?.[1] ?? "";
  try {
    const challenge: unknown = JSON.parse(decodeURIComponent(encoded));
    return isRecord(challenge) ? Object.keys(challenge).filter((kind) => challenge[kind]) : [];
  } catch {
    return [];
  }
};

/** Without what would end the value: Proxmox undoes percent encoding in both headers (`extract_auth_value` in pve-http-server). */
const headerSafe = (ticket: string) => ticket.replace(/[^\w!:@./+=~-]+/g, encodeURIComponent);

const tokenSession = ({ id, secret }: Extract<Credentials, { kind: "token" }>): Session => {
  const headers = { authorization: `PVEAPIToken=${headerSafe(id)}=${secret}` };
  return { headers: () => Promise.resolve(headers), refused: () => false, secrets: () => [secret] };
};

const ticketSession = (credentials: TicketCredentials, ask: Ask, clock: Clock): Session => {
  const { userid, password, secondFactor } = credentials;
  let state: State = { kind: "out" };
  /** For after an await, when it may be another than the compiler thinks. */
  const stateNow = (): State => state;
  let flight: Promise<void> | undefined;
  let renewNotBefore = 0;
  let codes: readonly string[] = [];

  const request = async (params: PveRequest["params"]) => {
    const asked = { username: userid, ...params };
    const reply = await ask({
      method: "POST",
      path,
      params: asked,
      node: undefined,
      signal: undefined,
      withinMs: loginWithinMs,
    });
    const { data, answeredBy } = unfold("POST", path, reply);
    const { ticket, CSRFPreventionToken: csrf } = isRecord(data) ? data : {};
    if (typeof ticket !== "string" || ticket === "")
      throw loginFailure("broken-answer", "the login was answered without a ticket", answeredBy);
    return { ticket, csrf: typeof csrf === "string" ? csrf : "", answeredBy };
  };

  const answerChallenge = async (ticket: string, answeredBy: string) => {
    const kinds = offeredBy(ticket);
    if (secondFactor === undefined) {
      const reason = `${userid} needs a second factor (${kinds.join(", ") || "of an unknown kind"}), and none was given`;
      throw loginFailure("unauthenticated", reason, answeredBy);
    }
    const { kind, code }: SecondFactor = await secondFactor({ userid, kinds });
    codes = [code];
    return request({ password: `${kind}:${code}`, "tfa-challenge": ticket });
  };

  const isChallenge = (ticket: string) => ticket.includes(":!tfa!");

  const enter = ({ ticket, csrf }: { ticket: string; csrf: string }, since: number) => {
    // They become headers.
    if (!isPlain(ticket) || !isPlain(csrf))
      throw loginFailure("broken-answer", "the login was answered with no proper ticket");
    if (isChallenge(ticket)) throw loginFailure("unauthenticated", `${userid} was asked for a second factor once more`);
    state = { kind: "in", ticket, csrf, since };
  };

  const login = async () => {
    try {
      const since = clock.monotonic();
      const first = await request({ password });
      enter(isChallenge(first.ticket) ? await answerChallenge(first.ticket, first.answeredBy) : first, since);
    } catch (error) {
      const isRefusal = error instanceof PveError && error.kind === "unauthenticated";
      state = isRefusal ? { kind: "refused", error, since: clock.monotonic() } : { kind: "out" };
      throw error;
    }
  };

  /** A ticket is accepted as password, without a second factor. */
  const renew = async (ticket: string) => {
    try {
      const since = clock.monotonic();
      enter(await request({ password: ticket }), since);
    } catch (error) {
      // The ticket at hand is good for a while yet.
      renewNotBefore = clock.monotonic() + renewalPauseMs;
      if (error instanceof PveError && error.kind === "unauthenticated") state = { kind: "out" };
    }
  };

  /** One login or renewal at a time, whoever waits for it. */
  const once = (start: () => Promise<void>): Promise<void> => {
    flight ??= start().finally(() => {
      flight = undefined;
    });
    return flight;
  };

  const current = async (signal: AbortSignal): Promise<Extract<State, { kind: "in" }>> => {
    const now = clock.monotonic();
    if (state.kind === "refused" && now - state.since < refusalMs) throw state.error;
    if (state.kind === "in" && now - state.since < lifetimeMs - marginMs) {
      const { ticket, since } = state;
      if (now - since >= renewAfterMs && now >= renewNotBefore) void once(() => renew(ticket));
      return state;
    }
    await abortable(once(login), signal);
    const after = stateNow();
    if (after.kind === "in") return after;
    // What was waited for was a renewal that did not go well.
    await abortable(once(login), signal);
    const last = stateNow();
    if (last.kind !== "in") throw loginFailure("unauthenticated", `${userid} could not log in`);
    return last;
  };

  return {
    headers: async (method, signal) => {
      const { ticket, csrf } = await current(signal);
      const cookie = { cookie: `PVEAuthCookie=${headerSafe(ticket)}` };
      return method === "GET" ? cookie : { ...cookie, csrfpreventiontoken: csrf };
    },
    refused: (headers) => {
      // Another request may have logged in again meanwhile.
      if (state.kind === "in" && headers.cookie === `PVEAuthCookie=${headerSafe(state.ticket)}`)
        state = { kind: "out" };
      return state.kind !== "refused";
    },
    secrets: () => [password, ...codes, ...(state.kind === "in" ? [state.ticket, state.csrf] : [])],
  };
};

/** The promise, unless the signal aborts first. */
const abortable = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    if (signal.aborted) stop();
  });

/** Throws a `PveConfigurationError` when the credentials cannot be right. */
export const openSession = (credentials: Credentials, ask: Ask, clock: Clock): Session => {
  checkCredentials(credentials);
  switch (credentials.kind) {
    case "token":
      return tokenSession(credentials);
    case "ticket":
      return ticketSession(credentials, ask, clock);
  }
};
