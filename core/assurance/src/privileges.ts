import { builtInRoles, isUnknown, type Lab } from "@orrery/model";

type Acl = Lab["access"]["acls"][number];

/** Privileges that give out rights, or end guests, disks or hosts: who has one administers. */
const administering: ReadonlySet<string> = new Set([
  "Datastore.Allocate",
  "Group.Allocate",
  "Permissions.Modify",
  "Realm.Allocate",
  "Realm.AllocateUser",
  "Sys.Modify",
  "Sys.PowerMgmt",
  "User.Modify",
  "VM.Allocate",
]);

/** What a role allows: a built-in one as Proxmox VE 9.2 has it, whatever is declared, else as declared. */
export const privilegesOf = (lab: Lab, role: string): readonly string[] =>
  builtInRoles[role] ?? lab.access.roles[role]?.privileges ?? [];

export const administers = (lab: Lab, role: string): boolean =>
  privilegesOf(lab, role).some((privilege) => administering.has(privilege));

/** The realm of `user@realm`; a user's own name may hold an `@` too. */
export const realmOf = (user: string): string => user.slice(user.lastIndexOf("@") + 1);

/** The entries that reach a user, by name or by group. */
export const aclsOfUser = (lab: Lab, user: string): readonly Acl[] => {
  const groups = new Set(lab.access.users[user]?.groups ?? []);
  return lab.access.acls.filter(
    ({ to }) => ("user" in to && to.user === user) || ("group" in to && groups.has(to.group)),
  );
};

/** The realms by which somebody who administers signs in, each with how. */
export const administeringRealms = (lab: Lab): ReadonlyMap<string, readonly string[]> => {
  const { acls, groups, methods, realms, users } = lab.access;
  const ways = new Map<string, Set<string>>();
  const add = (realm: string, way: string): void => {
    const known = ways.get(realm);
    if (known === undefined) ways.set(realm, new Set([way]));
    else known.add(way);
  };
  for (const [name, realm] of Object.entries(realms))
    if (realm.kind === "pam") add(name, "root@pam, who may do everything");
  for (const { path, role, to } of acls) {
    if (!administers(lab, role)) continue;
    if ("user" in to) add(realmOf(to.user), `${to.user}, ${role} on ${path}`);
    if (!("group" in to)) continue;
    const own = groups[to.group]?.realm;
    if (own !== undefined) add(own, `group ${to.group}, ${role} on ${path}`);
    for (const [id, user] of Object.entries(users))
      if (user.groups.includes(to.group)) add(realmOf(id), `${id} of group ${to.group}, ${role} on ${path}`);
  }
  for (const { realm, type } of methods) if (realm !== undefined && /admin/i.test(type)) add(realm, `"${type}"`);
  return new Map([...ways].map(([realm, said]) => [realm, [...said]]));
};

/** Every privilege that the declared version knows: those of 9.2, and VM.Monitor, which 9 did away with. */
export const privilegesOfVersion = ({ cluster: { version } }: Lab): ReadonlySet<string> => {
  const major = isUnknown(version) ? Number.NaN : Number.parseInt(version, 10);
  return new Set([...(builtInRoles.Administrator ?? []), ...(major >= 9 ? [] : ["VM.Monitor"])]);
};
