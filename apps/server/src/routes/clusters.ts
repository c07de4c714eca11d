import { type ClusterState, type Observed, valueIn } from "@orrery/state";
import { z } from "zod";
import { maySee } from "../access/caller.ts";
import type { Cluster } from "../clusters/cluster.ts";
import type { FeedReading } from "../clusters/feed.ts";
import { partsOf } from "../clusters/state-parts.ts";
import { named } from "../http/open-api.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { clusterOf, clusterPath, readingOf } from "./of-cluster.ts";

const moment = z.number().describe("epoch milliseconds");

const trouble = named(
  "Trouble",
  z.strictObject({ since: moment, at: moment, why: z.string() }).describe("why the last look came to nothing"),
);

/** A part of what was seen, with its own time: each part fails alone. */
const section = named(
  "Section",
  z.strictObject({
    name: z.string(),
    kind: z.enum(["observed", "unreachable", "unasked"]),
    at: moment.optional(),
    ageSeconds: z.number().optional(),
    why: z.string().optional().describe("why it is not known; of what is observed, why it is not newer"),
  }),
);

const freshness = {
  readAt: moment.optional(),
  ageSeconds: z.number().optional().describe("of the whole; parts have their own"),
  trouble: trouble.optional(),
};

const brief = named(
  "ClusterBrief",
  z.strictObject({
    id: z.string(),
    name: z.string().optional(),
    declared: z.boolean(),
    kind: z.enum(["awaited", "read"]),
    ...freshness,
  }),
);

const count = z.strictObject({ total: z.number(), running: z.number() });
const state = named(
  "ClusterNow",
  z.strictObject({
    id: z.string(),
    name: z.string().optional().describe("as the cluster calls itself; left out of a node that stands alone"),
    declared: z.boolean(),
    release: z.string().optional(),
    ...freshness,
    requests: z.number().describe("that the last look took"),
    quorum: z.strictObject({
      quorate: z.boolean().optional().describe("left out where it is not known"),
      votes: z.number().optional(),
      online: z.number().optional(),
    }),
    nodes: z.strictObject({ total: z.number(), online: z.number() }),
    guests: z.strictObject({ vms: count, containers: count, templates: z.number() }).optional(),
    storages: z.strictObject({ total: z.number(), available: z.number() }).optional(),
    sections: z.array(section),
  }),
);

const seconds = (now: number, at: number): number => Math.max(0, Math.round((now - at) / 1000));

const sectionOf = (name: string, part: Observed<unknown>, now: number): z.output<typeof section> =>
  part.kind === "observed"
    ? { name, kind: part.kind, at: part.at, ageSeconds: seconds(now, part.at) }
    : part.kind === "unreachable"
      ? { name, kind: part.kind, at: part.at, ageSeconds: seconds(now, part.at), why: part.why }
      : { name, kind: part.kind, why: part.why };

/** Every part of a state that has a time of its own, and was asked for. */
const sectionsOf = ({ state: seen, stale }: FeedReading & { readonly kind: "read" }, now: number) =>
  partsOf(seen).flatMap(([name, part]): z.output<typeof section>[] =>
    part.kind === "unasked" && name.startsWith("nodes/")
      ? []
      : [{ ...sectionOf(name, part, now), ...(stale.has(name) ? { why: stale.get(name) } : {}) }],
  );

const freshnessOf = ({ feed }: Cluster, now: number) => {
  const reading = feed.now();
  return {
    ...(reading.kind === "read" ? { readAt: reading.at, ageSeconds: seconds(now, reading.at) } : {}),
    ...(reading.trouble === undefined ? {} : { trouble: reading.trouble }),
  };
};

const nameOf = (seen: ClusterState | undefined): { name?: string } => {
  const name = valueIn(seen?.membership)?.cluster?.name;
  return name === undefined ? {} : { name };
};

const quorumOf = (seen: ClusterState): z.output<typeof state>["quorum"] => {
  const membership = valueIn(seen.membership);
  if (membership === undefined) return {};
  const online = new Set(membership.members.filter((member) => member.online).map(({ name }) => name));
  const votes = valueIn(seen.votes);
  const sum = (of: (name: string) => boolean): number =>
    (votes ?? []).reduce((total, voter) => total + (of(voter.name) ? voter.votes : 0), 0);
  return {
    quorate: membership.cluster === undefined || membership.cluster.quorate,
    ...(votes === undefined || votes.length === 0
      ? {}
      : { votes: sum(() => true), online: sum((name) => online.has(name)) }),
  };
};

const guestsOf = (seen: ClusterState): { guests?: z.output<typeof state>["guests"] } => {
  const guests = valueIn(seen.guests);
  if (guests === undefined) return {};
  const all = Object.values(guests).map(({ kind, presence }) => ({ kind, seen: valueIn(presence) }));
  const counted = (kind: "qemu" | "lxc") => {
    const those = all.filter((guest) => guest.kind === kind && guest.seen?.template !== true);
    return { total: those.length, running: those.filter((guest) => guest.seen?.status === "running").length };
  };
  const templates = all.filter((guest) => guest.seen?.template === true).length;
  return { guests: { vms: counted("qemu"), containers: counted("lxc"), templates } };
};

const storagesOf = (seen: ClusterState): { storages?: z.output<typeof state>["storages"] } => {
  const uses = valueIn(seen.storageUse);
  if (uses === undefined) return {};
  const names = new Set(uses.map(({ storage, node, shared }) => (shared ? storage : `${storage}@${node}`)));
  const up = new Set(
    uses
      .filter(({ available }) => available)
      .map(({ storage, node, shared }) => (shared ? storage : `${storage}@${node}`)),
  );
  return { storages: { total: names.size, available: up.size } };
};

const list = jsonRoute({
  id: "listClusters",
  method: "GET",
  url: "/api/clusters",
  tag: "Clusters",
  summary: "the clusters that the server watches, and whether looking at them works",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  reply: z.strictObject({ clusters: z.array(brief) }),
  handle: ({ services, caller }) => ({
    clusters: [...services.clusters.values()]
      .filter(({ id }) => maySee(caller, id))
      .map((cluster) => {
        const reading = cluster.feed.now();
        return {
          id: cluster.id,
          ...nameOf(reading.kind === "read" ? reading.state : undefined),
          declared: cluster.declared !== undefined,
          kind: reading.kind,
          ...freshnessOf(cluster, services.clock.now()),
        };
      }),
  }),
});

const now = jsonRoute({
  id: "getClusterState",
  method: "GET",
  url: "/api/clusters/{cluster}/state",
  tag: "Clusters",
  summary: "what a cluster is now: quorum, nodes, guests, storages, and how old each part of it is",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  reply: state,
  handle: (asked) => {
    const cluster = clusterOf(asked);
    const reading = readingOf(asked);
    const { state: seen, requests } = reading;
    const at = asked.services.clock.now();
    const members = valueIn(seen.membership)?.members;
    const release = valueIn(seen.release)?.version;
    const nodes = Object.values(seen.nodes);
    return {
      id: cluster.id,
      ...nameOf(seen),
      declared: cluster.declared !== undefined,
      ...(release === undefined ? {} : { release }),
      ...freshnessOf(cluster, at),
      requests,
      quorum: quorumOf(seen),
      nodes: {
        total: members?.length ?? nodes.length,
        online: nodes.filter(({ presence }) => valueIn(presence)?.status === "online").length,
      },
      ...guestsOf(seen),
      ...storagesOf(seen),
      sections: sectionsOf(reading, at),
    };
  },
});

export const clusterRoutes: readonly Route[] = [list, now];
