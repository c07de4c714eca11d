import type { Access, Acl, World } from "@orrery/twin-world";

/** Privilege to whether it propagates; a key that is there means that the privilege is had. */
export type Granted = ReadonlyMap<string, boolean>;

/** Who calls: a user, or a token of a user. */
export type Caller = { readonly userid: string; readonly tokenid?: string };

export const callerName = (caller: Caller): string =>
  caller.tokenid === undefined ? caller.userid : `${caller.userid}!${caller.tokenid}`;

/** `alice@pve!ci` or `alice@pve` taken apart. */
export const parseCaller = (name: string): Caller => {
  const mark = name.indexOf("!");
  return mark < 0 ? { userid: name } : { userid: name.slice(0, mark), tokenid: name.slice(mark + 1) };
};

/** A path of the access control list as the product keeps it: one slash between parts, none at the end. */
export const normalizeAclPath = (path: string): string => {
  const clean = `/${path}`.replaceAll(/\/+/g, "/").replace(/\/$/, "");
  return clean === "" ? "/" : clean;
};

const prefixesOf = (path: string): string[] => {
  const parts = path.split("/").filter((part) => part !== "");
  return ["/", ...parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`)];
};

const rolesOfRows = (rows: readonly Acl[], final: boolean): Map<string, boolean> | undefined => {
  const roles = new Map<string, boolean>();
  for (const row of rows) {
    if (!final && !row.propagate) continue;
    if (row.roleid === "NoAccess") return new Map([["NoAccess", row.propagate]]);
    roles.set(row.roleid, row.propagate);
  }
  return roles.size > 0 ? roles : undefined;
};

/**
 * The roles that a name has on a path. Deeper rows replace those above; at one level a user's own rows replace those
 * of its groups. Mirrors `roles` of AccessControl in pve-access-control.
 */
const rolesOn = (access: Access, caller: Caller, path: string): Map<string, boolean> => {
  let roles = new Map<string, boolean>();
  const name = callerName(caller);
  for (const prefix of prefixesOf(path)) {
    const final = prefix === path;
    const rows = access.acls.filter((row) => row.path === prefix);
    if (rows.length === 0) continue;
    if (caller.tokenid !== undefined) {
      roles =
        rolesOfRows(
          rows.filter((row) => row.type === "token" && row.ugid === name),
          final,
        ) ?? roles;
      continue;
    }
    const own = rolesOfRows(
      rows.filter((row) => row.type === "user" && row.ugid === name),
      final,
    );
    if (own !== undefined) {
      roles = own;
      continue;
    }
    const ofGroups = rows.filter((row) => row.type === "group" && access.groups[row.ugid]?.members.includes(name));
    roles = rolesOfRows(ofGroups, final) ?? roles;
  }
  return roles.has("NoAccess") ? new Map([["NoAccess", roles.get("NoAccess") ?? false]]) : roles;
};

const poolRolesOn = (world: World, caller: Caller, path: string): Map<string, boolean> => {
  const roles = new Map<string, boolean>();
  const guest = /^\/vms\/(\d+)$/.exec(path)?.[1];
  const storage = /^\/storage\/([^/]+)$/.exec(path)?.[1];
  if (guest === undefined && storage === undefined) return roles;
  for (const [poolid, pool] of Object.entries(world.pools)) {
    const member =
      guest === undefined
        ? storage !== undefined && pool.storages.includes(storage)
        : pool.vmids.includes(Number(guest));
    if (!member) continue;
    for (const role of rolesOn(world.access, caller, `/pool/${poolid}`).keys()) roles.set(role, false);
  }
  return roles;
};

const nothing: Granted = new Map();

const everythingOf = new WeakMap<readonly string[], Granted>();

/** All privileges of a role, on whatever path: made once, for lists ask for each of their rows. */
const everything = (privileges: readonly string[]): Granted => {
  const known = everythingOf.get(privileges);
  if (known?.size === privileges.length) return known;
  const made: Granted = new Map(privileges.map((name) => [name, true]));
  everythingOf.set(privileges, made);
  return made;
};

const compile = (world: World, caller: Caller, path: string): Map<string, boolean> => {
  const { access } = world;
  let roles = rolesOn(access, caller, path);
  const fromPools = poolRolesOn(world, caller, path);
  if (fromPools.size > 0 && !roles.has("NoAccess")) {
    if (fromPools.has("NoAccess")) roles = new Map([["NoAccess", false]]);
    else for (const role of fromPools.keys()) if (!roles.has(role)) roles.set(role, false);
  }
  const granted = new Map<string, boolean>();
  for (const [role, propagate] of roles) {
    for (const name of access.roles[role]?.privileges ?? [])
      granted.set(name, (granted.get(name) ?? false) || propagate);
  }
  return granted;
};

/** What a caller may do on a path. A token without privilege separation has its user's privileges; with it, the common part. */
export const privilegesOn = (world: World, caller: Caller, path: string): Granted => {
  const { access } = world;
  if (caller.userid === "root@pam" && caller.tokenid === undefined) {
    return everything(access.roles.Administrator?.privileges ?? []);
  }
  const user = access.users[caller.userid];
  if (caller.tokenid === undefined) return compile(world, caller, path);
  const token = user?.tokens[caller.tokenid];
  if (token === undefined) return nothing;
  const ofUser = privilegesOn(world, { userid: caller.userid }, path);
  if (!token.privsep) return ofUser;
  const granted = compile(world, caller, path);
  const both = new Map<string, boolean>();
  for (const [name, propagate] of granted) {
    const users = ofUser.get(name);
    if (users !== undefined) both.set(name, users && propagate);
  }
  return both;
};
