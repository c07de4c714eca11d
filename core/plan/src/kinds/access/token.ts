import { isUnknown, type Token } from "@orrery/model";
import { valueIn } from "@orrery/state";
import { isMarked, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import type { Call } from "../../plan/call.ts";
import type { Declaring, Kind } from "../kind.ts";
import { plainCall, plainSteps, present } from "../plain-steps.ts";
import { textOf } from "../text.ts";
import { expiryOf } from "./expiry.ts";

const ownerOf = (id: string): { readonly userid: string; readonly tokenid: string } => {
  const at = id.lastIndexOf("!");
  return { userid: id.slice(0, at), tokenid: id.slice(at + 1) };
};

/** What keeps it from being made. */
const missing = ({ id, expires }: Token, index: number, { inventory, state }: Declaring): string | undefined => {
  const { userid } = ownerOf(id);
  if (isUnknown(expires)) return `the declaration would have to say when it expires (access.tokens.${index}.expires)`;
  const isThere = (valueIn(state.users) ?? []).some((user) => user.id === userid);
  return isThere || Object.hasOwn(inventory.lab.access.users, userid)
    ? undefined
    : `the declaration would have to declare its user (access.users.${userid})`;
};

const declaredToken = (token: Token, index: number, declaring: Declaring): DeclaredObject => {
  const { id, purpose, expires, privilegeSeparation } = token;
  const incomplete = missing(token, index, declaring);
  const open: Record<string, string> = {};
  if (isUnknown(purpose)) open.comment = purpose.why;
  if (isUnknown(expires)) open.expire = expires.why;
  if (isUnknown(privilegeSeparation)) open.privsep = privilegeSeparation.why;
  const expire = isUnknown(expires) ? "0" : expiryOf(expires);
  return {
    kind: "token",
    id,
    properties: present({
      comment: isUnknown(purpose) ? undefined : unmarked(declaring.mark, purpose),
      expire: expire === "0" ? undefined : expire,
      privsep: privilegeSeparation === false ? "0" : undefined,
    }),
    open,
    ...(incomplete === undefined ? {} : { incomplete }),
    path: ["access", "tokens", index],
    needs: [{ kind: "user", id: ownerOf(id).userid }],
  };
};

/** What is the same for a new and an old one; what is at its default is said all the same, for it is not everywhere the same. */
const parametersOf = (declared: DeclaredObject, properties: readonly string[]): Record<string, string> => ({
  ...ownerOf(declared.id),
  ...Object.fromEntries(
    properties.map((property) => {
      const text = textOf(declared.properties[property]);
      return [property, text !== "" ? text : property === "expire" ? "0" : property === "privsep" ? "1" : ""];
    }),
  ),
});

const path = "/access/users/{userid}/token/{tokenid}";

const create = (declared: DeclaredObject, comment: string): Call => ({
  ...plainCall("POST", path, { ...parametersOf(declared, ["expire", "privsep"]), comment }),
  reveals: { key: "value", as: `token ${declared.id}` },
});

/** An API token. Its secret is told once, when it is made; changed it is in place, for a new one would lock its holder out. */
export const token: Kind = {
  noun: "API token",
  declared: (declaring) => {
    const { tokens } = declaring.inventory.lab.access;
    return isUnknown(tokens) ? [] : tokens.map((one, index) => declaredToken(one, index, declaring));
  },
  observed: ({ users }, mark) => {
    if (users.kind !== "observed") return { objects: [], blind: [{ kind: "token", why: users.why }] };
    const objects = users.value.flatMap((user) =>
      user.tokens.map(
        ({ id, comment, expire, privsep }): ObservedObject => ({
          kind: "token",
          id: `${user.id}!${id}`,
          properties: present({
            comment: unmarked(mark, comment),
            expire: expire === 0 ? undefined : String(expire),
            privsep: privsep ? undefined : "0",
          }),
          hidden: {},
          marked: isMarked(mark, comment),
          builtIn: false,
          at: users.at,
          needs: [{ kind: "user", id: user.id }],
        }),
      ),
    );
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "users" }],
  steps: plainSteps({
    called: (id) => `the API token ${id}`,
    create: (declared, { mark }) => [create(declared, markedComment(mark, textOf(declared.properties.comment)))],
    change: ({ declared, observed, properties }, { mark }) => {
      const parameters = parametersOf(
        declared,
        properties.map(({ property }) => property),
      );
      if (parameters.comment !== undefined && observed.marked)
        parameters.comment = markedComment(mark, parameters.comment);
      return [plainCall("PUT", path, parameters)];
    },
    remove: ({ id }) => [plainCall("DELETE", path, ownerOf(id))],
  }),
};
