import { expect, test } from "vitest";
import { exampleLab, fieldOf, seenCluster, serve, setUp } from "./testing/serve.ts";

test("the overview says what the loss of each node comes to, what is found, and when the next window opens", async () => {
  const declared = await exampleLab("astronomy-lab");
  const cluster = await seenCluster("lab", declared);
  const { server, ask } = await serve([cluster], { log: { level: "silent" } });
  const ada = await setUp(ask, server);
  const { status, json } = await ada("GET", "/api/clusters/lab/overview");
  expect(status).toBe(200);
  const capacity = fieldOf(json, "capacity");
  expect(capacity).toMatchObject({ kind: "known", worst: expect.any(String), assumed: [expect.any(String)] });
  const losses = fieldOf(capacity, "losses") as readonly { node: string; kind: string; why?: string }[];
  expect(losses.map(({ node }) => node)).toEqual(["node01", "node02", "node03", "node04", "node05"]);
  // What does not fit says why.
  for (const loss of losses) expect([loss.node, loss.why === undefined]).toEqual([loss.node, loss.kind === "fits"]);
  // The placement route answers the same question for one node.
  for (const { node, kind } of losses) {
    const asked = await ada("GET", `/api/clusters/lab/placement?purpose=absorb&node=${node}`);
    expect([node, fieldOf(asked.json, "kind")]).toEqual([node, kind]);
  }
  const found = await ada("GET", "/api/clusters/lab/findings?waived=false&severity=error&limit=1");
  expect(fieldOf(fieldOf(json, "findings"), "error")).toBe(fieldOf(found.json, "total"));
  expect(fieldOf(json, "windows")).toMatchObject([{ id: "fridays", open: expect.any(Boolean) }]);
});

test("without a declaration nothing is said of what would be declared", async () => {
  const declared = await exampleLab("tidy-lab");
  const { server, ask } = await serve([{ ...(await seenCluster("lab", declared)), declared: undefined }]);
  const ada = await setUp(ask, server);
  const { json } = await ada("GET", "/api/clusters/lab/overview");
  expect(Object.keys(json as object).toSorted()).toEqual(["at", "capacity"]);
});
