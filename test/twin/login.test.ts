import { createHmac } from "node:crypto";
import { PveError } from "@orrery/contract";
import { connectPve } from "@orrery/pve";
import type { RunningTwin } from "@orrery/twin-server";
import { expect, onTestFinished, test } from "vitest";
import { aClient, aTwin } from "./doors.ts";

const hour = 3_600_000;
const trustOf = (twin: RunningTwin) => ({ kind: "fingerprint", sha256: twin.fingerprint }) as const;
const root = (twin: RunningTwin) =>
  ({ kind: "ticket", userid: twin.credentials.user, password: twin.credentials.password }) as const;

test("a ticket is renewed before it runs out, by the clock that the client is given", async () => {
  const twin = await aTwin({ speed: 1 });
  const logins: string[] = [];
  const pve = aClient(twin, {
    credentials: root(twin),
    clock: twin.clock,
    observe: ({ path }) => void (path === "/access/ticket" && logins.push(path)),
  });
  await pve.get("/version");
  await pve.get("/version");
  expect(logins.length).toBe(1);
  twin.clock.pass(1.5 * hour);
  await pve.get("/version");
  expect(logins.length).toBe(2);
});

test("a ticket that ran out is replaced by a new login, even for a change", async () => {
  const twin = await aTwin({ speed: 1 });
  const pve = aClient(twin, { credentials: root(twin) });
  await pve.get("/version");
  twin.clock.pass(3 * hour);
  await pve.post("/pools", { poolid: "late" });
  expect((await pve.get("/pools")).map(({ poolid }) => poolid)).toEqual(["late"]);
});

const codeAt = (secret: string, at: number): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", Buffer.from(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
};

test("a user with a second factor gets in with the code of the world's time, and not without", async () => {
  const twin = await aTwin({ speed: 1 });
  const user = twin.world.access.users["root@pam"];
  // "ORRERYTOTP" in base32.
  if (user)
    user.tfa.phone = {
      type: "totp",
      description: "",
      enable: true,
      created: 0,
      secret: "otpauth://totp/x?secret=J5JFERKSLFKE6VCQ",
    };
  const bare = connectPve({ endpoints: [{ url: twin.url, trust: trustOf(twin) }], credentials: root(twin) });
  onTestFinished(() => bare.close());
  await expect(bare.get("/version")).rejects.toThrow(/needs a second factor \(totp/);
  let code = "000000";
  const asked: string[] = [];
  const secondFactor = ({ kinds }: { kinds: readonly string[] }) => {
    asked.push(...kinds);
    return Promise.resolve({ kind: "totp", code } as const);
  };
  const wrong = aClient(twin, { credentials: { ...root(twin), secondFactor } });
  await expect(wrong.get("/version")).rejects.toMatchObject({ kind: "unauthenticated" });
  code = codeAt("ORRERYTOTP", twin.clock.now());
  const right = aClient(twin, { credentials: { ...root(twin), secondFactor } });
  expect(await right.get("/version")).toMatchObject({ release: "9.2" });
  expect(asked).toContain("totp");
});

test("a wrong password, a wrong token and a wrong certificate are refused", async () => {
  const twin = await aTwin({ speed: 1 });
  const wrong = aClient(twin, { credentials: { kind: "ticket", userid: "root@pam", password: "guess" } });
  await expect(wrong.get("/version")).rejects.toMatchObject({ kind: "unauthenticated" });
  const stranger = aClient(twin, { credentials: { kind: "token", id: "root@pam!twin", secret: "guess" } });
  await expect(stranger.get("/version")).rejects.toMatchObject({ kind: "unauthenticated", status: 401 });
  const suspicious = aClient(twin, {
    endpoints: [{ url: twin.url, trust: { kind: "fingerprint", sha256: "AB".repeat(32) } }],
    rounds: 1,
  });
  const refused = await suspicious.get("/version").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PveError);
  expect(refused).toMatchObject({ kind: "untrusted" });
});

test("the certificate can be trusted as an authority, by the address and by the name", async () => {
  const twin = await aTwin({ speed: 1 });
  const { port } = new URL(twin.url);
  for (const url of [twin.url, `https://localhost:${port}`]) {
    const pve = aClient(twin, { endpoints: [{ url, trust: { kind: "ca", pem: twin.certificate } }] });
    expect(await pve.get("/version")).toMatchObject({ release: "9.2" });
  }
});

test("given tokens and passwords are taken, and a token of no user is refused with a sentence", async () => {
  const twin = await aTwin({ speed: 1, rootPassword: "s3cret-password", tokens: { "root@pam!ci": "s3cret" } });
  expect(twin.credentials).toMatchObject({
    password: "s3cret-password",
    tokens: [{ id: "root@pam!ci", secret: "s3cret" }],
  });
  expect(await aClient(twin).get("/version")).toMatchObject({ release: "9.2" });
  await expect(aTwin({ tokens: { "eve@pam!x1": "y" } })).rejects.toThrow(/There is no user eve@pam/);
});
