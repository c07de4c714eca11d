import {
  type AclState,
  concealed,
  type Entry,
  type GroupState,
  type RoleState,
  type Row,
  type UserState,
} from "@orrery/state";
import { concealing, entryOf, given, isSet, needText, numberOf, rowOf, rowsOf, textOf, wordsOf } from "./answers.ts";
import { Garbled, type Reader } from "./reader.ts";

const userOf = (row: Row): UserState => ({
  id: needText(row, "userid"),
  enabled: row.enable === undefined || isSet(row, "enable"),
  expire: numberOf(row, "expire") ?? 0,
  ...given("firstname", textOf(row, "firstname")),
  ...given("lastname", textOf(row, "lastname")),
  ...given("email", textOf(row, "email")),
  ...given("comment", textOf(row, "comment")),
  tokens: rowsOf(row.tokens).map((token) => ({
    id: needText(token, "tokenid"),
    expire: numberOf(token, "expire") ?? 0,
    privsep: token.privsep === undefined || isSet(token, "privsep"),
    ...given("comment", textOf(token, "comment")),
  })),
});

export const readUsers = async (reader: Reader): Promise<UserState[]> =>
  rowsOf(await reader.ask("/access/users", { full: true })).map(userOf);

export const readGroups = async (reader: Reader): Promise<GroupState[]> =>
  rowsOf(await reader.ask("/access/groups")).map((row) => ({
    id: needText(row, "groupid"),
    ...given("comment", textOf(row, "comment")),
    members: wordsOf(textOf(row, "users")),
  }));

export const readRoles = async (reader: Reader): Promise<RoleState[]> =>
  rowsOf(await reader.ask("/access/roles")).map((row) => ({
    id: needText(row, "roleid"),
    privileges: wordsOf(textOf(row, "privs")),
    builtIn: isSet(row, "special"),
  }));

const subject = (row: Row): AclState["type"] => {
  const type = textOf(row, "type");
  if (type === "user" || type === "group" || type === "token") return type;
  throw new Garbled(`a permission is given to a ${type}, which is nobody known`);
};

export const readAcl = async (reader: Reader): Promise<AclState[]> =>
  rowsOf(await reader.ask("/access/acl")).map((row) => ({
    path: needText(row, "path"),
    type: subject(row),
    to: needText(row, "ugid"),
    role: needText(row, "roleid"),
    propagate: row.propagate === undefined || isSet(row, "propagate"),
  }));

const builtIn = new Set(["pam", "pve"]);

/** Yubico's API takes a key, which stands in the middle of what the realm demands. */
const concealedTfa = (row: Row): Row =>
  typeof row.tfa === "string" ? { ...row, tfa: row.tfa.replace(/\bkey=[^,]*/, `key=${concealed}`) } : row;

/**
 * The list tells little of a realm: those that somebody made, and those that demand a second factor, are asked for one by
 * one.
 */
export const readRealms = async (reader: Reader): Promise<Entry[]> => {
  const rows = rowsOf(await reader.ask("/access/domains"));
  return Promise.all(
    rows.map(async (row): Promise<Entry> => {
      const listed = entryOf(row, "realm");
      if (builtIn.has(listed.type) && listed.options.tfa === undefined) return listed;
      const whole = rowOf(await reader.ask("/access/domains/{realm}", { realm: listed.id }));
      return entryOf({ ...concealing(concealedTfa(whole), "client-key", "password"), realm: listed.id }, "realm");
    }),
  );
};
