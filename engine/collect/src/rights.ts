import { type AclState, type Observed, type Veilable, type Veiled, valueIn, veilable } from "@orrery/state";
import { rowOf } from "./answers.ts";
import type { Reader } from "./reader.ts";

/** By path, the privileges there; true of one that holds for what lies below the path too. */
export type Rights = ReadonlyMap<string, ReadonlyMap<string, boolean>>;

export const readRights = async (reader: Reader): Promise<Rights> =>
  new Map(
    Object.entries(rowOf(await reader.ask("/access/permissions"))).map(([path, privileges]) => [
      path,
      new Map(Object.entries(rowOf(privileges)).map(([name, below]) => [name, Number(below) === 1])),
    ]),
  );

type Need = { readonly path: string; readonly any: readonly string[]; readonly alone?: true };

/**
 * What shows all of a list that is otherwise shown in part: one of the privileges on a path and all below, or on the
 * path alone. Mirrors the filters of the lists in pve-manager, pve-access-control, pve-storage and pve-network.
 */
const needs: Readonly<Record<Veilable, Need>> = {
  guests: { path: "/vms", any: ["VM.Audit"] },
  options: { path: "/", any: ["Sys.Audit"], alone: true },
  storages: { path: "/storage", any: ["Datastore.Audit", "Datastore.AllocateSpace", "Datastore.Allocate"] },
  pools: { path: "/pool", any: ["Pool.Audit", "Pool.Allocate"] },
  users: { path: "/access/groups", any: ["Sys.Audit", "User.Modify"], alone: true },
  groups: { path: "/access/groups", any: ["Sys.Audit", "User.Modify", "Group.Allocate"] },
  acl: { path: "/access", any: ["Sys.Audit"], alone: true },
  replicationJobs: { path: "/vms", any: ["VM.Audit"] },
  mappings: { path: "/mapping", any: ["Mapping.Audit", "Mapping.Use", "Mapping.Modify"] },
  sdn: { path: "/sdn", any: ["SDN.Audit", "SDN.Allocate"] },
  bridges: { path: "/sdn/zones/localnetwork", any: ["SDN.Audit", "SDN.Use"] },
};

const isBelow = (path: string, top: string): boolean => top === "/" || path.startsWith(`${top}/`);

/**
 * Whether what holds at the path itself, or comes down to it from the next path above that is told of, is enough. A
 * path that permissions are set on and none is told of is one where there are none.
 */
const holdsAt = (rights: Rights, paths: readonly string[], { path, any, alone }: Need): boolean => {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf("/")) || "/") {
    const told = rights.get(at);
    if (told !== undefined)
      return any.some((privilege) => (at === path && alone ? told.has(privilege) : told.get(privilege) === true));
    if (at === "/" || paths.includes(at)) return false;
  }
};

const isWhole = (rights: Rights, paths: readonly string[], need: Need): boolean => {
  if (!holdsAt(rights, paths, need)) return false;
  if (need.alone) return true;
  const below = [...rights.keys(), ...paths].filter((path) => isBelow(path, need.path));
  return below.every((path) => need.any.some((privilege) => rights.get(path)?.has(privilege) === true));
};

const lacking = ({ path, any, alone }: Need): string =>
  `this user or token is not shown all of it: that takes ${any.join(" or ")} on ${path}${alone ? "" : " and all below"}`;

const whyVeiled = (rights: Rights | undefined, acl: Observed<readonly AclState[]>, need: Need): string | undefined => {
  if (rights === undefined)
    return "nobody can say whether it was shown whole: the rights of who asks could not be read";
  const paths = (valueIn(acl) ?? []).map(({ path }) => path);
  if (!isWhole(rights, paths, need)) return lacking(need);
  return need.alone || acl.kind === "unasked" || holdsAt(rights, paths, needs.acl)
    ? undefined
    : "this user or token may not be shown all of it: to know takes Sys.Audit on /access";
};

/** What is shown in part only, by the rights of who asked and the paths that permissions are set on. */
export const veiledBy = (rights: Observed<Rights>, acl: Observed<readonly AclState[]>): Veiled =>
  Object.fromEntries(
    veilable.flatMap((part) => {
      const why = whyVeiled(valueIn(rights), acl, needs[part]);
      return why === undefined ? [] : [[part, why]];
    }),
  );
