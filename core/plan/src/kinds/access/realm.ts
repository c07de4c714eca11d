import { isUnknown, type Realm } from "@orrery/model";
import { type ClusterState, type Entry, valueIn } from "@orrery/state";
import { isMarked, type Mark, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import type { CallValue } from "../../plan/call.ts";
import type { Declaring, Kind, Planning } from "../kind.ts";
import { readOptions, seenOptions } from "../option.ts";
import { plainCall, plainSteps, stuckAt } from "../plain-steps.ts";
import { sentChanges, sentOptions } from "../sent-option.ts";
import { textOf } from "../text.ts";
import { realmOptions } from "./realm-options.ts";

type Said = {
  readonly given: Record<string, unknown>;
  readonly open: Record<string, string>;
  readonly missing: string[];
};

/** What only one who signs in by OpenID is asked about. */
const sayOpenId = (realm: Realm, path: string, { given, open, missing }: Said): void => {
  const { issuer, clientId, groupsOverwrite } = realm;
  const need = (option: string, value: typeof issuer, field: string): void => {
    if (typeof value === "string") given[option] = value;
    else {
      open[option] = isUnknown(value) ? value.why : "it is stated nowhere";
      missing.push(`${path}.${field}`);
    }
  };
  need("issuer-url", issuer, "issuer");
  need("client-id", clientId, "clientId");
  // Whoever is taken out of a group there is out of it here: that is what a group of the provider's is for.
  if (isUnknown(groupsOverwrite)) open["groups-overwrite"] = groupsOverwrite.why;
  else given["groups-overwrite"] = groupsOverwrite ?? true;
  given["username-claim"] = realm.usernameClaim;
  given.autocreate = realm.autocreate;
  given["groups-claim"] = realm.groupsClaim;
  given["groups-autocreate"] = realm.groupsAutocreate;
  if (realm.scopes !== undefined) given.scopes = [...realm.scopes];
  if (realm.acrValues !== undefined) given["acr-values"] = [...realm.acrValues];
};

/** Stands for a secret that is there. */
const set = "set";

const tfaOf = ({ tfa }: Realm): object | undefined =>
  tfa === undefined ? undefined : { ...tfa, key: tfa.key === undefined ? undefined : set };

/** The second factor with its key, which is a secret, at the end. */
const tfaWithKey = (realm: Realm | undefined, properties: DeclaredObject["properties"]): Record<string, CallValue> => {
  const { tfa } = properties;
  const key = realm?.tfa?.key;
  if (typeof tfa !== "object" || Array.isArray(tfa) || key === undefined) return {};
  const parts = Object.entries(tfa).filter(([name]) => name !== "key");
  return { tfa: { secret: key.from, after: `${parts.map(([name, text]) => `${name}=${text}`).join(",")},key=` } };
};

const isBuiltIn = (kind: string): boolean => kind === "pam" || kind === "pve";

/** What only other kinds of realm have is refused by Proxmox as an option that it does not know. */
const refusal = (id: string, { kind, options = {} }: Realm, problems: readonly { option: string; why: string }[]) => {
  const own = problems[0];
  if (own !== undefined) return `the option ${own.option} ${own.why} (access.realms.${id}.options.${own.option})`;
  const firstClass = ["comment", "default", "tfa", "issuer-url", "client-id", "groups-overwrite"];
  const twice = Object.keys(options).find((option) => firstClass.includes(option));
  if (twice !== undefined)
    return `the option ${twice} has a field of its own in a declaration (access.realms.${id}.options.${twice})`;
  if (isBuiltIn(kind) && id !== kind)
    return `Proxmox has one realm of the kind ${kind}, and calls it ${kind} (access.realms.${id})`;
  return undefined;
};

const declaredRealm = (id: string, realm: Realm, { contract, mark }: Declaring): DeclaredObject => {
  const said: Said = { given: { ...realm.options }, open: {}, missing: [] };
  said.given.comment = unmarked(mark, realm.name);
  said.given.default = realm.default;
  said.given.tfa = tfaOf(realm);
  if (realm.kind === "openid") sayOpenId(realm, `access.realms.${id}`, said);
  const { properties, problems } = readOptions(realmOptions(contract), said.given);
  const refused = refusal(id, realm, problems);
  const { missing } = said;
  return {
    kind: "realm",
    id,
    properties: {
      ...properties,
      type: realm.kind,
      ...(realm.kind === "openid" && realm.clientKey !== undefined ? { "client-key": set } : {}),
    },
    open: said.open,
    ...(isBuiltIn(realm.kind) ? { rest: "it came with Proxmox" } : {}),
    ...(missing.length === 0
      ? {}
      : { incomplete: `the declaration would have to say what the provider knows it by (${missing.join(", ")})` }),
    ...(refused === undefined ? {} : { refused }),
    path: ["access", "realms", id],
    needs: [],
  };
};

const observedRealm = ({ id, type, options }: Entry, state: ClusterState, mark: Mark): ObservedObject => {
  const comment = typeof options.comment === "string" ? options.comment : undefined;
  const tfa = typeof options.tfa === "string" ? options.tfa.replace(/\bkey=[^,]*/, `key=${set}`) : undefined;
  const said = { ...options, tfa, comment: unmarked(mark, comment) };
  const properties = seenOptions(realmOptions(state.contract), said);
  return {
    kind: "realm",
    id,
    properties: { ...properties, type, ...(options["client-key"] === undefined ? {} : { "client-key": set }) },
    hidden: {},
    marked: isMarked(mark, comment),
    builtIn: isBuiltIn(type),
    at: state.realms.kind === "observed" ? state.realms.at : state.at,
    needs: [],
  };
};

/** What the realm is made with and nobody is told again. */
const secretsOf = (id: string, { inventory }: Planning): Record<string, CallValue> => {
  const realm = inventory.lab.access.realms[id];
  const secrets: Record<string, CallValue> = {};
  if (realm?.kind === "openid" && realm.clientKey !== undefined)
    secrets["client-key"] = { secret: realm.clientKey.from };
  if ((realm?.kind === "ldap" || realm?.kind === "ad") && realm.password !== undefined)
    secrets.password = { secret: realm.password.from };
  return secrets;
};

const commented = (declared: DeclaredObject, mark: Mark, isOurs: boolean): string => {
  const comment = textOf(declared.properties.comment);
  return isOurs ? markedComment(mark, comment) : comment;
};

const fixed = ["type", "username-claim"];

/** A way to sign in. Those of the node's own users and of Proxmox's are always there. */
export const realm: Kind = {
  noun: "realm",
  declared: (declaring) =>
    Object.entries(declaring.inventory.lab.access.realms).map(([id, one]) => declaredRealm(id, one, declaring)),
  observed: (state, mark) => {
    if (state.realms.kind !== "observed") return { objects: [], blind: [{ kind: "realm", why: state.realms.why }] };
    return { objects: state.realms.value.map((one) => observedRealm(one, state, mark)), blind: [] };
  },
  sources: () => [{ of: "cluster", part: "realms" }],
  stuck: stuckAt("realm", fixed),
  steps: plainSteps({
    called: (id) => `the realm ${id}`,
    fixed,
    create: (declared, planning) => [
      plainCall("POST", "/access/domains", {
        ...sentOptions(realmOptions(planning.contract), declared.properties),
        ...tfaWithKey(planning.inventory.lab.access.realms[declared.id], declared.properties),
        realm: declared.id,
        type: textOf(declared.properties.type),
        comment: commented(declared, planning.mark, true),
        ...secretsOf(declared.id, planning),
      }),
    ],
    change: ({ declared, observed, properties }, planning) => {
      const { set: changed, gone } = sentChanges(realmOptions(planning.contract), properties);
      const isNamed = properties.some(({ property }) => property === "comment");
      const comment = isNamed ? commented(declared, planning.mark, observed.marked) : "";
      const key = properties.find(({ property }) => property === "client-key");
      const secrets = key?.declared === undefined ? {} : secretsOf(declared.id, planning);
      const taken = [
        ...gone.filter((option) => option !== "comment" || comment === ""),
        ...(key !== undefined && key.declared === undefined ? ["client-key"] : []),
      ];
      return [
        plainCall("PUT", "/access/domains/{realm}", {
          realm: declared.id,
          ...changed,
          ...(changed.tfa === undefined
            ? {}
            : tfaWithKey(planning.inventory.lab.access.realms[declared.id], declared.properties)),
          ...(comment === "" ? {} : { comment }),
          ...secrets,
          ...(taken.length === 0 ? {} : { delete: taken.join(",") }),
        }),
      ];
    },
    // Proxmox takes it from the realm that was the default before, which would not be as its own step expects it.
    madeAfter: (declared, { state }) =>
      textOf(declared.properties.default) !== "1"
        ? []
        : (valueIn(state.realms) ?? [])
            .filter(({ id, options }) => id !== declared.id && Number(options.default ?? 0) === 1)
            .map(({ id }) => ({ kind: "realm", id }) as const),
    remove: ({ id }) => [plainCall("DELETE", "/access/domains/{realm}", { realm: id })],
  }),
};
