import { advanceTo, advanceUntil, type World } from "@orrery/twin-world";
import { type ApiRequest, type Credentials, dispatch, newCsrfToken, newTicket, type Twin, twinOf, writeAnswer } from "@orrery/twin-api";
import { differences } from "./comparison.ts";
import { type Exchange, readTopic, textsIn } from "./recording.ts";
import { Renaming } from "./renaming.ts";
import { answerRaw, pathOf } from "./proxy.ts";
import { startingWorld } from "./starting-world.ts";

/** What came of one exchange. */
export type Verdict = {
  readonly topic: string;
  readonly index: number;
  readonly exchange: Exchange;
  /** Status and reason phrase agree. */
  readonly reason: boolean;
  /** The body agrees, too: error keys, shape, kinds of values, ids. */
  readonly shape: boolean;
  readonly notes: readonly string[];
};

const hour = 3_600_000;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const parametersOf = (exchange: Exchange, rename: (text: string) => string): Record<string, unknown> => {
  const { query, body, bodyType } = exchange.request;
  const merged: Record<string, unknown> = { ...(typeof body === "object" ? body : {}), ...query };
  const asText = bodyType !== "application/json";
  return Object.fromEntries(
    Object.entries(merged).map(([key, value]) => [
      key,
      typeof value === "string" ? rename(value) : asText && (typeof value === "number" || typeof value === "boolean") ? String(value) : value,
    ]),
  );
};

/** Which user or token an exchange spoke as, where the recording names it. */
const nameOf = (exchange: Exchange): string => exchange.request.as ?? (exchange.request.authKind === "ticket-other" ? "alice@pve" : "root@pam");

class Session {
  readonly twin: Twin;
  readonly renaming = new Renaming();
  /** The token that unnamed token exchanges speak as now. */
  #token: string | undefined;

  constructor(world: World) {
    this.twin = twinOf(world, "replay");
  }

  get world(): World {
    return this.twin.world;
  }

  #ticket(userid: string, csrf: boolean): Credentials {
    const ticket = newTicket(this.twin, userid);
    return { kind: "ticket", ticket, ...(csrf ? { csrf: newCsrfToken(this.twin, userid) } : {}) };
  }

  #tokenOf(name: string): Credentials {
    const [userid = "", tokenid = ""] = name.split("!");
    const secret = this.world.access.users[userid]?.tokens[tokenid]?.secret ?? "00000000-0000-0000-0000-000000000000";
    return { kind: "token", token: `${name}=${secret}` };
  }

  /** The recording does not say which token spoke: the one before goes on, until an answer is refused to it or only another has it. */
  #unnamedToken(exchange: Exchange): Credentials {
    if (exchange.status === 401) return { kind: "token", token: "root@pam!nosuch=00000000-0000-0000-0000-000000000000" };
    const names = Object.values(this.world.access.users).flatMap((user) => Object.keys(user.tokens).map((tokenid) => `${user.userid}!${tokenid}`));
    this.#token ??= names.find((name) => !this.#isSeparate(name));
    const narrow = exchange.status === 403 || (Array.isArray(exchange.response?.data) && looksFiltered(exchange.response.data));
    if (narrow) this.#token = names.find((name) => this.#isSeparate(name)) ?? this.#token;
    return this.#tokenOf(this.#token ?? "root@pam!none");
  }

  #isSeparate(name: string): boolean {
    const [userid = "", tokenid = ""] = name.split("!");
    return this.world.access.users[userid]?.tokens[tokenid]?.privsep ?? false;
  }

  credentials(exchange: Exchange): Credentials {
    const { authKind } = exchange.request;
    const name = nameOf(exchange);
    // What was sent otherwise than as a cookie is recorded as nothing; the answer tells that it was good.
    const isOpen = /^\/access\/(?:ticket|domains|openid)/.test(exchange.request.path);
    if (authKind === "none") return exchange.status === 200 && !isOpen ? this.#ticket("root@pam", true) : { kind: "none" };
    if (authKind.startsWith("cookie:")) return { kind: "ticket", ticket: this.renaming.apply(authKind.slice(7)) };
    if (exchange.request.as?.includes("!")) return this.#tokenOf(name);
    if (authKind === "token") return this.#unnamedToken(exchange);
    return this.#ticket(name, authKind !== "ticket-nocsrf");
  }

  /** Brings the world's clock to where the recording's was. */
  keepTime(exchange: Exchange): void {
    for (const [, text] of textsIn(exchange.response?.data)) {
      const start = /^UPID:[^:]+:[0-9A-F]+:[0-9A-F]+:([0-9A-F]{8}):/.exec(text)?.[1];
      if (start !== undefined && exchange.request.method !== "GET") advanceTo(this.world, Math.max(this.world.now, Number.parseInt(start, 16) * 1000));
    }
    const data = exchange.response?.data;
    const asked = /\/tasks\/(UPID[^/]+)\/(?:status|log)$/.exec(decoded(exchange.request.path))?.[1];
    const over =
      typeof data === "object" && data !== null && "status" in data
        ? data.status === "stopped"
        : Array.isArray(data) && data.some((row) => /^TASK /.test(String(row?.t)));
    if (asked !== undefined && over) {
      const upid = this.renaming.apply(asked);
      advanceUntil(this.world, (world) => world.tasks[upid]?.state.kind !== "running", this.world.now + 24 * hour);
    }
  }
}

/** Rows of nodes without figures are what a caller sees who may not look. */
const looksFiltered = (rows: readonly unknown[]): boolean =>
  rows.some((row) => typeof row === "object" && row !== null && "type" in row && row.type === "node" && !("maxmem" in row));

const judge = (session: Session, topic: string, index: number, exchange: Exchange): Verdict => {
  session.keepTime(exchange);
  const rename = (text: string) => session.renaming.apply(text);
  const raw = answerRaw(exchange);
  const written =
    raw ??
    writeAnswer(
      dispatch(session.twin, {
        method: exchange.request.method,
        path: pathOf(rename(decoded(exchange.request.path))).path,
        parameters: parametersOf(exchange, rename),
        credentials: session.credentials(exchange),
        node: askedNode(exchange),
      } satisfies ApiRequest),
      pathOf(exchange.request.path).format,
    );
  if (exchange.status === 595 && exchange.statusText === "Connection timed out") advanceTo(session.world, session.world.now + 30_000);
  const notes: string[] = [];
  const wantedReason = session.renaming.apply(exchange.statusText);
  const reason = written.status === exchange.status && written.reason === wantedReason;
  if (!reason) notes.push(`wanted ${exchange.status} ${wantedReason}, got ${written.status} ${written.reason}`);
  const isJson = written.type?.startsWith("application/json") ?? false;
  const body = isJson ? JSON.parse(written.body) : undefined;
  if (exchange.response !== undefined && exchange.response !== null && body !== undefined) session.renaming.learn(exchange.response, body);
  const wantsJson = exchange.response !== undefined && exchange.response !== null;
  if (wantsJson !== isJson) notes.push(wantsJson ? "a JSON body wanted" : "no JSON body wanted");
  else if (wantsJson) notes.push(...differences(withoutTotal(exchange.response), withoutTotal(body), rename, ""));
  return { topic, index, exchange, reason, shape: notes.length === 0, notes };
};

/** Totals count what earlier topics left behind. */
const withoutTotal = (body: unknown): unknown =>
  typeof body === "object" && body !== null ? Object.fromEntries(Object.entries(body).map(([key, value]) => [key, key === "total" ? 1 : value])) : body;

/** The node that was asked: a task started by a call that names no node tells where it ran. */
const askedNode = (exchange: Exchange): string => {
  const data = exchange.response?.data;
  const started = typeof data === "string" && !exchange.request.path.startsWith("/nodes/") ? /^UPID:([^:]+):/.exec(data)?.[1] : undefined;
  return started ?? "pve1";
};

/** Replays a topic against a fresh twin. */
export const replay = (topic: string): readonly Verdict[] => {
  const exchanges = readTopic(topic);
  const session = new Session(startingWorld(exchanges));
  return exchanges.map((exchange, index) => judge(session, topic, index, exchange));
};
