import type * as v84 from "./generated/pve-8.4.ts";
import type * as v92 from "./generated/pve-9.2.ts";
import type { Method } from "./schema.ts";
import type { PveVersion } from "./version.ts";

interface RoutesByVersion {
  "8.4": { readonly GET: v84.GET; readonly POST: v84.POST; readonly PUT: v84.PUT; readonly DELETE: v84.DELETE };
  "9.2": { readonly GET: v92.GET; readonly POST: v92.POST; readonly PUT: v92.PUT; readonly DELETE: v92.DELETE };
}

/**
 * The routes of one version by method and path. `Routes<PveVersion>` is what both have: a path that one lacks
 * is no key of it, and an answer is the union of both answers.
 */
export type Routes<V extends PveVersion = "9.2"> = RoutesByVersion[V];

/** The paths, with parameters in braces, that a method has: `PathOf<"GET">`. */
export type PathOf<M extends Method, V extends PveVersion = "9.2"> = keyof Routes<V>[M] & string;

/** What a method takes, path parameters included: `ParametersOf<"POST", "/nodes/{node}/qemu">`. */
export type ParametersOf<M extends Method, P, V extends PveVersion = "9.2"> = P extends keyof Routes<V>[M]
  ? Routes<V>[M][P] extends { params: infer Taken }
    ? Taken
    : never
  : never;

/** What a method answers, folded: `AnswerOf<"GET", "/cluster/resources">`. */
export type AnswerOf<M extends Method, P, V extends PveVersion = "9.2"> = P extends keyof Routes<V>[M]
  ? Routes<V>[M][P] extends { answer: infer Given }
    ? Given
    : never
  : never;
