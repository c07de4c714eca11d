import { unknown } from "@orrery/model";
import { type ClusterState, type Entry, valueIn } from "@orrery/state";
import type { LabFragment } from "../../adopt/fragment.ts";
import { said, secretOf } from "../../adopt/said.ts";
import { type Mark, unmarked } from "../../compare/mark.ts";
import { isParts, type Properties, type Value } from "../../compare/value.ts";
import { naturalOptions } from "../natural-option.ts";
import { seenOptions } from "../option.ts";
import { expiresAt } from "./expiry.ts";
import { realmOptions } from "./realm-options.ts";

type Access = NonNullable<LabFragment["access"]>;
type RealmFragment = NonNullable<NonNullable<Access["realms"]>[string]>;

const purposeOf = (mark: Mark, comment: string | undefined): { purpose?: string } => {
  const purpose = unmarked(mark, comment);
  return purpose === "" ? {} : { purpose };
};

const isOn = (value: Value | undefined): boolean | undefined => (value === undefined ? undefined : value === "1");

/** What the options of a realm leave once those with a field of their own are taken out. */
const openId = (id: string, properties: Properties, hasKey: boolean) => {
  const {
    "issuer-url": issuer,
    "client-id": clientId,
    "groups-overwrite": overwrite,
    "username-claim": usernameClaim,
    autocreate,
    "groups-claim": groupsClaim,
    "groups-autocreate": groupsAutocreate,
    scopes,
    "acr-values": acrValues,
    ...rest
  } = properties;
  const fields = {
    issuer,
    clientId,
    clientKey: hasKey ? secretOf(id, "client key") : undefined,
    // Where it is left out it is on.
    groupsOverwrite: overwrite === undefined ? false : undefined,
    usernameClaim,
    autocreate: isOn(autocreate),
    groupsClaim,
    groupsAutocreate: isOn(groupsAutocreate),
    scopes,
    acrValues,
  };
  return { fields, rest };
};

const tfaOf = (id: string, tfa: Value | undefined) => {
  if (!isParts(tfa)) return undefined;
  const { key, digits, step, ...rest } = tfa;
  return said({
    ...rest,
    digits: digits === undefined ? undefined : Number(digits),
    step: step === undefined ? undefined : Number(step),
    key: key === undefined ? undefined : secretOf(id, "tfa key"),
  });
};

const mfaOf = (kind: string, tfa: Value | undefined) => {
  if (tfa !== undefined) return { required: true, enforcedBy: "the realm" };
  return unknown(
    kind === "openid"
      ? "the provider decides, and Proxmox is not told"
      : "each user decides, and this realm demands nothing",
  );
};

const isKind = (type: string): type is "pam" | "pve" | "openid" | "ldap" | "ad" =>
  ["pam", "pve", "openid", "ldap", "ad"].includes(type);

const realmOf = ({ id, type, options }: Entry, { contract }: ClusterState, mark: Mark): RealmFragment | undefined => {
  if (!isKind(type)) return undefined;
  const comment = typeof options.comment === "string" ? options.comment : undefined;
  const read = seenOptions(realmOptions(contract), { ...options, comment: unmarked(mark, comment) });
  const { comment: name, default: isDefault, tfa, ...properties } = read;
  const { fields, rest } =
    type === "openid" ? openId(id, properties, options["client-key"] !== undefined) : { fields: {}, rest: properties };
  const isBound = (type === "ldap" || type === "ad") && rest.bind_dn !== undefined;
  const fragment = said({
    kind: type,
    name,
    mfa: mfaOf(type, tfa),
    default: isOn(isDefault),
    tfa: tfaOf(id, tfa),
    ...fields,
    password: isBound ? secretOf(id, "bind password") : undefined,
    options: Object.keys(rest).length === 0 ? undefined : naturalOptions(realmOptions(contract), rest),
  });
  // Each field was read by the contract, and is what the model has under its name.
  return said(fragment) as RealmFragment;
};

/** Who gets in, how, and to what, as it was found. */
export const adoptAccess = (state: ClusterState, mark: Mark): LabFragment => {
  const { acl, groups, pools, realms, roles, users } = state;
  const realmIds = new Set((valueIn(realms) ?? []).map(({ id }) => id));
  // A user whose realm is gone cannot sign in, and cannot be declared.
  const members = (valueIn(users) ?? []).filter(({ id }) => realmIds.has(id.slice(id.lastIndexOf("@") + 1)));
  const userIds = new Set(members.map(({ id }) => id));
  const groupsOf = (id: string): string[] =>
    (valueIn(groups) ?? []).filter((group) => group.members.includes(id)).map((group) => group.id);
  const tokens = members.flatMap((user) =>
    user.tokens.map(({ id, comment, expire, privsep }) => ({
      id: `${user.id}!${id}`,
      ...purposeOf(mark, comment),
      expires: expiresAt(expire),
      privilegeSeparation: privsep,
    })),
  );
  const grants = (valueIn(acl) ?? []).filter(({ type, to }) => type === "group" || userIds.has(to.replace(/!.*$/, "")));
  const access: Access = {
    realms: Object.fromEntries(
      (valueIn(realms) ?? []).flatMap((entry) => {
        const realm = realmOf(entry, state, mark);
        return realm === undefined ? [] : [[entry.id, realm] as const];
      }),
    ),
    groups: Object.fromEntries((valueIn(groups) ?? []).map(({ id, comment }) => [id, purposeOf(mark, comment)])),
    users: Object.fromEntries(
      members.map(({ id, enabled, expire, firstname, lastname, email, comment }) => {
        const inGroups = groupsOf(id);
        return [
          id,
          said({
            ...purposeOf(mark, comment),
            groups: inGroups.length === 0 ? undefined : inGroups,
            enabled: enabled ? undefined : false,
            expires: expire === 0 ? undefined : expiresAt(expire),
            firstname: firstname || undefined,
            lastname: lastname || undefined,
            email: email || undefined,
          }),
        ];
      }),
    ),
    roles: Object.fromEntries(
      (valueIn(roles) ?? [])
        .filter(({ builtIn, privileges }) => !builtIn && privileges.length > 0)
        .map(({ id, privileges }) => [id, { privileges: [...privileges] }]),
    ),
    acls: grants.map(({ path, type, to, role, propagate }) => ({
      path,
      role,
      to: type === "group" ? { group: to } : type === "user" ? { user: to } : { token: to },
      ...(propagate ? {} : { propagate }),
    })),
    tokens: users.kind === "observed" ? tokens : unknown(users.why),
    breakGlass: unknown("Proxmox does not tell which account is kept for the day that the others fail"),
  };
  const found = (valueIn(pools) ?? []).map(({ id, comment }) => [id, purposeOf(mark, comment)] as const);
  return { access, ...(found.length === 0 ? {} : { pools: { items: Object.fromEntries(found) } }) };
};
