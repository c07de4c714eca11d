import { dict, drawUuid, type Token, type User } from "@orrery/twin-world";
import { hashPassword } from "../access/password.ts";
import type { Call, Handlers } from "../call.ts";
import { fail, forbid, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { changeUserConfig } from "./user-config.ts";

const realmOf = (userid: string): string => userid.slice(userid.lastIndexOf("@") + 1);

/** The fields that user.cfg keeps of a user, as a list shows them: an empty mail address shows only before a later field. */
const fieldsOf = (user: User): Record<string, unknown> => ({
  enable: user.enable ? 1 : 0,
  expire: user.expire,
  ...(user.firstname ? { firstname: user.firstname } : {}),
  ...(user.lastname ? { lastname: user.lastname } : {}),
  ...(user.email || user.comment || user.keys ? { email: user.email ?? "" } : {}),
  ...(user.comment ? { comment: user.comment } : {}),
  ...(user.keys ? { keys: user.keys } : {}),
});

const groupsOf = (call: Call, userid: string): string[] =>
  Object.entries(call.world.access.groups)
    .filter(([, group]) => group.members.includes(userid))
    .map(([name]) => name);

const tokenFields = (token: Token): Record<string, unknown> => ({
  privsep: token.privsep ? 1 : 0,
  expire: token.expire,
  ...(token.comment ? { comment: token.comment } : {}),
});

const tokenRows = (user: User): unknown => {
  const rows = Object.entries(user.tokens).map(([tokenid, token]) => ({ tokenid, ...tokenFields(token) }));
  return rows.length > 0 ? rows : null;
};

const userOf = (call: Call): User => {
  const userid = call.need("userid");
  return call.world.access.users[userid] ?? fail(`no such user ('${userid}')`);
};

const mayRead = (call: Call, userid: string): boolean => {
  const { rights } = call;
  if (rights.name === userid) return true;
  if (rights.hasAny("/access/groups", "User.Modify", "Sys.Audit")) return true;
  return groupsOf(call, userid).some((group) => rights.hasAny(`/access/groups/${group}`, "User.Modify", "Sys.Audit"));
};

const list = (call: Call): unknown =>
  Object.values(call.world.access.users)
    .toSorted((one, other) => (one.userid < other.userid ? -1 : 1))
    .filter((user) => mayRead(call, user.userid))
    .filter((user) => !call.given("enabled") || user.enable === call.flag("enabled"))
    .map((user) => ({
      userid: user.userid,
      ...fieldsOf(user),
      ...(call.world.access.realms[realmOf(user.userid)]
        ? { "realm-type": call.world.access.realms[realmOf(user.userid)]?.type }
        : {}),
      ...(call.flag("full") ? { groups: groupsOf(call, user.userid).join(","), tokens: tokenRows(user) } : {}),
    }));

const applyFields = (call: Call, user: User): void => {
  for (const field of ["firstname", "lastname", "email", "comment", "keys"] as const) {
    const value = call.text(field);
    if (value !== undefined) user[field] = value;
  }
  if (call.given("enable")) user.enable = call.flag("enable");
  const expire = call.number("expire");
  if (expire !== undefined) user.expire = expire;
};

const joinGroups = (call: Call, userid: string): void => {
  for (const name of call.list("groups")) {
    const group = call.world.access.groups[name] ?? fail(`no such group '${name}'`);
    if (!group.members.includes(userid)) group.members.push(userid);
  }
};

const create = (call: Call): unknown =>
  changeUserConfig(call, "create user failed", () => {
    const userid = call.need("userid");
    const { access } = call.world;
    if (access.users[userid] !== undefined) fail(`user '${userid}' already exists`);
    const realm = realmOf(userid);
    const password = call.text("password");
    if (password !== undefined && access.realms[realm] === undefined) fail(`domain '${realm}' does not exist`);
    const user: User = { userid, enable: call.flag("enable", true), expire: 0, tokens: dict(), tfa: dict() };
    applyFields(call, user);
    joinGroups(call, userid);
    if (password !== undefined) user.password = hashPassword(call.world, password);
    access.users[userid] = user;
    return null;
  });

const read = (call: Call): unknown => {
  const user = userOf(call);
  return {
    ...fieldsOf(user),
    groups: groupsOf(call, user.userid),
    tokens:
      Object.keys(user.tokens).length > 0
        ? dict(Object.entries(user.tokens).map(([id, token]) => [id, tokenFields(token)]))
        : null,
  };
};

const update = (call: Call): unknown =>
  changeUserConfig(call, "update user failed", () => {
    const user = userOf(call);
    applyFields(call, user);
    if (call.given("groups")) {
      if (!call.flag("append")) {
        for (const group of Object.values(call.world.access.groups))
          group.members = group.members.filter((name) => name !== user.userid);
      }
      joinGroups(call, user.userid);
    }
    return null;
  });

const remove = (call: Call): unknown =>
  changeUserConfig(call, "delete user failed", () => {
    const userid = call.need("userid");
    const { access } = call.world;
    if (userid === "root@pam") return null;
    delete access.users[userid];
    for (const group of Object.values(access.groups)) group.members = group.members.filter((name) => name !== userid);
    access.acls = access.acls.filter((row) => row.ugid !== userid && !row.ugid.startsWith(`${userid}!`));
    return null;
  });

const tokenOf = (call: Call): Token => {
  const user = userOf(call);
  const tokenid = call.need("tokenid");
  return user.tokens[tokenid] ?? fail(`no such token '${tokenid}' for user '${user.userid}'`);
};

/** What was just written shows as it was sent: a form's numbers stay text. */
const asSent = (call: Call, stored: Record<string, unknown>): Record<string, unknown> => {
  const shown = { ...stored };
  for (const name of ["privsep", "expire", "comment"]) if (call.given(name)) shown[name] = call.parameters[name];
  return shown;
};

const createToken = (call: Call): unknown => {
  const user = userOf(call);
  const tokenid = call.need("tokenid");
  if (user.tokens[tokenid] !== undefined) refuseParameters({ tokenid: "Token already exists." });
  needLock(call.world, call.node, "file-user_cfg");
  const comment = call.text("comment");
  const token: Token = {
    privsep: call.flag("privsep", true),
    expire: call.number("expire") ?? 0,
    secret: drawUuid(call.world.random),
    ...(comment === undefined ? {} : { comment }),
  };
  user.tokens[tokenid] = token;
  return { "full-tokenid": `${user.userid}!${tokenid}`, value: token.secret, info: asSent(call, { privsep: 1 }) };
};

const updateToken = (call: Call): unknown => {
  const token = tokenOf(call);
  needLock(call.world, call.node, "file-user_cfg");
  const comment = call.text("comment");
  if (comment !== undefined) token.comment = comment;
  if (call.given("privsep")) token.privsep = call.flag("privsep");
  token.expire = call.number("expire") ?? token.expire;
  const shown = asSent(call, tokenFields(token));
  if (!call.flag("regenerate")) return shown;
  token.secret = drawUuid(call.world.random);
  return { ...shown, value: token.secret, "full-tokenid": `${call.need("userid")}!${call.need("tokenid")}` };
};

const removeToken = (call: Call): unknown => {
  tokenOf(call);
  needLock(call.world, call.node, "file-user_cfg");
  const name = `${call.need("userid")}!${call.need("tokenid")}`;
  delete userOf(call).tokens[call.need("tokenid")];
  call.world.access.acls = call.world.access.acls.filter((row) => row.ugid !== name);
  return null;
};

const unlock = (call: Call): unknown => {
  if (call.rights.caller.tokenid !== undefined) forbid();
  userOf(call);
  return 1;
};

export const accessUsers: Handlers = {
  "GET /access/users": list,
  "POST /access/users": create,
  "GET /access/users/{userid}": read,
  "PUT /access/users/{userid}": update,
  "DELETE /access/users/{userid}": remove,
  "GET /access/users/{userid}/token": (call) => tokenRows(userOf(call)) ?? [],
  "GET /access/users/{userid}/token/{tokenid}": (call) => tokenFields(tokenOf(call)),
  "POST /access/users/{userid}/token/{tokenid}": createToken,
  "PUT /access/users/{userid}/token/{tokenid}": updateToken,
  "DELETE /access/users/{userid}/token/{tokenid}": removeToken,
  "PUT /access/users/{userid}/unlock-tfa": unlock,
};
