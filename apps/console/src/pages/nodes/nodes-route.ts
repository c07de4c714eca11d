import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { read } from "../../api/read.ts";
import { clusterRoute } from "../../routes/cluster-route.ts";
import { addressOf } from "../../subjects/addresses.ts";
import { tableSearch } from "../../table/table-search.ts";

export const nodesRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "nodes",
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import("./nodes.tsx"), "Nodes"),
  staticData: {
    page: {
      title: "Nodes",
      icon: "nodes",
      order: 30,
      key: "n",
      words: ["hosts", "servers", "updates", "certificates"],
      find: async ({ queries, cluster, text }) => {
        const { nodes } = await queries.query({ ...read("listNodes", { path: { cluster } }), staleTime: 10_000 });
        return nodes
          .filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))
          .slice(0, 20)
          .map(({ name, status }) => ({ title: name, detail: status, href: addressOf.node(cluster, name) }));
      },
    },
  },
});
