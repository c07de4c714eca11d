import { once } from "node:events";
import { createServer } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isLocalPath } from "./access/local-path.ts";
import type { ProviderSettings } from "./access/provider-settings.ts";
import type { Attempt, Keeping } from "./keeping/keeping.ts";
import { memoryKeeping } from "./keeping/memory-keeping.ts";
import { browser, type Person, providerPort, startIdentityProvider } from "./testing/identity-provider.ts";
import { asker, fieldOf, password, personOf, serve, setUp } from "./testing/serve.ts";

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
};

const grace: Person = { subject: "s-grace", name: "grace", groups: ["lab", "lab-operators"], amr: ["pwd", "mfa"] };

/** A server, the provider that it trusts, and somebody's browser. */
const place = async (more: { readonly settings?: Partial<ProviderSettings>; readonly keeping?: Keeping } = {}) => {
  const port = await freePort();
  const idp = await startIdentityProvider(`https://localhost:${port}`);
  const { keeping = memoryKeeping() } = more;
  const { server } = await serve([], {
    listen: { host: "localhost", port },
    keeping,
    provider: providerPort(idp, more.settings),
  });
  const ask = asker(server);
  const certificates = [server.certificate, idp.certificate];
  const newBrowser = () => browser(certificates);
  const beginAt = (returnTo = "/healthz") =>
    `${server.url}/api/session/provider?returnTo=${encodeURIComponent(returnTo)}`;
  const isBack = (url: string): boolean => url.startsWith(`${server.url}/api/session/provider/back`);
  /** What a browser's session is. */
  const sessionOf = async ({ cookieOf }: ReturnType<typeof browser>) => {
    const cookie = `__Host-orrery=${cookieOf(server.url, "__Host-orrery") ?? ""}`;
    const answer = await ask("GET", "/api/session", { headers: { cookie } });
    return { status: answer.status, json: answer.json, cookie };
  };
  return { idp, server, ask, keeping, newBrowser, beginAt, isBack, sessionOf };
};

test("who signs in at the provider with a second factor has the roles of his groups, and comes back to where he was", async () => {
  const { idp, ask, newBrowser, beginAt, sessionOf, keeping } = await place();
  const { json } = await ask("GET", "/api/session/ways");
  expect(json).toEqual({
    password: true,
    provider: { host: new URL(idp.issuer).host, begin: "/api/session/provider" },
  });
  idp.person = grace;
  const hers = newBrowser();
  const page = await hers.visit(beginAt("/healthz?x=1#y"));
  expect([new URL(page.url).pathname, page.status]).toEqual(["/healthz", 400]);
  const session = await sessionOf(hers);
  expect(session.json).toMatchObject({ name: "grace", roles: ["viewer", "operator"], kind: "person" });
  expect(fieldOf(session.json, "heldBack")).toBeUndefined();
  const [account] = await keeping.accounts.list();
  expect(account).toMatchObject({ identity: { kind: "provider", issuer: idp.issuer, subject: "s-grace" } });
  const trail = await keeping.audit.read({ limit: 10 });
  expect(trail.map(({ phase, what, who, status }) => [phase, what, who, status])).toEqual([
    ["ends", "endProviderSignIn", "grace", 303],
    ["begins", "endProviderSignIn", "nobody", undefined],
  ]);
  expect(JSON.stringify(trail)).not.toContain("code=");
});

test("who shows a password alone is a viewer in that session, is told what he has not, and gets it with a second factor", async () => {
  const { idp, ask, newBrowser, beginAt, sessionOf } = await place();
  idp.person = { ...grace, amr: ["pwd"] };
  const weak = newBrowser();
  await weak.visit(beginAt());
  const session = await sessionOf(weak);
  expect(session.json).toMatchObject({
    roles: ["viewer"],
    heldBack: { roles: ["operator"], why: expect.stringContaining("second factor") },
  });
  const token = { about: "ci", roles: ["operator"], days: 1 };
  const headers = { cookie: session.cookie, "x-orrery-csrf": String(fieldOf(session.json, "csrf")) };
  expect((await ask("POST", "/api/tokens", { body: token, headers })).status).toBe(403);
  const strong = newBrowser();
  idp.person = { ...grace, amr: ["pwd"], acr: "urn:example:second-factor" };
  await strong.visit(beginAt());
  expect((await sessionOf(strong)).json).toMatchObject({ roles: ["viewer", "operator"] });
  expect((await sessionOf(weak)).json).toMatchObject({ roles: ["viewer"] });
});

test("where a second factor is asked of all who may change things, they are not let in without, and viewers are", async () => {
  const { idp, newBrowser, beginAt, sessionOf } = await place({ settings: { withoutStrong: "refused" } });
  idp.person = { ...grace, amr: ["pwd"] };
  const refused = newBrowser();
  const page = await refused.visit(beginAt());
  expect(page.status).toBe(403);
  expect(page.text).toContain("Your roles take a second factor, and the provider asked you for none.");
  expect((await sessionOf(refused)).status).toBe(401);
  idp.person = { subject: "s-viewer", name: "bob", groups: ["lab"] };
  const viewer = newBrowser();
  await viewer.visit(beginAt());
  expect((await sessionOf(viewer)).json).toMatchObject({ name: "bob", roles: ["viewer"] });
});

test("who has no role by his groups, is disabled here, or is not let in there is told so and has no session", async () => {
  const { idp, newBrowser, beginAt, sessionOf, keeping } = await place();
  const said = async (person: Person | undefined): Promise<string> => {
    idp.person = person;
    const theirs = newBrowser();
    const { status, text } = await theirs.visit(beginAt());
    expect([status, (await sessionOf(theirs)).status]).toEqual([403, 401]);
    return text;
  };
  expect(await said({ subject: "s-1", name: "<b>eve", groups: ["other"] })).toMatch(
    /known at the provider as b-eve, and nothing in its claim groups/,
  );
  expect(await said(undefined)).toContain("The provider did not let you sign in (access_denied).");
  expect(await keeping.accounts.list()).toEqual([]);
  idp.person = grace;
  await newBrowser().visit(beginAt());
  const [account] = await keeping.accounts.list();
  if (account !== undefined) await keeping.accounts.change({ ...account, roles: ["admin"] });
  if (account !== undefined)
    await keeping.accounts.add({
      ...account,
      id: "2",
      name: "ada",
      roles: ["admin"],
      identity: { kind: "password", hash: "" },
    });
  if (account !== undefined) await keeping.accounts.change({ ...account, disabled: true });
  expect(await said(grace)).toContain("The account grace is disabled here.");
});

test("only the browser that was sent there comes back, once, within ten minutes", async () => {
  const { idp, newBrowser, beginAt, isBack, sessionOf } = await place();
  idp.person = grace;
  const [hers, eve] = [newBrowser(), newBrowser()];
  const { url } = await hers.visit(beginAt(), isBack);
  expect(isBack(url)).toBe(true);
  // Eve has somebody else's way back, and one of her own begun.
  await eve.visit(beginAt(), (to) => to.startsWith(idp.issuer));
  for (const address of [url, url.replace(/state=[^&]+/, "state=x"), url.replace(/state=[^&]+/, "")]) {
    const { status, text } = await eve.visit(address);
    expect([status, text]).toEqual([400, expect.stringContaining("was not begun in this browser")]);
  }
  expect((await sessionOf(eve)).status).toBe(401);
  expect((await hers.visit(url)).status).toBe(200);
  expect((await hers.visit(url)).status).toBe(400);
});

test.each<[string, (attempt: Attempt) => Attempt]>([
  ["nonce", (attempt) => ({ ...attempt, nonce: "another" })],
  ["verifier", (attempt) => ({ ...attempt, verifier: "another".repeat(8) })],
  ["time", (attempt) => ({ ...attempt, endsAt: 0 })],
])("where the %s is not that of the attempt, nobody is let in", async (_name, changed) => {
  const keeping = memoryKeeping();
  const take: Keeping["attempts"]["take"] = async (hash) => {
    const found = await keeping.attempts.take(hash);
    return found && changed(found);
  };
  const { idp, newBrowser, beginAt, sessionOf } = await place({
    keeping: { ...keeping, attempts: { ...keeping.attempts, take } },
  });
  idp.person = grace;
  const hers = newBrowser();
  expect((await hers.visit(beginAt())).status).toBeGreaterThanOrEqual(400);
  expect((await sessionOf(hers)).status).toBe(401);
  expect(await keeping.accounts.list()).toEqual([]);
});

test("roles follow the groups at the next sign-in, in sessions that stand and in tokens too", async () => {
  const { idp, ask, newBrowser, beginAt, sessionOf } = await place();
  idp.person = grace;
  const first = newBrowser();
  await first.visit(beginAt());
  const before = await sessionOf(first);
  const headers = { cookie: before.cookie, "x-orrery-csrf": String(fieldOf(before.json, "csrf")) };
  const made = await ask("POST", "/api/tokens", {
    body: { about: "ci", roles: ["operator", "viewer"], days: 1 },
    headers,
  });
  const authorization = `Bearer ${String(fieldOf(made.json, "secret"))}`;
  const rolesOfToken = async () =>
    fieldOf((await ask("GET", "/api/session", { headers: { authorization } })).json, "roles");
  expect(await rolesOfToken()).toEqual(["viewer", "operator"].toReversed());
  idp.person = { ...grace, groups: ["lab"], name: "grace.h" };
  await newBrowser().visit(beginAt());
  expect((await sessionOf(first)).json).toMatchObject({ name: "grace", roles: ["viewer"] });
  expect(await rolesOfToken()).toEqual(["viewer"]);
});

test("a name at the provider is nobody's account here: who has it already keeps it to himself", async () => {
  const { idp, ask, server, newBrowser, beginAt, sessionOf, keeping } = await place();
  const ada = await setUp(ask, server);
  await personOf(ada, ask, "grace", ["auditor"]);
  idp.person = grace;
  const hers = newBrowser();
  await hers.visit(beginAt());
  expect((await sessionOf(hers)).json).toMatchObject({
    name: expect.stringMatching(/^grace-[0-9a-f]{8}$/),
    roles: ["viewer", "operator"],
  });
  expect(await keeping.accounts.named("grace")).toMatchObject({ roles: ["auditor"], identity: { kind: "password" } });
  const { json } = await ada("GET", "/api/accounts");
  const accounts = fieldOf(json, "accounts") as readonly { id: string; name: string; signsIn: string }[];
  const id = accounts.find(({ signsIn }) => signsIn === "provider")?.id;
  expect((await ada("PUT", `/api/accounts/${id}`, { body: { roles: ["admin"] } })).status).toBe(409);
  expect((await ada("PUT", `/api/accounts/${id}`, { body: { password } })).status).toBe(409);
  expect((await ada("PUT", `/api/accounts/${id}`, { body: { disabled: true } })).status).toBe(200);
  expect((await sessionOf(hers)).status).toBe(401);
});

test("who signs out is told where to sign out at the provider too, and is out here at once", async () => {
  const { idp, ask, server, newBrowser, beginAt, sessionOf } = await place();
  idp.person = grace;
  const hers = newBrowser();
  await hers.visit(beginAt());
  const { json, cookie } = await sessionOf(hers);
  const headers = { cookie, "x-orrery-csrf": String(fieldOf(json, "csrf")) };
  const out = await ask("DELETE", "/api/session", { headers });
  const there = new URL(String(fieldOf(out.json, "provider")));
  expect([
    there.origin,
    there.searchParams.get("client_id"),
    there.searchParams.get("post_logout_redirect_uri"),
  ]).toEqual([idp.issuer, "orrery", `${server.url}/`]);
  expect((await hers.visit(there.href)).status).toBe(200);
  expect((await sessionOf(hers)).status).toBe(401);
});

test("a provider that is gone keeps out nobody who has a password, and tells the others", async () => {
  const { idp, ask, server, newBrowser, beginAt } = await place();
  await idp.stop();
  const page = await newBrowser().visit(beginAt());
  expect([page.status, page.text]).toEqual([503, expect.stringContaining("does not answer as it should")]);
  const ada = await setUp(ask, server);
  expect((await ada("GET", "/api/session")).status).toBe(200);
});

test("nobody is sent elsewhere, whatever path to come back to is asked for", async () => {
  const here = "https://orrery.example:7443";
  const part = fc.constantFrom(
    "/",
    "\\",
    "//",
    "@",
    ":",
    "?",
    "#",
    ".",
    "..",
    "\t",
    "\n",
    " ",
    "%2f",
    "evil.example",
    "https:",
    "javascript:",
    "\0",
    "é",
    "a",
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 8 }).map((parts) => parts.join("")),
      (text) => {
        if (isLocalPath(text)) expect(new URL(text, here).origin).toBe(here);
      },
    ),
    { numRuns: 2000 },
  );
  for (const good of ["/", "/clusters/lab?x=1#y", "/a//b", "/%2f%2fevil.example"])
    expect([good, isLocalPath(good)]).toEqual([good, true]);
  for (const bad of [
    "",
    "a",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "https://evil.example",
    "javascript:alert(1)",
  ])
    expect([bad, isLocalPath(bad)]).toEqual([bad, false]);
  const { beginAt, newBrowser } = await place();
  expect((await newBrowser().visit(beginAt("//evil.example"))).status).toBe(400);
});
