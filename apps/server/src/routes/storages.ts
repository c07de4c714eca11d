import { valueIn } from "@orrery/state";
import { z } from "zod";
import { named } from "../http/open-api.ts";
import { isOneOf, several } from "../http/paging.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { typed } from "../http/typed.ts";
import { type Contents, contentsOf } from "../storages/contents.ts";
import { clusterOf, clusterPath, stateOf } from "./of-cluster.ts";

const storage = named(
  "Storage",
  z.strictObject({
    storage: z.string(),
    type: z.string(),
    shared: z.boolean(),
    nodes: z.array(z.string()).describe("that can use it; a storage that is not shared has one row a node"),
    unavailable: z.array(z.string()).describe("nodes that should and cannot"),
    total: z.number().optional().describe("bytes; left out where no node could measure it"),
    used: z.number().optional(),
    content: z.array(z.string()).optional(),
  }),
);

const list = jsonRoute({
  id: "listStorages",
  method: "GET",
  url: "/api/clusters/{cluster}/storages",
  tag: "Storages",
  summary: "the storages: size, use, and where they are available",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath,
  query: z.strictObject({ node: several(z.string().max(100)), type: several(z.string().max(100)) }),
  reply: z.strictObject({ storages: z.array(storage) }),
  handle: (asked) => {
    const state = stateOf(asked);
    if (state.storageUse.kind !== "observed")
      throw new Refusal("not-ready", `Which storages there are could not be read: ${state.storageUse.why}.`, {
        retryAfter: 10,
      });
    const contents = new Map(
      (valueIn(state.storages) ?? []).flatMap(({ id, options: { content } }) =>
        typeof content === "string" ? [[id, content] as const] : [],
      ),
    );
    const groups = Map.groupBy(state.storageUse.value, ({ storage: name, node, shared }) =>
      shared ? name : `${name}@${node}`,
    );
    const storages = [...groups.values()].flatMap((uses) => {
      const [first] = uses;
      if (first === undefined) return [];
      const up = uses.filter(({ available }) => available);
      const measured = up.find(({ total }) => total !== undefined);
      const content = contents.get(first.storage);
      return [
        {
          storage: first.storage,
          type: first.type,
          shared: first.shared,
          nodes: up.map(({ node }) => node),
          unavailable: uses.filter(({ available }) => !available).map(({ node }) => node),
          total: measured?.total,
          used: measured?.used,
          content: content?.split(",").filter((one) => one !== ""),
        },
      ];
    });
    const { node, type } = asked.query;
    return {
      storages: storages.filter(
        (one) =>
          isOneOf(type, one.type) &&
          (node === undefined || [...one.nodes, ...one.unavailable].some((name) => node.includes(name))),
      ),
    };
  },
});

const content = named(
  "GuestContent",
  z.strictObject({
    vmid: z.number(),
    name: z.string().optional().describe("left out of a guest that is gone"),
    node: z.string().optional(),
    disks: z
      .array(z.strictObject({ key: z.string(), volume: z.string(), size: z.number().optional() }))
      .describe("size: bytes that it is to have; thin ones use less"),
    backups: z
      .strictObject({ count: z.number(), size: z.number(), newest: z.number() })
      .optional()
      .describe("size: bytes as the storage lists them; newest: epoch milliseconds"),
  }),
);

const contents = jsonRoute({
  id: "getStorageContents",
  method: "GET",
  url: "/api/clusters/{cluster}/storages/{storage}/contents",
  tag: "Storages",
  summary: "what each guest has on a storage: its disks as configured, and its backups",
  about: "Of a storage that each node has for itself, name the node. Images, templates and snippets are not told.",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  path: clusterPath.extend({ storage: z.string().max(100) }),
  query: z.strictObject({ node: z.string().max(100).optional() }),
  reply: typed<Contents>(
    z.strictObject({
      guests: z.array(content),
      unread: z.number().describe("guests whose configuration is not known: they may have something there"),
    }),
  ),
  handle: (asked) => {
    const state = stateOf(asked);
    const { storage: name } = asked.path;
    const uses = valueIn(state.storageUse);
    if (uses !== undefined && !uses.some((one) => one.storage === name))
      throw new Refusal("not-found", "There is no storage of that name here.", { place: "path.storage" });
    const seen = clusterOf(asked).feed.watch?.()?.last?.seen;
    return contentsOf(state, seen, name, asked.query.node);
  },
});

export const storageRoutes: readonly Route[] = [list, contents];
