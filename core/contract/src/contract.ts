import { routesOf } from "./data.js";
import { type FoundRoute, routeTable } from "./route-table.ts";
import type { Method, Route } from "./schema.ts";
import type { PveVersion } from "./version.ts";

/** One version's API as data. */
export interface Contract {
  readonly version: PveVersion;
  /** Sorted by path, then GET, POST, PUT, DELETE. */
  readonly routes: readonly Route[];
  /** The route with exactly this template: `route("GET", "/nodes/{node}/status")`. */
  route(method: Method, template: string): Route | undefined;
  /** The route of a concrete path as it stands in a URL after `/api2/json`, with or without percent encoding. */
  find(method: string, path: string): FoundRoute | undefined;
}

const made = new Map<PveVersion, Contract>();

/** The pinned contract of a version; made once. */
export const contractOf = (version: PveVersion): Contract => {
  const known = made.get(version);
  if (known !== undefined) return known;
  const routes = routesOf[version];
  let byTemplate: Map<string, Route> | undefined;
  let table: ReturnType<typeof routeTable> | undefined;
  const contract: Contract = {
    version,
    routes,
    route: (method, template) => {
      byTemplate ??= new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
      return byTemplate.get(`${method} ${template}`);
    },
    find: (method, path) => {
      table ??= routeTable(routes);
      return table(method, path);
    },
  };
  made.set(version, contract);
  return contract;
};
