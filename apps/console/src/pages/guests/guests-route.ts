import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { read } from "../../api/read.ts";
import { clusterRoute } from "../../routes/cluster-route.ts";
import { addressOf } from "../../subjects/addresses.ts";
import { tableSearch } from "../../table/table-search.ts";

export const guestsRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "guests",
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import("./guests.tsx"), "Guests"),
  staticData: {
    page: {
      title: "Guests",
      icon: "guests",
      order: 40,
      key: "u",
      words: ["vm", "container", "virtual machines", "lxc", "qemu"],
      find: async ({ queries, cluster, text }) => {
        const { guests } = await queries.query({
          ...read("listGuests", { path: { cluster }, query: { q: text, limit: 20 } }),
          staleTime: 10_000,
        });
        return guests.map(({ vmid, name, node, status }) => ({
          title: name ?? String(vmid),
          detail: `${vmid}, ${status} on ${node}`,
          href: addressOf.guest(cluster, vmid),
        }));
      },
    },
  },
});
