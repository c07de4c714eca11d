import type { Role } from "./role.ts";

/** Which clusters somebody may ask about. */
export type ClusterScope = "all" | readonly string[];

/** Who asks, as the server found out by itself. */
export type Caller =
  | { readonly kind: "nobody"; readonly address: string }
  | {
      readonly kind: "person";
      readonly address: string;
      readonly account: string;
      readonly name: string;
      readonly roles: readonly Role[];
      /** The stored name of the session: the hash of its secret. */
      readonly session: string;
    }
  | {
      readonly kind: "token";
      readonly address: string;
      readonly account: string;
      readonly name: string;
      readonly roles: readonly Role[];
      readonly token: string;
      readonly clusters: ClusterScope;
    };

export const rolesOf = (caller: Caller): readonly Role[] => (caller.kind === "nobody" ? [] : caller.roles);

const scopeOf = (caller: Caller): ClusterScope => (caller.kind === "token" ? caller.clusters : "all");

export const maySee = (caller: Caller, cluster: string): boolean => {
  const scope = scopeOf(caller);
  return scope === "all" || scope.includes(cluster);
};

/** As the audit trail names somebody. */
export const callerName = (caller: Caller): string => {
  switch (caller.kind) {
    case "nobody":
      return "nobody";
    case "person":
      return caller.name;
    case "token":
      return `${caller.name}, by token ${caller.token}`;
  }
};
