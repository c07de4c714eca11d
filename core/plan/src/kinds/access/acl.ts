import type { Lab } from "@orrery/model";
import { type AclState, type ClusterState, valueIn } from "@orrery/state";
import { isMarked, type Mark } from "../../compare/mark.ts";
import type { DeclaredObject, ObjectRef, ObservedObject } from "../../compare/object.ts";
import type { Call } from "../../plan/call.ts";
import type { Kind } from "../kind.ts";
import { plainCall, plainSteps, present } from "../plain-steps.ts";
import { textOf } from "../text.ts";

/** One slash between parts, none at the end. Mirrors normalize_path in pve-access-control's AccessControl. */
const normalPath = (path: string): string => `/${path}`.replaceAll(/\/+/g, "/").replace(/(?<=.)\/$/, "");

type Grant = Pick<AclState, "path" | "type" | "to" | "role">;

/** `/pool/lab group ops PVEVMAdmin`: neither paths nor names have blanks in them. */
const idOf = ({ path, type, to, role }: Grant): string => `${path} ${type} ${to} ${role}`;

const grantOf = (id: string): Grant => {
  const [path = "", type, to = "", role = ""] = id.split(" ");
  return { path, type: type === "group" || type === "token" ? type : "user", to, role };
};

const granteeOf = ({ type, to }: Pick<Grant, "type" | "to">): ObjectRef => ({ kind: type, id: to });

const needsOf = (grant: Grant): ObjectRef[] => [
  granteeOf(grant),
  { kind: "role", id: grant.role },
  ...(grant.path.startsWith("/pool/") ? [{ kind: "pool", id: grant.path.slice("/pool/".length) } as const] : []),
];

type Declared = Lab["access"]["acls"][number];

const grantedTo = (to: Declared["to"]): Pick<Grant, "type" | "to"> => {
  if ("group" in to) return { type: "group", to: to.group };
  return "user" in to ? { type: "user", to: to.user } : { type: "token", to: to.token };
};

/** What tells a declared permission from others. */
export const aclId = ({ path, role, to }: Pick<Declared, "path" | "role" | "to">): string =>
  idOf({ path: normalPath(path), role, ...grantedTo(to) });

const called = (id: string): string => {
  const { path, type, to, role } = grantOf(id);
  return `the role ${role} on ${path} for the ${type} ${to}`;
};

const parameters = (id: string): Call["parameters"] => {
  const { path, type, to, role } = grantOf(id);
  return { path, roles: role, [`${type}s`]: to };
};

const grant = (declared: DeclaredObject): Call =>
  plainCall("PUT", "/access/acl", {
    ...parameters(declared.id),
    propagate: textOf(declared.properties.propagate) === "0" ? "0" : "1",
  });

/** The users, groups and tokens that bear the mark. */
const markedGrantees = (state: ClusterState, mark: Mark): ReadonlySet<string> => {
  const users = valueIn(state.users) ?? [];
  const groups = valueIn(state.groups) ?? [];
  const tokens = users.flatMap(({ id, tokens: own }) => own.map((token) => ({ ...token, id: `${id}!${token.id}` })));
  const names = (type: AclState["type"], all: readonly { readonly id: string; readonly comment?: string }[]) =>
    all.filter(({ comment }) => isMarked(mark, comment)).map(({ id }) => `${type} ${id}`);
  return new Set([...names("user", users), ...names("group", groups), ...names("token", tokens)]);
};

/**
 * A role on a path for a user, a group or a token. It has no room for a mark: it is owned with whom it is granted to, so
 * that what a group of the declaration may do is what is declared; with any other, only where the declaration owns all.
 */
export const acl: Kind = {
  noun: "permission",
  declared: ({ inventory }) => {
    const found = new Map<string, DeclaredObject>();
    for (const [index, { path, role, to, propagate }] of inventory.lab.access.acls.entries()) {
      const one: Grant = { path: normalPath(path), role, ...grantedTo(to) };
      found.set(idOf(one), {
        kind: "acl",
        id: idOf(one),
        properties: present({ propagate: propagate ? undefined : "0" }),
        open: {},
        path: ["access", "acls", index],
        needs: needsOf(one),
      });
    }
    return [...found.values()];
  },
  observed: (state, mark) => {
    const { acl: rows } = state;
    if (rows.kind !== "observed") return { objects: [], blind: [{ kind: "acl", why: rows.why }] };
    const marked = markedGrantees(state, mark);
    const objects = rows.value.map(
      (row): ObservedObject => ({
        kind: "acl",
        id: idOf(row),
        properties: present({ propagate: row.propagate ? undefined : "0" }),
        hidden: {},
        marked: marked.has(`${row.type} ${row.to}`),
        builtIn: false,
        at: rows.at,
        needs: needsOf(row),
      }),
    );
    return { objects, blind: [] };
  },
  sources: () => [
    { of: "cluster", part: "acl" },
    { of: "cluster", part: "users" },
    { of: "cluster", part: "groups" },
  ],
  steps: plainSteps({
    called,
    create: (declared) => [grant(declared)],
    change: ({ declared }) => [grant(declared)],
    remove: ({ id }) => [plainCall("PUT", "/access/acl", { ...parameters(id), delete: "1" })],
  }),
};
