import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { read } from "../../api/read.ts";
import { readTimeSearch, type TimeSearch } from "../../charts/time-range.ts";
import { clusterRoute } from "../../routes/cluster-route.ts";
import { addressOf } from "../../subjects/addresses.ts";
import { tableSearch } from "../../table/table-search.ts";

export const storagesRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "storage",
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import("./storages.tsx"), "Storages"),
  staticData: {
    page: {
      title: "Storage",
      icon: "storage",
      order: 50,
      key: "s",
      words: ["disks", "space", "full", "datastore"],
      find: async ({ queries, cluster, text }) => {
        const { storages } = await queries.query({
          ...read("listStorages", { path: { cluster }, query: {} }),
          staleTime: 10_000,
        });
        return storages
          .filter(({ storage }) => storage.toLowerCase().includes(text.toLowerCase()))
          .slice(0, 20)
          .map(({ storage, shared, nodes, unavailable, type }) => {
            const node = shared ? undefined : (nodes[0] ?? unavailable[0]);
            return {
              title: storage,
              detail: node === undefined ? type : `${type} of ${node}`,
              href: addressOf.storage(cluster, storage, node),
            };
          });
      },
    },
  },
});

/** `node`: whose it is, of a storage that each node has for itself. */
export const storageRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "storage/$storage",
  validateSearch: (search: Record<string, unknown>): TimeSearch & { readonly node?: string } => ({
    ...readTimeSearch(search),
    ...(typeof search.node === "string" && search.node !== "" ? { node: search.node } : {}),
  }),
  component: lazyRouteComponent(() => import("./storage.tsx"), "Storage"),
  staticData: { page: { title: "Storage", icon: "storage" } },
});
