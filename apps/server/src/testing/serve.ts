import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { everything, observe } from "@orrery/collect";
import { type Clock, type PveVersion, proxmoxOver } from "@orrery/contract";
import { loadDeclaration } from "@orrery/declaration";
import { systemClock } from "@orrery/pve";
import type { ClusterState } from "@orrery/state";
import { startTemporaryServer, type TemporaryServer } from "@orrery/store";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { worldOf } from "@orrery/twin-lab";
import { VirtualClock } from "@orrery/twin-world";
import { Agent, request } from "undici";
import { afterAll, onTestFinished } from "vitest";
import type { Role } from "../access/role.ts";
import type { Cluster, ClusterToWatch, DeclaredLab } from "../clusters/cluster.ts";
import type { ClusterFeed } from "../clusters/feed.ts";
import type { Keeping } from "../keeping/keeping.ts";
import { memoryKeeping } from "../keeping/memory-keeping.ts";
import { storeKeeping } from "../keeping/store-keeping.ts";
import { type RunningServer, type StartServer, startServer } from "../start-server.ts";

type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** What the text is as JSON; undefined where it is none. */
  readonly json: unknown;
};

type More = {
  readonly body?: unknown;
  /** A body as it is, JSON or not. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
export type Ask = (method: "GET" | "POST" | "PUT" | "DELETE", path: string, more?: More) => Promise<Answer>;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

/** Asks a server over HTTPS, whose certificate is believed and no other. */
export const asker = ({ url, certificate }: Pick<RunningServer, "url" | "certificate">): Ask => {
  const dispatcher = new Agent({ connect: { ca: certificate } });
  onTestFinished(() => dispatcher.destroy());
  return async (method, path, { body, headers = {}, raw } = {}) => {
    const sent = raw ?? (body === undefined ? null : JSON.stringify(body));
    const answer = await request(`${url}${path}`, {
      method,
      dispatcher,
      headers: { ...(sent === null ? {} : { "content-type": "application/json" }), ...headers },
      body: sent,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text, json: parsed(text) };
  };
};

const withHeaders =
  (ask: Ask, own: Readonly<Record<string, string>>): Ask =>
  (method, path, more = {}) =>
    ask(method, path, { ...more, headers: { ...own, ...more.headers } });

/** A person at a browser: signed in by an answer that began a session. */
export const asPerson = (ask: Ask, { headers, json }: Answer): Ask => {
  const cookie = String(headers["set-cookie"] ?? "").split(";", 1)[0] ?? "";
  return withHeaders(ask, { cookie, "x-orrery-csrf": String(fieldOf(json, "csrf")) });
};

export const password = "an engine of brass";
export const setupSecret = ({ setupLink = "" }: Partial<Pick<RunningServer, "setupLink">>): string =>
  setupLink.slice(setupLink.indexOf("#") + 1);

/** The first account, which has every role. */
export const setUp = async (ask: Ask, server: RunningServer): Promise<Ask> =>
  asPerson(ask, await ask("POST", "/api/setup", { body: { secret: setupSecret(server), name: "ada", password } }));

/** Another account, signed in. */
export const personOf = async (admin: Ask, ask: Ask, name: string, roles: readonly Role[]): Promise<Ask> => {
  await admin("POST", "/api/accounts", { body: { name, password, roles } });
  return asPerson(ask, await ask("POST", "/api/session", { body: { name, password } }));
};

/** A token of whoever asks. */
export const tokenOf = async (person: Ask, ask: Ask, roles: readonly Role[], clusters?: string[]): Promise<Ask> => {
  const { json } = await person("POST", "/api/tokens", { body: { about: "a test", roles, days: 1, clusters } });
  return withHeaders(ask, { authorization: `Bearer ${String(fieldOf(json, "secret"))}` });
};

/** The declaration of an example. */
export const exampleLab = async (name: string): Promise<DeclaredLab> => {
  const read = await loadDeclaration(join(import.meta.dirname, "../../../../examples", name));
  if (read.kind === "refused") throw new Error(read.problems.map(({ message }) => message).join("\n"));
  return { lab: read.lab, locate: read.locate };
};

/** What the twin of a lab is after a minute, seen in process. */
const seenOf = async ({ lab }: DeclaredLab): Promise<ClusterState> => {
  const world = worldOf(lab, { seed: 1, now: Date.UTC(2026, 10, 22, 12) });
  const clock = new VirtualClock(world, () => setImmediate());
  const transport = new InProcessTransport(twinOf(world, "in process"), { clock, user: "root@pam" });
  const pve = proxmoxOver<PveVersion>(world.release, transport, clock);
  const { state } = await clock.drive(clock.sleep(60_000).then(() => observe(pve, clock, { scope: everything })));
  return state;
};

const standing = (state: ClusterState): ClusterFeed => ({
  now: () => ({ kind: "read", state, at: state.at, requests: 1, tookMs: 1, stale: new Map() }),
  subscribe: () => () => undefined,
  stop: () => Promise.resolve(),
});

/** The cluster of a lab as its twin was seen once. */
export const seenCluster = async (id: string, declared: DeclaredLab): Promise<Cluster> => ({
  id,
  declared,
  feed: standing(await seenOf(declared)),
});

/** A clock that stands until it is turned. */
export const standingClock = (): Clock & { turn: (milliseconds: number) => void } => {
  let turned = 0;
  return {
    now: () => systemClock.now() + turned,
    monotonic: () => systemClock.monotonic() + turned,
    sleep: (milliseconds, abort) => systemClock.sleep(milliseconds, abort),
    turn: (milliseconds) => {
      turned += milliseconds;
    },
  };
};

/** A server for the length of a test, and how to ask it. */
export const serve = async (
  clusters: readonly ClusterToWatch[],
  more: Partial<StartServer> = {},
): Promise<{ readonly server: RunningServer; readonly ask: Ask }> => {
  const server = await startServer({
    clusters,
    listen: { host: "127.0.0.1", port: 0 },
    log: { level: "silent" },
    checkReplies: true,
    ...more,
  });
  onTestFinished(() => server.stop());
  return { server, ask: asker(server) };
};

export type KeptIn = { readonly kind: string; readonly keepingOf: () => Promise<Keeping> };

/** What has to hold wherever the server keeps things: in memory, and in a PostgreSQL that ends with the file of tests. */
export const keptIn = (): readonly KeptIn[] => {
  let starting: Promise<TemporaryServer> | undefined;
  afterAll(async () => (await starting)?.stop());
  const inStore = async (): Promise<Keeping> => {
    starting ??= startTemporaryServer();
    const store = await (await starting).store();
    onTestFinished(() => store.close());
    return storeKeeping(store);
  };
  return [
    { kind: "memory", keepingOf: () => Promise.resolve(memoryKeeping()) },
    { kind: "PostgreSQL", keepingOf: inStore },
  ];
};
