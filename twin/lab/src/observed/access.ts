import { type UserState, valueIn, whyUnknown } from "@orrery/state";
import { dict, drawUuid, type User } from "@orrery/twin-world";
import { sectionsOf } from "./options.ts";
import type { Seeing } from "./seeing.ts";

const userOf = ({ world, ledger }: Seeing, user: UserState): User => {
  const { id, enabled, expire, firstname, lastname, email, comment } = user;
  const optional = Object.entries({ firstname, lastname, email, comment }).filter(([, text]) => text !== undefined);
  ledger.leaveOut("password and second factors", "Proxmox tells them to nobody", id);
  const tokens = user.tokens.map((token) => {
    ledger.assume("secret of a token", "a new one", "Proxmox tells it once, to whoever made it", `${id}!${token.id}`);
    const { comment: said, ...rest } = { comment: token.comment, expire: token.expire, privsep: token.privsep };
    const made = { ...(said === undefined ? {} : { comment: said }), ...rest, secret: drawUuid(world.random) };
    return [token.id, made] as const;
  });
  return { userid: id, enable: enabled, expire, ...Object.fromEntries(optional), tokens: dict(tokens), tfa: dict() };
};

/** Users, groups, roles, permissions, realms, without anything secret. */
export const seeAccess = (seeing: Seeing): void => {
  const { state, ledger } = seeing;
  const { access } = seeing.world;
  for (const part of ["users", "groups", "roles", "acl", "realms"] as const) {
    const why = whyUnknown(state[part]);
    if (why !== undefined) ledger.leaveOut(`${part} of the access rules`, why, "access");
  }
  const users = valueIn(state.users);
  if (users !== undefined) access.users = dict(users.map((user) => [user.id, userOf(seeing, user)] as const));
  const groups = valueIn(state.groups);
  if (groups !== undefined) {
    access.groups = dict(
      groups.map(({ id, comment, members }) => {
        const said = comment === undefined ? {} : { comment };
        return [id, { ...said, members: [...members] }] as const;
      }),
    );
  }
  const roles = valueIn(state.roles);
  if (roles !== undefined) {
    access.roles = dict(
      roles.map(({ id, privileges, builtIn }) => [id, { privileges: [...privileges], special: builtIn }] as const),
    );
  }
  access.acls = (valueIn(state.acl) ?? []).map(({ path, type, to, role, propagate }) => ({
    path,
    type,
    ugid: to,
    roleid: role,
    propagate,
  }));
  const realms = valueIn(state.realms);
  if (realms !== undefined) access.realms = sectionsOf(realms);
};
