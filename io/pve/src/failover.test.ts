import { PveError, type PveErrorKind } from "@orrery/contract";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type Attempt, type PveClient, type PveOptions, systemClock } from "./index.ts";
import { aCertificate, type Certificate } from "./testing/certificates.ts";
import { clientOf } from "./testing/clients.ts";
import { answer, type Behaviour, type HttpsNode, startNode } from "./testing/https-node.ts";

let certificate: Certificate;
let nodes: HttpsNode[] = [];
let pve: PveClient | undefined;

beforeAll(async () => {
  certificate = await aCertificate();
});

afterEach(async () => {
  await pve?.close();
  for (const node of nodes) await node.stop();
  nodes = [];
});

/** A cluster of nodes that behave so, in the client's order of preference. */
const aCluster = async (behaviours: readonly Behaviour[], options: Partial<PveOptions> = {}) => {
  nodes = await Promise.all(behaviours.map((behave) => startNode(certificate, behave)));
  pve = clientOf(nodes, options);
  return { pve, nodes };
};

const healthy: Behaviour = (_, response) => answer(response, { data: { version: "9.2.11" } });
const resets: Behaviour = (_, response) => void response.socket?.destroy();
const unreachableNode: Behaviour = (_, response) => {
  response.writeHead(595, "No route to host", { connection: "close" });
  response.end();
};
const asked = () => nodes.map(({ received }) => received.length);
const failureOf = async (call: Promise<unknown>): Promise<PveError> => {
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof PveError) return error;
  throw new Error("the call did not fail as it should", { cause: error });
};
const kindOf = async (call: Promise<unknown>): Promise<PveErrorKind> => (await failureOf(call)).kind;
const aPool = { poolid: "blue" };

test("a read moves to the next endpoint when the one in use dies, and stays there", async () => {
  const cluster = await aCluster([healthy, healthy]);
  await cluster.pve.get("/version");
  expect(asked()).toEqual([1, 0]);
  await cluster.nodes[0]?.stop();
  await cluster.pve.get("/version");
  await cluster.pve.get("/version");
  expect(asked()).toEqual([1, 2]);
});

test("a change moves to the next endpoint when the one in use does not take it", async () => {
  const cluster = await aCluster([healthy, healthy]);
  await cluster.nodes[0]?.stop();
  await cluster.pve.post("/pools", aPool);
  expect(asked()).toEqual([0, 1]);
});

test("a change that was sent and not answered is not sent again, and says that it may have happened", async () => {
  const cluster = await aCluster([resets, healthy]);
  const error = await failureOf(cluster.pve.post("/pools", aPool));
  expect(error).toMatchObject({ kind: "unreachable", uncertain: true, method: "POST", path: "/pools" });
  expect(asked()).toEqual([1, 0]);
});

test("a change that no endpoint took surely did not happen", async () => {
  const cluster = await aCluster([healthy]);
  await cluster.nodes[0]?.stop();
  expect(await failureOf(cluster.pve.post("/pools", aPool))).toMatchObject({ kind: "unreachable", uncertain: false });
});

test("a read is asked again until it is answered, with pauses that grow and are drawn by the dice", async () => {
  let failures = 3;
  const pauses: number[] = [];
  const clock = {
    ...systemClock,
    sleep: (milliseconds: number, ...abort: [Parameters<typeof systemClock.sleep>[1]?]) => {
      if (milliseconds < 10_000) pauses.push(milliseconds);
      return systemClock.sleep(milliseconds < 10_000 ? 0 : milliseconds, ...abort);
    },
  };
  const flaky: Behaviour = (request, response) => {
    failures -= 1;
    return failures >= 0 ? resets(request, response) : healthy(request, response);
  };
  const cluster = await aCluster([flaky], { clock, random: () => 0.5 });
  expect(await cluster.pve.get("/version")).toMatchObject({ version: "9.2.11" });
  expect(asked()).toEqual([4]);
  expect(pauses).toEqual([200, 400, 800]);
});

test("a read that nobody answers fails after its rounds", async () => {
  const cluster = await aCluster([resets, resets], { rounds: 2 });
  expect(await failureOf(cluster.pve.get("/version"))).toMatchObject({ kind: "unreachable", uncertain: false });
  expect(asked()).toEqual([2, 2]);
});

test("a node that one endpoint cannot reach is asked for through another", async () => {
  const cluster = await aCluster([unreachableNode, healthy]);
  await cluster.pve.get("/nodes/{node}/status", { node: "pve3" });
  expect(asked()).toEqual([1, 1]);
});

test("a node that no endpoint can reach is said to be unreachable, after two tries", async () => {
  const cluster = await aCluster([unreachableNode, unreachableNode, unreachableNode]);
  const error = await failureOf(cluster.pve.get("/nodes/{node}/status", { node: "pve3" }));
  expect(error).toMatchObject({ kind: "node-unreachable", status: 595, reason: "No route to host" });
  expect(asked()).toEqual([1, 1, 0]);
});

test("a failure that Proxmox answered is final: it is asked once", async () => {
  const missing: Behaviour = (_, response) =>
    answer(response, { data: null, message: "pool 'x' does not exist\n" }, 500, "pool 'x' does not exist");
  const cluster = await aCluster([missing, healthy]);
  expect(await failureOf(cluster.pve.get("/pools/{poolid}", { poolid: "x" }))).toMatchObject({
    kind: "missing",
    status: 500,
    reason: "pool 'x' does not exist",
    path: "/pools/x",
  });
  expect(asked()).toEqual([1, 0]);
});

test("an endpoint with a wrong certificate is not used while another is right, and is named when none is", async () => {
  const cluster = await aCluster([healthy, healthy]);
  const [first, second] = cluster.nodes;
  if (first === undefined || second === undefined) throw new Error("two nodes were started");
  const wrong = { ...first, sha256: "00:".repeat(31).concat("00") };
  const mixed = clientOf([wrong, second]);
  await mixed.get("/version");
  expect(asked()).toEqual([0, 1]);
  await second.stop();
  expect(await kindOf(mixed.get("/version"))).toBe("untrusted");
  await mixed.close();
});

test("the observer is told of every attempt, and of no parameter", async () => {
  const attempts: Attempt[] = [];
  const cluster = await aCluster([resets, healthy], { observe: (attempt) => attempts.push(attempt) });
  await cluster.pve.get("/access/permissions", { userid: "alice@pve" });
  expect(attempts.map(({ outcome, path }) => [outcome, path])).toEqual([
    ["unreachable", "/access/permissions"],
    [200, "/access/permissions"],
  ]);
});

test("a call on a closed client fails at once", async () => {
  const cluster = await aCluster([healthy]);
  await cluster.pve.close();
  expect(await kindOf(cluster.pve.get("/version"))).toBe("aborted");
});
