import { z } from "zod";
import { named } from "../http/open-api.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { typed } from "../http/typed.ts";
import { declaredTopology } from "../topology/declared.ts";
import { observedTopology } from "../topology/observed.ts";
import type { Link, Part } from "../topology/topology.ts";
import { clusterOf, clusterPath, stateOf } from "./of-cluster.ts";

const names = z.array(z.string());
const vlans = z.array(z.number()).optional().describe("left out where they are not known, or all");
const unknown = names.optional().describe("why something of it is not known");

const part = named(
  "NetworkPart",
  typed<Part>(
    z.strictObject({
      id: z.string().describe("as failures name it: node node05, switch labswitch01"),
      kind: z.enum(["uplink", "firewall", "switch", "bridge", "node"]),
      name: z.string(),
      about: z.string().optional(),
      status: z.enum(["online", "offline", "unknown"]).optional().describe("of a node, as the cluster sees it"),
      bridges: z.array(z.strictObject({ name: z.string(), on: z.string().optional(), vlans })).optional(),
      bonds: z.array(z.strictObject({ name: z.string(), mode: z.string().optional(), members: names })).optional(),
      guests: names.optional(),
      unknown,
    }),
  ),
);

const link = named(
  "NetworkLink",
  typed<Link>(
    z.strictObject({
      id: z.string().describe("as failures name it, where it can fail alone: cable node01/lan0, lag interconnect"),
      kind: z.enum(["cable", "lag", "line", "inside"]),
      from: z.string(),
      to: z.string(),
      name: z.string(),
      bond: z.string().optional(),
      count: z.number().describe("how many act as one"),
      speed: z.number().optional().describe("bits per second, of one"),
      vlans,
      carries: names.describe("kinds of traffic, by the declaration"),
      seen: z.enum(["up", "down", "absent"]).optional().describe("what the node says of the interface"),
      unknown,
    }),
  ),
);

const get = jsonRoute({
  id: "getTopology",
  method: "GET",
  url: "/api/clusters/{cluster}/topology",
  tag: "Network",
  summary: "switches, links, bonds, VLANs and nodes, as declared; nodes and bridges, where nothing is",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  reply: z.strictObject({
    source: z.enum(["declared", "observed"]),
    parts: z.array(part),
    links: z.array(link),
    vlans: z.array(z.strictObject({ tag: z.number(), subnet: z.string().optional(), purpose: z.string().optional() })),
  }),
  handle: (asked) => {
    const { declared, feed } = clusterOf(asked);
    const reading = feed.now();
    const {
      parts,
      links,
      vlans: tags,
    } = declared === undefined
      ? observedTopology(stateOf(asked))
      : declaredTopology(declared.lab, reading.kind === "read" ? reading.state : undefined);
    return {
      source: declared === undefined ? ("observed" as const) : ("declared" as const),
      parts: [...parts],
      links: [...links],
      vlans: [...tags],
    };
  },
});

export const topologyRoutes: readonly Route[] = [get];
