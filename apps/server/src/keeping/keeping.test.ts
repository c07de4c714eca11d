import { startTemporaryServer, type TemporaryServer, verifyAudit } from "@orrery/store";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { roles } from "../access/role.ts";
import { keptIn } from "../testing/serve.ts";
import type { Account, ApiToken, Attempt, AuditDraft, Session } from "./keeping.ts";
import { storeKeeping } from "./store-keeping.ts";

let server: TemporaryServer;
beforeAll(async () => {
  server = await startTemporaryServer();
});
afterAll(() => server.stop());

const anAccount = (more: Partial<Account> = {}): Account => ({
  id: "1",
  name: "ada",
  roles: ["admin", "viewer"],
  identity: { kind: "password", hash: "scrypt$…" },
  madeAt: 1_700_000_000_123,
  disabled: false,
  ...more,
});
const provided = { kind: "provider", issuer: "https://login.example", subject: "s-1" } as const;
const aSession = (more: Partial<Session> = {}): Session => ({
  hash: "h",
  account: "1",
  csrf: "c",
  madeAt: 1000,
  seenAt: 2000,
  endsAt: 3000,
  ...more,
});
const aToken = (more: Partial<ApiToken> = {}): ApiToken => ({
  id: "t",
  hash: "th",
  account: "1",
  about: "ci",
  roles: ["viewer"],
  clusters: "all",
  madeAt: 1000,
  expiresAt: 3000,
  ...more,
});
const anAttempt = (more: Partial<Attempt> = {}): Attempt => ({
  hash: "a",
  state: "s",
  nonce: "n",
  verifier: "v",
  returnTo: "/",
  endsAt: 3000,
  ...more,
});

describe.each(keptIn())("kept in $kind", ({ keepingOf }) => {
  test("an account comes back as it was put, by id, by name, and by what a provider calls it", async () => {
    const { accounts } = await keepingOf();
    const [ada, bob] = [anAccount(), anAccount({ id: "2", name: "bob", identity: provided, disabled: true })];
    expect([await accounts.add(ada), await accounts.add(bob)]).toEqual([true, true]);
    expect(await accounts.list()).toEqual([ada, bob]);
    expect([await accounts.get("1"), await accounts.named("bob")]).toEqual([ada, bob]);
    expect(await accounts.bySubject("https://login.example", "s-1")).toEqual(bob);
    expect(await accounts.bySubject("https://elsewhere.example", "s-1")).toBeUndefined();
    for (const odd of ["", "Ada", "ada\0", "'; drop table account; --", "\ud800"])
      expect([await accounts.get(odd), await accounts.named(odd)]).toEqual([undefined, undefined]);
  });

  test("of one name there is one account, however many are added at once", async () => {
    const { accounts } = await keepingOf();
    const added = await Promise.all(["1", "2", "3", "4"].map((id) => accounts.add(anAccount({ id }))));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(await accounts.list()).toHaveLength(1);
  });

  test("the first admin is one, however many try at once, and viewers that are there do not keep him out", async () => {
    const { accounts } = await keepingOf();
    await accounts.add(anAccount({ id: "0", name: "guest", roles: ["viewer"] }));
    const added = await Promise.all(["1", "2", "3", "4"].map((id) => accounts.addFirst(anAccount({ id, name: id }))));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(await accounts.list()).toHaveLength(2);
  });

  test("one admin stays, when two give it up at once too", async () => {
    const { accounts } = await keepingOf();
    const two = ["1", "2"].map((id) => anAccount({ id, name: id }));
    await Promise.all(two.map((one) => accounts.add(one)));
    const changed = await Promise.all(two.map((one) => accounts.change({ ...one, roles: ["viewer"] })));
    expect(changed.filter(Boolean)).toHaveLength(1);
    const left = (await accounts.list()).filter(({ roles: held }) => held.includes("admin"));
    expect(left).toHaveLength(1);
    expect(await accounts.change(anAccount({ id: left[0]?.id ?? "", name: "x", disabled: true }))).toBe(false);
  });

  test("what a provider says of roles changes these alone", async () => {
    const { accounts } = await keepingOf();
    const bob = anAccount({ identity: provided, disabled: true });
    await accounts.add(bob);
    await accounts.setRoles("1", ["auditor"]);
    expect(await accounts.get("1")).toEqual({ ...bob, roles: ["auditor"] });
  });

  test("a session is there until it is ended or swept, and one that was ended is not extended", async () => {
    const { accounts, sessions } = await keepingOf();
    await accounts.add(anAccount());
    const [one, other] = [aSession(), aSession({ hash: "h2", roles: ["viewer"], endsAt: 5000 })];
    await sessions.put(one);
    await sessions.put(other);
    expect([await sessions.get("h"), await sessions.get("h2"), await sessions.get("h3")]).toEqual([
      one,
      other,
      undefined,
    ]);
    await sessions.extend({ ...one, seenAt: 2500, endsAt: 4000 });
    expect(await sessions.get("h")).toMatchObject({ seenAt: 2500, endsAt: 4000 });
    await sessions.sweep(4000);
    await sessions.extend(one);
    expect([await sessions.get("h"), await sessions.get("h2")]).toEqual([undefined, other]);
    await sessions.removeOf("1");
    expect(await sessions.get("h2")).toBeUndefined();
    await sessions.put(one);
    await sessions.remove("h");
    await sessions.remove("h");
    expect(await sessions.get("h")).toBeUndefined();
  });

  test("a token is found by its hash until it is removed or swept", async () => {
    const { accounts, tokens } = await keepingOf();
    await accounts.add(anAccount());
    const [one, other] = [aToken(), aToken({ id: "t2", hash: "th2", clusters: ["lab", "a, b"], expiresAt: 5000 })];
    await tokens.put(one);
    await tokens.put(other);
    expect(await tokens.list()).toEqual([one, other]);
    expect([await tokens.byHash("th"), await tokens.get("t2")]).toEqual([one, other]);
    expect([await tokens.byHash("t"), await tokens.get("\0")]).toEqual([undefined, undefined]);
    await tokens.sweep(3000);
    expect(await tokens.list()).toEqual([other]);
    expect([await tokens.remove("t2"), await tokens.remove("t2")]).toEqual([true, false]);
  });

  test("who comes back from a provider is known once, also of two at once", async () => {
    const { attempts } = await keepingOf();
    await attempts.put(anAttempt());
    const taken = await Promise.all([attempts.take("a"), attempts.take("a")]);
    expect(taken.filter((one) => one !== undefined)).toEqual([anAttempt()]);
    await attempts.put(anAttempt());
    await attempts.sweep(3000);
    expect(await attempts.take("a")).toBeUndefined();
  });

  test("the audit trail gives what it was given, the newest first, page by page", async () => {
    const { audit } = await keepingOf();
    const text = fc.string({ unit: "grapheme" });
    const drafts: AuditDraft[] = fc.sample(
      fc
        .record({
          at: fc.integer({ min: 0, max: 4e12 }),
          phase: fc.constantFrom("begins" as const, "ends" as const, "refused" as const),
          who: text,
          account: fc.option(text, { nil: undefined }),
          from: text,
          what: text,
          path: text,
          request: text,
          status: fc.integer({ min: 200, max: 599 }),
          why: text,
        })
        .map(({ phase, status, why, ...rest }) =>
          phase === "begins" ? { ...rest, phase } : { ...rest, phase, status, why },
        ),
      { numRuns: 40, seed: 4 },
    );
    for (const draft of drafts) await audit.append(draft);
    const all = drafts.map((draft, index) => ({ ...draft, number: index + 1 })).reverse();
    expect(await audit.read({ limit: 1000 })).toEqual(all);
    expect(await audit.read({ limit: 7 })).toEqual(all.slice(0, 7));
    expect(await audit.read({ limit: 7, before: 34 })).toEqual(all.slice(7, 14));
    expect(await audit.read({ limit: 7, before: 1 })).toEqual([]);
  });
});

test("what is kept in PostgreSQL is there for the next server, and its audit trail is a whole chain", async () => {
  const store = await server.store();
  onTestFinished(() => store.close());
  const [one, other] = [storeKeeping(store), storeKeeping(store)];
  const ada = anAccount({ roles });
  await one.accounts.add(ada);
  const draft = { at: 1, who: "ada", account: "1", from: "::1", what: "makeToken", path: "/api/tokens", request: "r" };
  await one.audit.append({ ...draft, phase: "begins" });
  await other.audit.append({ ...draft, phase: "ends", status: 201 });
  expect(await other.accounts.list()).toEqual([ada]);
  expect(await verifyAudit(store.db)).toMatchObject({ kind: "whole", head: { seq: 2 } });
  expect(one.about.outlivesProcess).toBe(true);
});

test("a role that this Orrery does not know gives nothing", async () => {
  const store = await server.store();
  onTestFinished(() => store.close());
  const keeping = storeKeeping(store);
  await keeping.accounts.add(anAccount());
  await store.db
    .updateTable("account")
    .set({ roles: ["emperor", "viewer"] })
    .execute();
  expect(await keeping.accounts.get("1")).toMatchObject({ roles: ["viewer"] });
});
