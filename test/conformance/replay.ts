import {
  answerHttp,
  type Credentials,
  loadMethods,
  newCsrfToken,
  newTicket,
  type Twin,
  twinOf,
  type Written,
} from "@orrery/twin-api";
import { advanceTo, advanceUntil, forkWorld, type World } from "@orrery/twin-world";
import { differences } from "./comparison.ts";
import { type Exchange, readTopic, textsIn } from "./recording.ts";
import { Renaming } from "./renaming.ts";
import { startingWorld } from "./starting-world.ts";

await loadMethods();

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

const formOf = (fields: Readonly<Record<string, unknown>>, rename: (text: string) => string): string =>
  Object.entries(fields)
    .map(
      ([key, value]) =>
        `${encodeURIComponent(key)}=${encodeURIComponent(typeof value === "string" ? rename(value) : String(value))}`,
    )
    .join("&");

/** The file of an upload as the recordings describe it: `(multipart: content=iso, filename=tiny.iso)`. */
const multipartOf = (description: string): Buffer => {
  const fields = Object.fromEntries(
    [...description.matchAll(/(\w+)=([^,)]+)/g)].map((match) => [match[1] ?? "", match[2] ?? ""]),
  );
  const part = (head: string, content: string) =>
    `------XB\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
  const text = `${part('name="content"', fields.content ?? "")}${part(`name="filename"; filename="${fields.filename}"`, "\0".repeat(2048))}------XB--\r\n`;
  return Buffer.from(text);
};

const bodyOf = ({ request }: Exchange, rename: (text: string) => string): Buffer => {
  const { body, bodyType } = request;
  if (body === null) return Buffer.alloc(0);
  if (typeof body !== "string")
    return Buffer.from(bodyType === "application/json" ? rename(JSON.stringify(body)) : formOf(body, rename));
  if (bodyType?.startsWith("multipart/")) return multipartOf(body);
  return Buffer.from(bodyType === "application/json" ? JSON.stringify(body) : body);
};

const targetOf = ({ request, response, responseText }: Exchange, rename: (text: string) => string): string => {
  const query = request.query === null ? "" : `?${formOf(request.query, rename)}`;
  // The recordings leave out `/api2/json`; a bare `/` is the console's page where its answer is one.
  const raw =
    request.path.startsWith("/api2") || (request.path === "/" && response === null && responseText !== undefined);
  const path = encodeURI(rename(decoded(request.path)))
    .replaceAll("#", "%23")
    .replaceAll("?", "%3F");
  return `${raw ? "" : "/api2/json"}${path}${query}`;
};

const contentType = (kind: string | null): string | undefined =>
  kind === "form" ? "application/x-www-form-urlencoded" : (kind ?? undefined);

/** Which user or token an exchange spoke as, where the recording names it. */
const nameOf = (exchange: Exchange): string =>
  exchange.request.as ?? (exchange.request.authKind === "ticket-other" ? "alice@pve" : "root@pam");

class Session {
  readonly twin: Twin;
  readonly renaming = new Renaming();

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

  /** Every token that there is. */
  tokens(): Credentials[] {
    return Object.values(this.world.access.users).flatMap((user) =>
      Object.keys(user.tokens).map((tokenid) => this.#tokenOf(`${user.userid}!${tokenid}`)),
    );
  }

  credentials(exchange: Exchange): Credentials {
    const { authKind } = exchange.request;
    const name = nameOf(exchange);
    // What was sent otherwise than as a cookie is recorded as nothing; the answer tells that it was good.
    const isOpen = /^\/access\/(?:ticket|domains|openid)/.test(exchange.request.path);
    if (authKind === "none")
      return exchange.status === 200 && !isOpen ? this.#ticket("root@pam", true) : { kind: "none" };
    if (authKind.startsWith("cookie:")) return { kind: "ticket", ticket: this.renaming.apply(authKind.slice(7)) };
    if (exchange.request.as?.includes("!")) return this.#tokenOf(name);
    return this.#ticket(name, authKind !== "ticket-nocsrf");
  }

  /** Brings the world's clock to where the recording's was. */
  keepTime(exchange: Exchange): void {
    for (const [, text] of textsIn(exchange.response?.data)) {
      const start = /^UPID:[^:]+:[0-9A-F]+:[0-9A-F]+:([0-9A-F]{8}):/.exec(text)?.[1];
      if (start !== undefined && exchange.request.method !== "GET")
        advanceTo(this.world, Math.max(this.world.now, Number.parseInt(start, 16) * 1000));
    }
    const data = exchange.response?.data;
    // pvestatd looks every ten seconds; a read that shows a guest's figures comes after it has looked.
    const rows = Array.isArray(exchange.response?.data) ? exchange.response.data : [];
    const seen = rows.some((row) => row?.maxmem !== undefined && isYoung(this.world, row.vmid));
    if (seen && /^\/(?:cluster\/resources|pools)/.test(exchange.request.path))
      advanceTo(this.world, this.world.now + 10_000);
    // The managers of high availability look every ten seconds: what is read of a service is what they have settled.
    for (const row of rows) {
      if (row?.type !== "service") continue;
      const settled = (world: World): boolean => {
        const service = world.ha.services[row.sid];
        return service?.state === row.state && service?.node === row.node;
      };
      if (row.crm_state !== undefined) advanceUntil(this.world, settled, this.world.now + 180_000);
    }
    const asked = /\/tasks\/(UPID[^/]+)\/(?:status|log)$/.exec(decoded(exchange.request.path))?.[1];
    const over =
      typeof data === "object" && data !== null && "status" in data
        ? data.status === "stopped"
        : Array.isArray(data) && data.some((row) => String(row?.t).startsWith("TASK "));
    if (asked !== undefined && over) {
      const upid = this.renaming.apply(asked);
      advanceUntil(this.world, (world) => world.tasks[upid]?.state.kind !== "running", this.world.now + 24 * hour);
    }
  }
}

const isYoung = (world: World, vmid: unknown): boolean => {
  const born = Number(/ctime=(\d+)/.exec(String(world.guests[String(vmid)]?.config.meta ?? ""))?.[1] ?? 0) * 1000;
  return world.now - born < 10_000;
};

const send = (session: Session, exchange: Exchange, credentials: Credentials, twin = session.twin): Written => {
  const rename = (text: string) => session.renaming.apply(text);
  return answerHttp(twin, {
    method: exchange.request.method,
    target: targetOf(exchange, rename),
    headers: { "content-type": contentType(exchange.request.bodyType), ...headersOf(credentials) },
    body: bodyOf(exchange, rename),
    node: askedNode(exchange),
  });
};

const headersOf = (credentials: Credentials): Record<string, string> => {
  switch (credentials.kind) {
    case "none":
      return {};
    case "token":
      return { authorization: `PVEAPIToken=${credentials.token}` };
    case "ticket":
      return {
        cookie: `PVEAuthCookie=${encodeURIComponent(credentials.ticket)}`,
        ...(credentials.csrf === undefined ? {} : { csrfpreventiontoken: credentials.csrf }),
      };
  }
};

/** How far an answer is from the recorded one: the status first, then the places in which the bodies differ. */
const distance = (exchange: Exchange, written: Written, rename: (text: string) => string): number => {
  if (written.status !== exchange.status || written.reason !== rename(exchange.statusText)) return 1000;
  if (written.type === undefined || exchange.response === null || exchange.response === undefined) return 0;
  return differences(exchange.response, JSON.parse(written.body), rename).length;
};

/** The recording does not say which token spoke: the one whose answer is the recorded one, tried on copies of the world. */
const unnamedToken = (session: Session, exchange: Exchange): Credentials => {
  if (exchange.status === 401) return { kind: "token", token: "root@pam!nosuch=00000000-0000-0000-0000-000000000000" };
  const rename = (text: string) => session.renaming.apply(text);
  const tried = session.tokens().map((credentials) => {
    const copy = { ...session.twin, world: forkWorld(session.world) };
    return { credentials, off: distance(exchange, send(session, exchange, credentials, copy), rename) };
  });
  return tried.toSorted((one, other) => one.off - other.off)[0]?.credentials ?? { kind: "none" };
};

const judge = (session: Session, topic: string, index: number, exchange: Exchange): Verdict => {
  session.keepTime(exchange);
  const rename = (text: string) => session.renaming.apply(text);
  const unnamed = exchange.request.authKind === "token" && exchange.request.as === undefined;
  const written = send(session, exchange, unnamed ? unnamedToken(session, exchange) : session.credentials(exchange));
  if (exchange.status === 595 && exchange.statusText === "Connection timed out")
    advanceTo(session.world, session.world.now + 30_000);
  const notes: string[] = [];
  const wantedReason = session.renaming.apply(exchange.statusText);
  const reason = written.status === exchange.status && written.reason === wantedReason;
  if (!reason) notes.push(`wanted ${exchange.status} ${wantedReason}, got ${written.status} ${written.reason}`);
  const isJson = written.type?.startsWith("application/json") ?? false;
  const body = isJson ? JSON.parse(written.body) : undefined;
  if (exchange.response !== undefined && exchange.response !== null && body !== undefined)
    session.renaming.learn(exchange.response, body);
  const wantsJson = exchange.response !== undefined && exchange.response !== null;
  if (wantsJson !== isJson) notes.push(wantsJson ? "a JSON body wanted" : "no JSON body wanted");
  else if (wantsJson) notes.push(...differences(withoutTotal(exchange.response), withoutTotal(body), rename, ""));
  return { topic, index, exchange, reason, shape: notes.length === 0, notes };
};

/** Totals count what earlier topics left behind. */
const withoutTotal = (body: unknown): unknown =>
  typeof body === "object" && body !== null
    ? Object.fromEntries(Object.entries(body).map(([key, value]) => [key, key === "total" ? 1 : value]))
    : body;

/** The node that was asked: a task started by a call that names no node tells where it ran. */
const askedNode = (exchange: Exchange): string => {
  const data = exchange.response?.data;
  const started =
    typeof data === "string" && !exchange.request.path.startsWith("/nodes/")
      ? /^UPID:([^:]+):/.exec(data)?.[1]
      : undefined;
  return started ?? "pve1";
};

/** Replays exchanges against a fresh twin, whose world is what their first reads show. */
export const replayOf = (topic: string, exchanges: readonly Exchange[]): readonly Verdict[] => {
  const session = new Session(startingWorld(exchanges));
  return exchanges.map((exchange, index) => judge(session, topic, index, exchange));
};

/** Replays a topic against a fresh twin. */
export const replay = (topic: string): readonly Verdict[] => replayOf(topic, readTopic(topic));
