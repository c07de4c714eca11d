import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { clusterRoute } from "../../routes/cluster-route.ts";
import { type ChosenSearch, chosenSearch } from "../../table/chosen.ts";
import { type TableSearch, tableSearch } from "../../table/table-search.ts";

/** `?rule=capacity/node-loss`, as other pages lead here, is a filter like any other. */
const filterOf = ({ rule, filter }: Record<string, unknown>): unknown =>
  filter === undefined && typeof rule === "string" ? `rule:${rule}` : filter;

export const findingsRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: "findings",
  validateSearch: (search: Record<string, unknown>): TableSearch & ChosenSearch => ({
    ...tableSearch({ ...search, filter: filterOf(search) }),
    ...chosenSearch(search),
  }),
  component: lazyRouteComponent(() => import("./findings.tsx"), "Findings"),
  staticData: {
    page: {
      title: "Findings",
      icon: "findings",
      order: 80,
      key: "f",
      words: ["claims", "objectives", "rules", "declaration", "proofs", "waived"],
    },
  },
});
