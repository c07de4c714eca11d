import { type NodeState, nodeParts, type Observed, valueIn } from "@orrery/state";
import { z } from "zod";
import { observed } from "../http/observed.ts";
import { named } from "../http/open-api.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { clusterPath, stateOf } from "./of-cluster.ts";

const figures = z
  .strictObject({ cpu: z.number(), memory: z.number(), root: z.number(), uptime: z.number() })
  .describe("cpu: share of all CPUs; memory and root: bytes in use; uptime: seconds");

/** What is left out was not seen. */
const node = named(
  "Node",
  z.strictObject({
    name: z.string(),
    status: z.enum(["online", "offline", "unknown"]),
    seenAt: z.number().optional(),
    ha: z.string().optional(),
    cpus: z.number().optional(),
    memory: z.number().optional().describe("bytes"),
    root: z.number().optional().describe("bytes"),
    figures: figures.optional(),
    version: z.string().optional(),
    kernel: z.string().optional(),
    cpuModel: z.string().optional(),
    guests: z.number().optional().describe("that run there"),
    updates: z.number().optional().describe("packages that apt would bring"),
    failedServices: z.array(z.string()).optional(),
    certificateUntil: z.number().optional().describe("epoch milliseconds; of the one that ends first"),
  }),
);
type Node = z.input<typeof node>;

const isFailed = (row: { readonly [key: string]: unknown }): boolean =>
  row["active-state"] === "failed" || (row["unit-state"] === "enabled" && row.state === "dead");

const nodeOf = (state: NodeState, running: number | undefined): Node => {
  const presence = valueIn(state.presence);
  const status = valueIn(state.status);
  const ends = valueIn(state.certificates)?.flatMap(({ notafter }) => (typeof notafter === "number" ? [notafter] : []));
  return {
    name: state.name,
    status: presence?.status ?? "unknown",
    seenAt: state.presence.kind === "observed" ? state.presence.at : undefined,
    ha: presence?.ha,
    cpus: presence?.cpus,
    memory: presence?.memory,
    root: status?.hardware.root,
    figures: presence?.figures,
    version: status?.manager,
    kernel: status?.kernel,
    cpuModel: status?.hardware.model,
    guests: running,
    updates: valueIn(state.updates)?.length,
    failedServices: valueIn(state.services)
      ?.filter(isFailed)
      .flatMap(({ name }) => (typeof name === "string" ? [name] : [])),
    certificateUntil: ends === undefined || ends.length === 0 ? undefined : Math.min(...ends) * 1000,
  };
};

const list = jsonRoute({
  id: "listNodes",
  method: "GET",
  url: "/api/clusters/{cluster}/nodes",
  tag: "Nodes",
  summary: "the nodes: load, version, updates, services, certificates",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  reply: z.strictObject({ nodes: z.array(node) }),
  handle: (asked) => {
    const state = stateOf(asked);
    const guests = valueIn(state.guests);
    const running = (name: string): number | undefined =>
      guests === undefined
        ? undefined
        : Object.values(guests).filter((one) => one.node === name && valueIn(one.presence)?.status === "running")
            .length;
    return { nodes: Object.values(state.nodes).map((one) => nodeOf(one, running(one.name))) };
  },
});

const whole = jsonRoute({
  id: "getNode",
  method: "GET",
  url: "/api/clusters/{cluster}/nodes/{node}",
  tag: "Nodes",
  summary: "one node, with every part that was read of it as Proxmox tells it",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath.extend({ node: z.string().max(100) }),
  reply: z.strictObject({ node, parts: z.record(z.string(), observed) }),
  handle: (asked) => {
    const { nodes } = stateOf(asked);
    const found = Object.hasOwn(nodes, asked.path.node) ? nodes[asked.path.node] : undefined;
    if (found === undefined)
      throw new Refusal("not-found", `There is no such node. There are: ${Object.keys(nodes).join(", ")}.`, {
        place: "path.node",
      });
    const parts = Object.fromEntries(
      nodeParts.flatMap((part): [string, Observed<unknown>][] =>
        found[part].kind === "unasked" ? [] : [[part, found[part]]],
      ),
    );
    return { node: nodeOf(found, undefined), parts };
  },
});

export const nodeRoutes: readonly Route[] = [list, whole];
