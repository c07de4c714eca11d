import { hashPassword } from "@orrery/twin-api";
import { dict } from "@orrery/twin-world";
import { asked, bodyOf, isRow, pathOf, type Row, rowsOf, text, words, worked } from "./exchange-reading.ts";
import type { Origin } from "./origin.ts";
import type { Exchange } from "./recording.ts";

const putUser = (origin: Origin, userid: string, row: Row = {}): void => {
  const { users, groups } = origin.world.access;
  if (!origin.isOld(`user ${userid}`)) return;
  users[userid] ??= { userid, enable: true, expire: 0, tokens: dict(), tfa: dict() };
  const user = users[userid];
  for (const field of ["firstname", "lastname", "email", "comment"] as const)
    if (typeof row[field] === "string" && user[field] === undefined) user[field] = row[field];
  for (const name of words(row.groups)) {
    groups[name] ??= { members: [] };
    if (!groups[name].members.includes(userid)) groups[name].members.push(userid);
  }
  for (const token of rowsOf(row.tokens)) putToken(origin, `${userid}!${text(token.tokenid)}`, token.privsep === 1);
};

const putToken = (origin: Origin, name: string, privsep: boolean): void => {
  const [userid = "", tokenid = ""] = name.split("!");
  if (!origin.isOld(`token ${name}`)) return;
  putUser(origin, userid);
  const user = origin.world.access.users[userid];
  if (user !== undefined) user.tokens[tokenid] ??= { expire: 0, privsep, secret: `secret-of-${name}` };
};

const areas: Readonly<Record<string, string>> = {
  dc: "/",
  vms: "/vms",
  storage: "/storage",
  nodes: "/nodes",
  sdn: "/sdn",
  mapping: "/mapping",
  access: "/access/groups",
};

/** A login's answer shows what the user may do in each area: rules that grant that, and on the root nothing below it. */
const seeCapabilities = (origin: Origin, userid: string, capabilities: unknown): void => {
  const { access } = origin.world;
  if (
    !isRow(capabilities) ||
    userid === "root@pam" ||
    !origin.isOld(`acl ${userid}`) ||
    access.acls.some((row) => row.ugid === userid)
  )
    return;
  for (const [area, path] of Object.entries(areas)) {
    const shown = capabilities[area];
    const privileges = isRow(shown) ? Object.keys(shown) : [];
    if (privileges.length === 0) continue;
    const roleid = `Seen${area}`;
    access.roles[roleid] = { privileges, special: false };
    access.acls.push({ path, type: "user", ugid: userid, roleid, propagate: area !== "dc" });
  }
};

/** Users, groups, roles, tokens and rules; a login that worked tells the password. */
export const seeAccess = (origin: Origin, exchange: Exchange): void => {
  const { access } = origin.world;
  const path = pathOf(exchange);
  const body = bodyOf(exchange);
  const data = exchange.response?.data;
  if (path === "/access/ticket" && asked(exchange, "POST") && worked(exchange)) {
    const userid = `${text(body.username)}${body.realm === undefined ? "" : `@${text(body.realm)}`}`;
    putUser(origin, userid);
    if (isRow(data)) seeCapabilities(origin, userid, data.cap);
    const user = access.users[userid];
    if (
      user !== undefined &&
      user.password === undefined &&
      !text(body.password).startsWith("PVE:") &&
      origin.isOld(`password ${userid}`)
    ) {
      user.password = hashPassword(origin.world, text(body.password));
    }
  }
  if (exchange.request.authKind === "token" && exchange.request.as === undefined && worked(exchange))
    putToken(origin, "root@pam!admin", false);
  if (exchange.request.authKind === "ticket-other" && exchange.request.as === undefined) putUser(origin, "alice@pve");
  if (!worked(exchange)) return;
  if (path === "/access/users" && asked(exchange, "GET"))
    for (const row of rowsOf(data)) putUser(origin, text(row.userid), row);
  if (path === "/access/users" && asked(exchange, "POST")) origin.make(`user ${text(body.userid)}`);
  if (path === "/access/password") origin.make(`password ${text(body.userid)}`);
  const token = /^\/access\/users\/([^/]+)\/token\/([^/]+)$/.exec(path);
  if (token !== null && asked(exchange, "POST")) origin.make(`token ${token[1]}!${token[2]}`);
  if (path === "/access/acl" && asked(exchange, "PUT") && body.delete === undefined) {
    for (const userid of words(body.users)) putUser(origin, userid);
    // A token that is given rules of its own is one whose privileges are separate.
    for (const name of words(body.tokens)) putToken(origin, name, true);
  }
  if (path === "/access/acl" && asked(exchange, "GET")) {
    for (const row of rowsOf(data)) {
      const [aclPath, ugid, roleid] = [text(row.path), text(row.ugid), text(row.roleid)];
      const type = row.type === "user" || row.type === "group" || row.type === "token" ? row.type : undefined;
      if (type === undefined || !origin.isOld("acl") || access.roles[roleid] === undefined) continue;
      if (!access.acls.some((other) => other.path === aclPath && other.ugid === ugid && other.roleid === roleid)) {
        access.acls.push({ path: aclPath, type, ugid, roleid, propagate: row.propagate === 1 });
      }
    }
    origin.make("acl");
  }
  if (path === "/access/acl" && asked(exchange, "PUT")) {
    origin.make("acl");
    for (const name of words(body.users)) origin.make(`acl ${name}`);
  }
};
