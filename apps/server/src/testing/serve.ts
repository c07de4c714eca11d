import { systemClock } from "@orrery/pve";
import { type RunningTwin, startTwin } from "@orrery/twin-server";
import { Agent, request } from "undici";
import { onTestFinished } from "vitest";
import type { Role } from "../access/role.ts";
import { connectTo } from "../clusters/connection.ts";
import { pollingFeed } from "../clusters/polling-feed.ts";
import type { Keeping } from "../keeping/keeping.ts";
import { memoryKeeping } from "../keeping/memory-keeping.ts";
import { type RunningServer, startServer } from "../start-server.ts";

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** What the text is as JSON; undefined where it is none. */
  readonly json: unknown;
};

export type Ask = (
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  more?: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>>; readonly raw?: string },
) => Promise<Answer>;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Asks a server over HTTPS, whose certificate is believed and no other. */
export const asker = ({ url, certificate }: RunningServer): Ask => {
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

/** A person at a browser: signed in, with the second secret on changes. */
export const asPerson = (ask: Ask, cookie: string, csrf: string): Ask => {
  return (method, path, more = {}) =>
    ask(method, path, { ...more, headers: { cookie, "x-orrery-csrf": csrf, ...more.headers } });
};

export const cookieOf = ({ headers }: Answer): string => String(headers["set-cookie"] ?? "").split(";", 1)[0] ?? "";

export const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

export const setUp = async (ask: Ask, { setupLink = "" }: RunningServer): Promise<Ask> => {
  const secret = setupLink.slice(setupLink.indexOf("#") + 1);
  const answer = await ask("POST", "/api/setup", { body: { secret, name: "ada", password: "an engine of brass" } });
  return asPerson(ask, cookieOf(answer), String(fieldOf(answer.json, "csrf")));
};

/** A token of the first account with these roles. */
export const tokenFor = async (person: Ask, ask: Ask, roles: readonly Role[], clusters?: string[]): Promise<Ask> => {
  const body = { about: "a test", roles, days: 1, ...(clusters === undefined ? {} : { clusters }) };
  const { json } = await person("POST", "/api/tokens", { body });
  const authorization = `Bearer ${String(fieldOf(json, "secret"))}`;
  return (method, path, more = {}) => ask(method, path, { ...more, headers: { authorization, ...more.headers } });
};

/** A server that watches a twin over HTTPS. */
export const serveTwin = async (
  keeping: Keeping = memoryKeeping(),
): Promise<{ twin: RunningTwin; server: RunningServer; ask: Ask }> => {
  const twin = await startTwin({ bare: ["pve1", "pve2", "pve3"], speed: 1 });
  onTestFinished(() => twin.stop());
  const { user, password } = twin.credentials;
  const feed = pollingFeed(
    () =>
      connectTo(
        { urls: [twin.url], fingerprint: twin.fingerprint, credentials: { user, password: "env:TWIN_PASSWORD" } },
        { TWIN_PASSWORD: password },
      ),
    { clock: systemClock, everyMs: 200 },
  );
  const server = await startServer({
    clusters: [{ id: "twin", declared: undefined, feed }],
    listen: { host: "127.0.0.1", port: 0 },
    log: { level: "silent" },
    keeping,
    checkReplies: true,
  });
  onTestFinished(() => server.stop());
  return { twin, server, ask: asker(server) };
};
