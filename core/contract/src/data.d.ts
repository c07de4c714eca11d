import type { Route } from "./schema.ts";
import type { PveVersion } from "./version.ts";

/** The rows of the pinned contracts, one a method, sorted by path. */
export const routesOf: Readonly<Record<PveVersion, readonly Route[]>>;
