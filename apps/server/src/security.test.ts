import { describe, expect, test } from "vitest";
import {
  fieldOf,
  keptIn,
  password,
  personOf,
  serve as serveWith,
  setUp,
  setupSecret,
  standingClock,
  tokenOf,
} from "./testing/serve.ts";

describe.each(keptIn())("kept in $kind", ({ keepingOf }) => {
  const serve: typeof serveWith = async (clusters, more) =>
    serveWith(clusters, { keeping: await keepingOf(), ...more });

  test("the link of the first start makes one account, once, and not after an hour", async () => {
    const { server, ask } = await serve([]);
    const body = { secret: setupSecret(server), name: "ada", password };
    expect((await ask("POST", "/api/setup", { body: { ...body, secret: "guessed" } })).status).toBe(401);
    const both = await Promise.all([ask("POST", "/api/setup", { body }), ask("POST", "/api/setup", { body })]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 401]);
    const clock = standingClock();
    const late = await serve([], { clock });
    clock.turn(3_600_000);
    const secret = setupSecret(late.server);
    expect((await late.ask("POST", "/api/setup", { body: { ...body, secret } })).status).toBe(401);
  });

  test("where there is an account, there is no link", async () => {
    const keeping = await keepingOf();
    const first = await serve([], { keeping });
    await setUp(first.ask, first.server);
    expect((await serve([], { keeping })).server.setupLink).toBeUndefined();
  });

  test("a session's cookie is for this host alone, unreadable by scripts, and no secret is kept as it is", async () => {
    const keeping = await keepingOf();
    const { server, ask } = await serve([], { keeping });
    const body = { secret: setupSecret(server), name: "ada", password };
    const { headers } = await ask("POST", "/api/setup", { body });
    const cookie = String(headers["set-cookie"]);
    expect(cookie).toMatch(/^__Host-orrery=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=43200$/);
    const secret = /=([\w-]+);/.exec(cookie)?.[1] ?? "";
    const [account] = await keeping.accounts.list();
    expect(account?.identity).toEqual({ kind: "password", hash: expect.stringMatching(/^scrypt\$/) });
    expect(await keeping.sessions.get(secret)).toBeUndefined();
  });

  test("a session ends when it is ended, after an hour of silence, and after twelve hours whatever happens", async () => {
    const clock = standingClock();
    const { server, ask } = await serve([], { clock });
    const ada = await setUp(ask, server);
    const signIn = () => personOf(ada, ask, "bob", ["viewer"]);
    const isIn = async (who: typeof ada): Promise<boolean> => (await who("GET", "/api/session")).status === 200;
    const leaving = await signIn();
    await leaving("DELETE", "/api/session");
    expect(await isIn(leaving)).toBe(false);
    const silent = await signIn();
    clock.turn(3_600_000);
    expect(await isIn(silent)).toBe(false);
    const busy = (await ask("POST", "/api/session", { body: { name: "ada", password } })).headers["set-cookie"];
    const cookie = String(busy).split(";", 1)[0] ?? "";
    const states: number[] = [];
    for (let half = 0; half < 25; half += 1) {
      states.push((await ask("GET", "/api/session", { headers: { cookie } })).status);
      clock.turn(1_800_000);
    }
    expect(states).toEqual([...Array.from({ length: 24 }, () => 200), 401]);
  });

  test("a change needs the second secret of its session, and comes from no other origin", async () => {
    const { server, ask } = await serve([]);
    const ada = await setUp(ask, server);
    const body = { about: "ci", roles: ["viewer"], days: 1 };
    const tried = async (headers: Record<string, string>) => {
      const { status, json } = await ada("POST", "/api/tokens", { body, headers });
      return [status, fieldOf(json, "code")];
    };
    expect(await tried({ "x-orrery-csrf": "guessed" })).toEqual([403, "forged"]);
    expect(await tried({ origin: "https://elsewhere.example" })).toEqual([403, "forged"]);
    expect(await tried({ origin: "null" })).toEqual([403, "forged"]);
    expect(await tried({ "sec-fetch-site": "cross-site" })).toEqual([403, "forged"]);
    expect(await tried({ origin: server.url, "sec-fetch-site": "same-origin" })).toEqual([201, undefined]);
    const signIn = { body: { name: "ada", password }, headers: { origin: "https://elsewhere.example" } };
    expect((await ask("POST", "/api/session", signIn)).status).toBe(403);
  });

  test("a token has no role that its account has not, or has no more, and ends with it", async () => {
    const clock = standingClock();
    const { server, ask } = await serve([], { clock });
    const ada = await setUp(ask, server);
    const bob = await personOf(ada, ask, "bob", ["auditor"]);
    const more = await bob("POST", "/api/tokens", { body: { about: "x", roles: ["admin"], days: 1 } });
    expect(more.status).toBe(403);
    const token = await tokenOf(bob, ask, ["auditor"]);
    const audit = async (): Promise<number> => (await token("GET", "/api/audit")).status;
    expect(await audit()).toBe(200);
    const { json } = await ada("GET", "/api/accounts");
    const accounts = fieldOf(json, "accounts") as readonly { id: string; name: string }[];
    const id = accounts.find(({ name }) => name === "bob")?.id;
    await ada("PUT", `/api/accounts/${id}`, { body: { roles: ["viewer"] } });
    expect(await audit()).toBe(403);
    await ada("PUT", `/api/accounts/${id}`, { body: { roles: ["auditor"], disabled: true } });
    expect(await audit()).toBe(401);
    await ada("PUT", `/api/accounts/${id}`, { body: { disabled: false } });
    expect(await audit()).toBe(200);
    clock.turn(86_400_000);
    expect(await audit()).toBe(401);
  });

  test("a token for one cluster neither sees nor hears of another", async () => {
    const feed = {
      now: () => ({ kind: "awaited", since: 0 }) as const,
      subscribe: () => () => {},
      stop: async () => {},
    };
    const clusters = ["one", "two"].map((id) => ({ id, declared: undefined, feed }));
    const { server, ask } = await serve(clusters);
    const token = await tokenOf(await setUp(ask, server), ask, ["viewer"], ["one"]);
    const { json } = await token("GET", "/api/clusters");
    expect(fieldOf(json, "clusters")).toMatchObject([{ id: "one" }]);
    expect((await token("GET", "/api/clusters/one/state")).status).toBe(503);
    expect((await token("GET", "/api/clusters/two/state")).status).toBe(403);
    expect((await token("GET", "/api/clusters/three/state")).status).toBe(403);
  });

  test("whoever changes his own password keeps this session, and ends all others", async () => {
    const { server, ask } = await serve([]);
    const ada = await setUp(ask, server);
    const other = await ask("POST", "/api/session", { body: { name: "ada", password } });
    const cookie = String(other.headers["set-cookie"]).split(";", 1)[0] ?? "";
    const { json } = await ada("GET", "/api/accounts");
    const [{ id } = { id: "" }] = fieldOf(json, "accounts") as readonly { id: string }[];
    await ada("PUT", `/api/accounts/${id}`, { body: { password: "an engine of steel" } });
    expect((await ada("GET", "/api/session")).status).toBe(200);
    expect((await ask("GET", "/api/session", { headers: { cookie } })).status).toBe(401);
    expect((await ask("POST", "/api/session", { body: { name: "ada", password } })).status).toBe(401);
  });

  test("the last admin stays one", async () => {
    const { server, ask } = await serve([]);
    const ada = await setUp(ask, server);
    const { json } = await ada("GET", "/api/accounts");
    const [{ id } = { id: "" }] = fieldOf(json, "accounts") as readonly { id: string }[];
    expect((await ada("PUT", `/api/accounts/${id}`, { body: { disabled: true } })).status).toBe(409);
  });

  test("guessing is slow, and told so", async () => {
    const clock = standingClock();
    const { ask } = await serve([], { clock });
    const guess = () => ask("POST", "/api/session", { body: { name: "ada", password: "guess" } });
    const states: number[] = [];
    for (let times = 0; times < 11; times += 1) states.push((await guess()).status);
    expect(states).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    expect(Number((await guess()).headers["retry-after"])).toBeGreaterThan(0);
    clock.turn(60_000);
    expect((await guess()).status).toBe(401);
  });

  test("every change is in the audit trail before and after, every refusal once, and no secret is", async () => {
    const { server, ask } = await serve([]);
    const ada = await setUp(ask, server);
    await ada("POST", "/api/tokens", { body: { about: "ci", roles: ["viewer"], days: 1 } });
    await ask("GET", "/api/audit");
    await ada("POST", "/api/tokens", { body: { about: "" } });
    const { json, text } = await ada("GET", "/api/audit");
    const entries = fieldOf(json, "entries") as readonly {
      phase: string;
      what: string;
      who: string;
      status?: number;
    }[];
    expect(entries.map(({ phase, what, who, status }) => [phase, what, who, status]).toReversed()).toEqual([
      ["begins", "setUp", "nobody", undefined],
      ["ends", "setUp", "ada", 201],
      ["begins", "makeToken", "ada", undefined],
      ["ends", "makeToken", "ada", 201],
      ["refused", "listAudit", "nobody", 401],
      ["begins", "makeToken", "ada", undefined],
      ["ends", "makeToken", "ada", 400],
    ]);
    expect(text).not.toContain(setupSecret(server));
    expect(text).not.toContain(password);
  });

  test("what cannot be recorded is not done, and what cannot be kept makes the server not ready; the reason stays inside", async () => {
    const keeping = await keepingOf();
    let isGone = false;
    const server = await serve([], {
      keeping: {
        ...keeping,
        trouble: () => Promise.resolve(isGone ? "disk 7 is full" : undefined),
        audit: {
          ...keeping.audit,
          append: (draft) => (isGone ? Promise.reject(new Error("disk 7 is full")) : keeping.audit.append(draft)),
        },
      },
    });
    const ada = await setUp(server.ask, server.server);
    isGone = true;
    const made = await ada("POST", "/api/tokens", { body: { about: "ci", roles: ["viewer"], days: 1 } });
    expect([made.status, await keeping.tokens.list()]).toEqual([503, []]);
    const ready = await server.ask("GET", "/readyz");
    expect(ready.status).toBe(503);
    expect(made.text + ready.text).not.toContain("disk 7");
  });

  test("every answer forbids framing, foreign scripts and guessing of types, and nothing is cached", async () => {
    const { ask } = await serve([]);
    for (const path of ["/healthz", "/api/docs", "/api/clusters", "/nowhere", "/api/%zz"]) {
      const { headers } = await ask("GET", path);
      expect({ path, headers }).toMatchObject({
        headers: {
          "content-security-policy": expect.stringContaining("default-src 'none'; script-src 'self'"),
          "x-frame-options": "DENY",
          "x-content-type-options": "nosniff",
          "strict-transport-security": expect.any(String),
          "cache-control": "no-store",
        },
      });
    }
  });

  test("the log tells of every request by its path alone, and of no secret", async () => {
    const lines: string[] = [];
    const { server, ask } = await serve([], { log: { level: "debug", stream: { write: (line) => lines.push(line) } } });
    const ada = await setUp(ask, server);
    await ada("GET", "/api/session?code=hidden");
    const told = lines.join("");
    expect(told).toContain('"path":"/api/session"');
    for (const secret of ["hidden", password, setupSecret(server), "__Host-orrery"]) expect(told).not.toContain(secret);
  });
});
