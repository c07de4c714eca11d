import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { connectPve, PveConfigurationError, type Trust } from "./index.ts";
import { aCertificate, anAuthority, type Certificate } from "./testing/certificates.ts";
import { clientOf, token } from "./testing/clients.ts";
import { answer, type HttpsNode, startNode } from "./testing/https-node.ts";

let authority: Certificate;
let other: Certificate;
const nodes = new Map<string, HttpsNode>();

const start = async (name: string, certificate: Certificate) => {
  nodes.set(name, await startNode(certificate, (_, response) => answer(response, { data: { version: "9.2.11" } })));
};

beforeAll(async () => {
  authority = await anAuthority();
  other = await anAuthority();
  await start("genuine", await aCertificate({ authority }));
  await start("elsewhere", await aCertificate({ authority, ip: "10.9.9.9" }));
  await start("expired", await aCertificate({ authority, isExpired: true }));
  await start("self-signed", await aCertificate());
});

afterAll(async () => {
  for (const node of nodes.values()) await node.stop();
});

const ask = async (name: string, trust: Trust) => {
  const node = nodes.get(name);
  if (node === undefined) throw new Error(`no node ${name}`);
  const before = node.received.length;
  const pve = connectPve({ endpoints: [{ url: node.url, trust }], credentials: token, rounds: 1 });
  const said = await pve.get("/version").then(
    ({ version }) => version,
    (error: unknown) => (error instanceof Error && "kind" in error ? error.kind : error),
  );
  await pve.close();
  return { said, received: node.received.length - before };
};

const trusted = { said: "9.2.11", received: 1 };
const refused = { said: "untrusted", received: 0 };

test("a certificate of the cluster's own authority is trusted", async () => {
  expect(await ask("genuine", { kind: "ca", pem: authority.pem })).toEqual(trusted);
});

test("nothing is sent to a node whose certificate another authority issued, or none", async () => {
  expect(await ask("genuine", { kind: "ca", pem: other.pem })).toEqual(refused);
  expect(await ask("genuine", { kind: "ca" })).toEqual(refused);
  expect(await ask("self-signed", { kind: "ca", pem: authority.pem })).toEqual(refused);
});

test("nothing is sent to a node whose certificate is for another address, or has run out", async () => {
  expect(await ask("elsewhere", { kind: "ca", pem: authority.pem })).toEqual(refused);
  expect(await ask("expired", { kind: "ca", pem: authority.pem })).toEqual(refused);
});

test.each(["self-signed", "elsewhere", "expired"])(
  "a pinned certificate is trusted for what it is: %s",
  async (name) => {
    const sha256 = nodes.get(name)?.sha256 ?? "";
    expect(await ask(name, { kind: "fingerprint", sha256 })).toEqual(trusted);
    expect(await ask(name, { kind: "fingerprint", sha256: sha256.replaceAll(":", "").toLowerCase() })).toEqual(trusted);
  },
);

test("nothing is sent to a node that shows another certificate than the pinned one, whoever issued it", async () => {
  const sha256 = nodes.get("self-signed")?.sha256 ?? "";
  expect(await ask("genuine", { kind: "fingerprint", sha256 })).toEqual(refused);
});

test("the error of a wrong certificate shows both fingerprints", async () => {
  const genuine = nodes.get("genuine");
  if (genuine === undefined) throw new Error("no node");
  const pinned = nodes.get("expired")?.sha256 ?? "";
  const pve = clientOf([{ ...genuine, sha256: pinned }], { rounds: 1 });
  await expect(pve.get("/version")).rejects.toThrow(new RegExp(`pinned ${pinned}, shown ${genuine.sha256}`));
  await pve.close();
});

test("a certificate that changes is seen by whoever asks all the time, nothing more is sent then, and nothing fails before", async () => {
  const node = await startNode(await aCertificate(), (_, response) =>
    answer(response, { data: { version: "9.2.11" } }),
  );
  const pve = clientOf([node], { rounds: 1, trustedMs: 200 });
  onTestFinished(async () => {
    await pve.close();
    await node.stop();
  });
  const ask = () => Promise.allSettled([pve.get("/version"), pve.get("/version"), pve.get("/version")]);
  const kinds = async (): Promise<readonly unknown[]> =>
    (await ask()).map((one) => (one.status === "fulfilled" ? "trusted" : Reflect.get(Object(one.reason), "kind")));
  /** Asks all the time, for longer than a connection lives. */
  const lives = async (): Promise<Set<unknown>> => {
    const seen = new Set<unknown>();
    for (const until = performance.now() + 600; performance.now() < until; )
      for (const kind of await kinds()) seen.add(kind);
    return seen;
  };
  expect(await lives()).toEqual(new Set(["trusted"]));
  node.show(await aCertificate());
  expect(await lives()).toContain("untrusted");
  const received = node.received.length;
  expect(await kinds()).toEqual(["untrusted", "untrusted", "untrusted"]);
  expect(node.received.length).toBe(received);
});

test.each([
  ["http://127.0.0.1:8006", "is not https"],
  ["pve1", "is no URL"],
  ["https://pve1/api2", "has a path"],
])("the endpoint %s is refused: it %s", (url, why) => {
  const trust = { kind: "ca" } as const;
  expect(() => connectPve({ endpoints: [{ url, trust }], credentials: token })).toThrow(why);
});

test("a fingerprint that is none, and credentials that cannot be right, are refused before anything is sent", () => {
  const endpoint = (trust: Trust) => [{ url: "https://127.0.0.1:1", trust }] as const;
  for (const sha256 of ["", "AA:BB", "g".repeat(64), "0".repeat(40)]) {
    const pinned = endpoint({ kind: "fingerprint", sha256 });
    expect(() => connectPve({ endpoints: pinned, credentials: token })).toThrow(PveConfigurationError);
  }
  for (const credentials of [
    { kind: "token", id: "root@pam", secret: "x" },
    { kind: "token", id: "root@pam!a", secret: "x\r\nx-evil: 1" },
    { kind: "ticket", userid: "root", password: "x" },
    { kind: "ticket", userid: "root@pam", password: "" },
  ] as const) {
    expect(() => connectPve({ endpoints: endpoint({ kind: "ca" }), credentials })).toThrow(PveConfigurationError);
  }
});
