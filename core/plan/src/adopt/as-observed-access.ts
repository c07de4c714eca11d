import { isUnknown, type Lab, type Realm, type Token, type User } from "@orrery/model";
import type { ObjectKind } from "../compare/object-kind.ts";
import { aclId } from "../kinds/access/acl.ts";
import type { Taking } from "./as-observed.ts";

type Named<T> = Readonly<Record<string, T>>;

/** The things of a record by their ids: what is absent left out, what differs merged, what nobody declares added. */
const recordAs = <T>(
  { shown, added }: Taking,
  kind: ObjectKind,
  declared: Named<T>,
  seen: Named<T>,
  merged: (declared: T, seen: T) => T,
): Record<string, T> => {
  const found: Record<string, T> = {};
  for (const [id, one] of Object.entries(declared)) {
    const { as } = shown({ kind, id });
    const was = seen[id];
    if (as !== "absent") found[id] = as === "observed" && was !== undefined ? merged(one, was) : one;
  }
  for (const id of added(kind)) {
    const one = seen[id];
    if (one !== undefined) found[id] = one;
  }
  return found;
};

const userAs = (declared: User, { groups, enabled, expires }: User): User => ({
  ...declared,
  groups,
  enabled,
  expires,
});

/** Whether a second factor is asked for, a provider does not tell. */
const realmAs = (declared: Realm, seen: Realm): Realm => ({ ...declared, ...seen, mfa: declared.mfa });

const tokenAs = (declared: Token, { expires, privilegeSeparation }: Token): Token => ({
  ...declared,
  expires,
  privilegeSeparation,
});

const byId = (tokens: Lab["access"]["tokens"]): Record<string, Token> =>
  Object.fromEntries(isUnknown(tokens) ? [] : tokens.map((token) => [token.id, token]));

const tokensAs = (taking: Taking): Lab["access"]["tokens"] => {
  const { tokens } = taking.lab.access;
  if (isUnknown(tokens)) return tokens;
  return Object.values(recordAs(taking, "token", byId(tokens), byId(taking.seen.access.tokens), tokenAs));
};

const aclsAs = (taking: Taking): Lab["access"]["acls"] => {
  const byName = (lab: Pick<Lab, "access">) => Object.fromEntries(lab.access.acls.map((acl) => [aclId(acl), acl]));
  return Object.values(recordAs(taking, "acl", byName(taking.lab), byName(taking.seen), (_, seen) => seen));
};

/** Realms, groups, users, roles, permissions and tokens, those that nobody declares as well. */
export const accessAs = (taking: Taking): Lab["access"] => {
  const { access } = taking.lab;
  const { access: seen } = taking.seen;
  return {
    ...access,
    realms: recordAs(taking, "realm", access.realms, seen.realms, realmAs),
    groups: recordAs(taking, "group", access.groups, seen.groups, (group) => group),
    users: recordAs(taking, "user", access.users, seen.users, userAs),
    roles: recordAs(taking, "role", access.roles, seen.roles, (role, { privileges }) => ({ ...role, privileges })),
    acls: aclsAs(taking),
    tokens: tokensAs(taking),
  };
};
