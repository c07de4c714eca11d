import type { Route } from "./schema.ts";

/** A route and what its braces stand for in the path that was asked: `{ node: "pve1", vmid: "100" }`. */
export interface FoundRoute {
  readonly route: Route;
  readonly pathParams: Readonly<Record<string, string>>;
}

interface Branch {
  /** The parameters on the way here, outermost first. */
  readonly names: readonly string[];
  readonly literal: Map<string, Branch>;
  parameter: Branch | undefined;
  readonly routes: Map<string, Route>;
  /** Takes the rest of the path, slashes included. */
  readonly rest: boolean;
}

// Volume ids hold slashes: below a storage's `content` the rest of the path is one value (`fragmentDelimiter` in
// pve-storage `src/PVE/API2/Storage/Status.pm`).
const restParameter = "{volume}";

const aBranch = (names: readonly string[], rest = false): Branch => ({
  names,
  literal: new Map(),
  parameter: undefined,
  routes: new Map(),
  rest,
});

const segmentsOf = (path: string) => path.split("/").filter((segment) => segment !== "");

const plant = (root: Branch, route: Route) => {
  let at = root;
  for (const segment of segmentsOf(route.path)) {
    if (segment.startsWith("{")) {
      at.parameter ??= aBranch([...at.names, segment.slice(1, -1)], segment === restParameter);
      at = at.parameter;
    } else {
      const next: Branch = at.literal.get(segment) ?? aBranch(at.names);
      at.literal.set(segment, next);
      at = next;
    }
  }
  at.routes.set(route.method, route);
};

/** Percent encoding undone as Perl's `uri_unescape` does it: what is no encoding stays; bytes are UTF-8. */
const decoded = (path: string): string => {
  if (!path.includes("%")) return path;
  return path.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
};

/** A lookup by method and concrete path, raw or percent-encoded, in time that grows with the path's segments only. */
export const routeTable = (routes: readonly Route[]): ((method: string, path: string) => FoundRoute | undefined) => {
  const root = aBranch([]);
  for (const route of routes) plant(root, route);
  return (method, path) => {
    const segments = segmentsOf(decoded(path));
    const values: string[] = [];
    let at = root;
    for (const [index, segment] of segments.entries()) {
      // No level of the API has both names and a parameter.
      const literal = at.literal.get(segment);
      const next = literal ?? at.parameter;
      if (next === undefined) return undefined;
      at = next;
      if (literal === undefined) values.push(at.rest ? segments.slice(index).join("/") : segment);
      if (at.rest) break;
    }
    const route = at.routes.get(method);
    if (route === undefined) return undefined;
    const pathParams = Object.fromEntries(at.names.map((name, index) => [name, values[index] ?? ""]));
    return { route, pathParams };
  };
};
