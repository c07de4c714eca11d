import { expect, test } from "vitest";
import { exampleLab, fieldOf, seenCluster, serve, setUp } from "../testing/serve.ts";

type Named = { readonly id: string; readonly kind: string; readonly from: string; readonly to: string };

test("every switch, cable, LAG and way out whose failure is computed stands in the topology", async () => {
  const declared = await exampleLab("astronomy-lab");
  const { server, ask } = await serve([await seenCluster("lab", declared)]);
  const ada = await setUp(ask, server);
  const { json } = await ada("GET", "/api/clusters/lab/topology");
  expect(fieldOf(json, "source")).toBe("declared");
  const parts = fieldOf(json, "parts") as readonly (Named & { status?: string })[];
  const links = fieldOf(json, "links") as readonly (Named & { seen?: string })[];
  const ids = new Set([...parts, ...links].map(({ id }) => id));
  const failures = fieldOf((await ada("GET", "/api/clusters/lab/failures")).json, "failures");
  const components = (failures as readonly { component: string }[]).map(({ component }) => component);
  const ofNetwork = components.filter((name) => /^(node|switch|cable|lag|firewall|uplink) /.test(name));
  expect(ofNetwork.length).toBeGreaterThan(10);
  expect(ofNetwork.filter((name) => !ids.has(name))).toEqual([]);
  for (const { from, to } of links) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
  expect(parts.filter(({ kind }) => kind === "node").map(({ status }) => status)).toEqual(
    Array.from({ length: 5 }, () => "online"),
  );
  // The twin of the declaration has the interfaces that the declaration names.
  expect(new Set(links.filter(({ kind }) => kind === "cable").map(({ seen }) => seen))).toEqual(new Set(["up"]));
});

test("where nothing is declared, nodes and their bridges are told, and no switch is invented", async () => {
  const declared = await exampleLab("tidy-lab");
  const { server, ask } = await serve([{ ...(await seenCluster("lab", declared)), declared: undefined }]);
  const ada = await setUp(ask, server);
  const { json } = await ada("GET", "/api/clusters/lab/topology");
  expect(fieldOf(json, "source")).toBe("observed");
  const parts = fieldOf(json, "parts") as readonly Named[];
  expect(new Set(parts.map(({ kind }) => kind))).toEqual(new Set(["node", "bridge"]));
  const links = fieldOf(json, "links") as readonly Named[];
  expect(links.map(({ from }) => from.split("/").at(-1))).toContain("vmbr0");
});
