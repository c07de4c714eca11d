import { valueIn } from "@orrery/state";
import { z } from "zod";
import { named } from "../http/open-api.ts";
import { isOneOf, several } from "../http/paging.ts";
import { Refusal } from "../http/refusal.ts";
import { jsonRoute, nothing, type Route } from "../http/route.ts";
import { clusterPath, stateOf } from "./of-cluster.ts";

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

export const storageRoutes: readonly Route[] = [list];
