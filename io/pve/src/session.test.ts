import { inspect } from "node:util";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type Credentials, type PveClient, type PveOptions, systemClock } from "./index.ts";
import { aCertificate, type Certificate } from "./testing/certificates.ts";
import { clientOf } from "./testing/clients.ts";
import { aGatekeeper, type Gatekeeper } from "./testing/gatekeeper.ts";
import { answer, type HttpsNode, startNode } from "./testing/https-node.ts";

const patiently = { timeout: 20_000 };

const userid = "root@pam";
const password = "Correct-Horse-7";
const hour = 3_600_000;

let certificate: Certificate;
let node: HttpsNode | undefined;
let pve: PveClient | undefined;
/** How far the client's clock was put forward. */
let later = 0;
const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + later };

beforeAll(async () => {
  certificate = await aCertificate();
});

afterEach(async () => {
  await pve?.close();
  await node?.stop();
  later = 0;
});

const login = async (
  gatekeeper: Gatekeeper,
  credentials: Partial<Credentials> = {},
  options: Partial<PveOptions> = {},
) => {
  node = await startNode(certificate, gatekeeper.behave);
  const ticket = { kind: "ticket", userid, password, ...credentials } as Credentials;
  pve = clientOf([node], { credentials: ticket, clock, ...options });
  return pve;
};

test("a user is logged in once, whoever asks first, and a change carries the CSRF token", async () => {
  const gatekeeper = aGatekeeper({ userid, password });
  const client = await login(gatekeeper);
  await Promise.all(Array.from({ length: 20 }, () => client.get("/version")));
  await client.post("/pools", { poolid: "blue" });
  expect(gatekeeper.tried).toEqual([password]);
  expect(gatekeeper.passed.filter((request) => request === "GET /version").length).toBe(20);
  expect(gatekeeper.passed.at(-1)).toBe("POST /pools");
  const reads = node?.received.filter(({ method }) => method === "GET") ?? [];
  expect(reads.every(({ headers }) => headers.csrfpreventiontoken === undefined)).toBe(true);
});

test("a ticket is renewed with itself before it runs out, and nobody waits for that", async () => {
  const gatekeeper = aGatekeeper({ userid, password });
  const client = await login(gatekeeper);
  await client.get("/version");
  later = 0.9 * hour;
  await client.get("/version");
  expect(gatekeeper.tried).toEqual([password]);
  later = 1.1 * hour;
  await client.get("/version");
  await expect.poll(() => gatekeeper.tickets.size, patiently).toBe(2);
  const [first, second] = [...gatekeeper.tickets];
  expect(gatekeeper.tried).toEqual([password, first]);
  await expect
    .poll(async () => client.get("/version").then(() => node?.received.at(-1)?.headers.cookie), patiently)
    .toContain(second);
  expect(gatekeeper.tried.length).toBe(2);
});

test("after a night without a request the password is asked for again", async () => {
  const gatekeeper = aGatekeeper({ userid, password });
  const client = await login(gatekeeper);
  await client.get("/version");
  later = 9 * hour;
  await client.get("/version");
  expect(gatekeeper.tried).toEqual([password, password]);
});

test("a ticket that the node no longer takes costs one more login, and the change is made once", async () => {
  const gatekeeper = aGatekeeper({ userid, password });
  const client = await login(gatekeeper);
  await client.get("/version");
  gatekeeper.tickets.clear();
  await client.post("/pools", { poolid: "blue" });
  expect(gatekeeper.passed).toEqual(["GET /version", "POST /pools"]);
  expect(gatekeeper.tried).toEqual([password, password]);
});

test("a wrong password is tried once, not with every request, so that nobody is locked out", async () => {
  const gatekeeper = aGatekeeper({ userid, password });
  const client = await login(gatekeeper, { password: "Wrong-Horse-7" });
  for (let times = 0; times < 3; times += 1) {
    await expect(client.get("/version")).rejects.toMatchObject({ kind: "unauthenticated", status: 401 });
  }
  expect(gatekeeper.tried.length).toBe(1);
  later = 31_000;
  await expect(client.get("/version")).rejects.toMatchObject({ kind: "unauthenticated" });
  expect(gatekeeper.tried.length).toBe(2);
});

test("a second factor is asked for with what the account offers, and not again when the ticket is renewed", async () => {
  const gatekeeper = aGatekeeper({ userid, password, totp: "424242" });
  const offers: unknown[] = [];
  const secondFactor = async (offer: unknown) => {
    offers.push(offer);
    return { kind: "totp", code: "424242" } as const;
  };
  const client = await login(gatekeeper, { secondFactor });
  await client.get("/version");
  expect(gatekeeper.tried).toEqual([password, "totp:424242"]);
  expect(offers).toEqual([{ userid, kinds: ["totp", "recovery"] }]);
  later = 1.5 * hour;
  await client.get("/version");
  await expect.poll(() => gatekeeper.tickets.size, patiently).toBe(2);
  expect(offers.length).toBe(1);
});

test("an account that needs a second factor says so when none can be given, and which it offers", async () => {
  const gatekeeper = aGatekeeper({ userid, password, totp: "424242" });
  const client = await login(gatekeeper);
  await expect(client.get("/version")).rejects.toThrow(
    /root@pam needs a second factor \(totp, recovery\), and none was given/,
  );
});

test("a wrong second factor is an authentication failure and is not tried twice", async () => {
  const gatekeeper = aGatekeeper({ userid, password, totp: "424242" });
  const client = await login(gatekeeper, { secondFactor: async () => ({ kind: "totp", code: "111111" }) });
  await expect(client.get("/version")).rejects.toMatchObject({ kind: "unauthenticated" });
  await expect(client.get("/version")).rejects.toMatchObject({ kind: "unauthenticated" });
  expect(gatekeeper.tried).toEqual([password, "totp:111111"]);
});

test("an API token is sent as it is, and a token that is refused is not tried twice", async () => {
  node = await startNode(certificate, (_, response) => {
    response.writeHead(401, "Authentication failed!", { connection: "close" });
    response.end();
  });
  pve = clientOf([node]);
  await expect(pve.get("/version")).rejects.toMatchObject({
    kind: "unauthenticated",
    reason: "Authentication failed!",
  });
  expect(node.received.map(({ headers }) => headers.authorization)).toEqual([
    "PVEAPIToken=orrery@pve!test=5ec7e7-0000-4000-8000-000000000000",
  ]);
});

test("no error, no attempt and no client shows a secret, though the node quotes it", async () => {
  const told: unknown[] = [];
  const gatekeeper = aGatekeeper({ userid, password });
  const quotes = "New-Secret-9";
  const spiteful: Gatekeeper = {
    ...gatekeeper,
    behave: (request, response) => {
      const { path, form, headers } = request;
      if (path === "/access/ticket") return gatekeeper.behave(request, response);
      const said = `no: ${form.get("password")} ${decodeURIComponent(String(headers.cookie))} ${password}`;
      return answer(response, { data: null, message: `${said}\n`, errors: { password: said } }, 400, said);
    },
  };
  const client = await login(spiteful, {}, { observe: (attempt) => told.push(attempt) });
  const error = await client
    .put("/access/password", { userid: "alice@pve", password: quotes })
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ kind: "invalid", status: 400, reason: expect.stringContaining("no: …") });
  const shown = inspect([error, told, client], { depth: 20, showHidden: true }) + String(error) + JSON.stringify(error);
  const secrets = [quotes, password, ...gatekeeper.tickets];
  expect(secrets.length).toBe(3);
  for (const secret of secrets) expect(shown.includes(secret)).toBe(false);
});

test("a login that comes broken shows nothing of what it held", async () => {
  node = await startNode(certificate, (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(`{"data":{"ticket":"PVE:root@pam:TOPSECRET`);
  });
  pve = clientOf([node], { credentials: { kind: "ticket", userid, password }, rounds: 1 });
  const error = await pve.get("/version").catch((caught: unknown) => caught);
  expect(error).toMatchObject({ kind: "broken-answer", path: "/access/ticket" });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/TOPSECRET|Correct-Horse/);
});

test.each([
  { ticket: "PVE:\r\nx-evil: 1" },
  { ticket: "" },
  { ticket: 7 },
  { ticket: "PVE:x", CSRFPreventionToken: "\ud800" },
  {},
  null,
])("a login that is answered with %j is a broken answer", async (data) => {
  node = await startNode(certificate, (_, response) => answer(response, { data }));
  pve = clientOf([node], { credentials: { kind: "ticket", userid, password } });
  await expect(pve.get("/version")).rejects.toMatchObject({ kind: "broken-answer", path: "/access/ticket" });
});
