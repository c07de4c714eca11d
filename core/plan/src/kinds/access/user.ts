import type { Lab, User } from "@orrery/model";
import { type ClusterState, type UserState, valueIn } from "@orrery/state";
import { isMarked, type Mark, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObjectRef, ObservedObject } from "../../compare/object.ts";
import { listOf } from "../../compare/value.ts";
import type { CallValue } from "../../plan/call.ts";
import type { Kind } from "../kind.ts";
import { plainCall, plainSteps, present } from "../plain-steps.ts";
import { textOf } from "../text.ts";
import { expiryOf } from "./expiry.ts";

const root = "root@pam";
const personal = ["firstname", "lastname", "email"] as const;

const realmOf = (userid: string): string => userid.slice(userid.lastIndexOf("@") + 1);

const needsOf = (id: string, groups: readonly string[]): ObjectRef[] => [
  { kind: "realm", id: realmOf(id) },
  ...groups.map((group) => ({ kind: "group", id: group }) as const),
];

/** What a directory keeps of its users: it is written at sign-in or by a sync, and no drift. */
const openOf = (id: string, user: User, { access }: Lab): Record<string, string> => {
  const realmId = realmOf(id);
  const realm = access.realms[realmId];
  if (realm === undefined || realm.kind === "pam" || realm.kind === "pve") return {};
  const unsaid = personal.filter((name) => user[name] === undefined);
  const open: Record<string, string> = Object.fromEntries(
    unsaid.map((name) => [name, `the realm ${realmId} keeps it`]),
  );
  if (realm.kind === "openid" && realm.groupsClaim !== undefined)
    open.groups = `the realm ${realmId} sets it at each sign-in`;
  return open;
};

const declaredUser = (id: string, user: User, lab: Lab, mark: Mark): DeclaredObject => {
  const { purpose, enabled, expires, firstname, lastname, email } = user;
  const open = openOf(id, user, lab);
  const groups = open.groups === undefined ? [...new Set(user.groups)].toSorted() : [];
  const expire = expiryOf(expires);
  return {
    kind: "user",
    id,
    properties: present({
      comment: unmarked(mark, purpose),
      enable: enabled ? undefined : "0",
      expire: expire === "0" ? undefined : expire,
      firstname,
      lastname,
      email,
      groups,
    }),
    open,
    ...(id === root ? { rest: "it came with Proxmox" } : {}),
    path: ["access", "users", id],
    needs: needsOf(id, groups),
  };
};

const observedUser = (user: UserState, state: ClusterState, mark: Mark, at: number): ObservedObject => {
  const { id, enabled, expire, firstname, lastname, email, comment } = user;
  const groups = (valueIn(state.groups) ?? []).filter(({ members }) => members.includes(id)).map((one) => one.id);
  return {
    kind: "user",
    id,
    properties: present({
      comment: unmarked(mark, comment),
      enable: enabled ? undefined : "0",
      expire: expire === 0 ? undefined : String(expire),
      firstname,
      lastname,
      email,
      groups: groups.toSorted(),
    }),
    hidden: state.groups.kind === "observed" ? {} : { groups: state.groups.why },
    marked: isMarked(mark, comment),
    builtIn: id === root,
    at,
    needs: needsOf(id, groups),
  };
};

/** What is sent for a property that differs. The API has no way to take one away but to say what stands for nothing. */
const sent = (declared: DeclaredObject, property: string): CallValue => {
  if (property === "groups") return listOf(declared.properties[property]).join(",");
  const text = textOf(declared.properties[property]);
  if (text !== "") return text;
  return property === "enable" ? "1" : property === "expire" ? "0" : "";
};

/**
 * A user and the groups that it is in. Its password and second factors are its own affair: one of the realm `pve` can be
 * made without a password, and nobody signs in as it until somebody sets one.
 */
export const user: Kind = {
  noun: "user",
  declared: ({ inventory: { lab }, mark }) =>
    Object.entries(lab.access.users).map(([id, one]) => declaredUser(id, one, lab, mark)),
  observed: (state, mark) => {
    const { users } = state;
    if (users.kind !== "observed") return { objects: [], blind: [{ kind: "user", why: users.why }] };
    return { objects: users.value.map((one) => observedUser(one, state, mark, users.at)), blind: [] };
  },
  sources: () => [
    { of: "cluster", part: "users" },
    { of: "cluster", part: "groups" },
  ],
  steps: plainSteps({
    called: (id) => `the user ${id}`,
    create: (declared, { mark, inventory }) => {
      const { comment: _, ...rest } = declared.properties;
      const password = inventory.lab.access.users[declared.id]?.password;
      return [
        plainCall("POST", "/access/users", {
          userid: declared.id,
          ...Object.fromEntries(Object.keys(rest).map((property) => [property, sent(declared, property)])),
          comment: markedComment(mark, textOf(declared.properties.comment)),
          ...(password === undefined ? {} : { password: { secret: password.from } }),
        }),
      ];
    },
    change: ({ declared, observed, properties }, { mark }) => {
      const parameters = properties.map(({ property }) => {
        const isKept = property === "comment" && observed.marked;
        const value = isKept ? markedComment(mark, textOf(declared.properties[property])) : sent(declared, property);
        return [property, value] as const;
      });
      return [plainCall("PUT", "/access/users/{userid}", { userid: declared.id, ...Object.fromEntries(parameters) })];
    },
    remove: ({ id }) => [plainCall("DELETE", "/access/users/{userid}", { userid: id })],
    removedWith: ({ id }, { state, mark }) => {
      const tokens = (valueIn(state.users) ?? []).find((one) => one.id === id)?.tokens ?? [];
      const theirs = tokens.filter(({ comment }) => !isMarked(mark, comment)).map((one) => one.id);
      return theirs.length === 0 ? "" : `; API tokens of its own go with it: ${theirs.join(", ")}`;
    },
  }),
};
