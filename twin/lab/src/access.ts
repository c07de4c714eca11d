import { type User as DeclaredUser, isUnknown, known, type Realm } from "@orrery/model";
import { type Config, dict, drawUuid, type User } from "@orrery/twin-world";
import type { Building } from "./building.ts";
import { writtenOptions } from "./written-options.ts";

const newUser = (userid: string): User => ({ userid, enable: true, expire: 0, tokens: dict(), tfa: dict() });

/** Epoch seconds; 0 is never. */
const expiryOf = (expires: string): number => (expires === "never" ? 0 : Math.floor(Date.parse(expires) / 1000));

const userOf = (userid: string, declared: DeclaredUser, there = newUser(userid)): User => {
  const { purpose, firstname, lastname, email } = declared;
  const said = Object.entries({ comment: purpose, firstname, lastname, email }).filter(
    ([, text]) => text !== undefined,
  );
  return { ...there, enable: declared.enabled, expire: expiryOf(declared.expires), ...Object.fromEntries(said) };
};

/** What a realm of the provider's says beside what all realms say. */
const openIdOptions = (id: string, realm: Realm, ledger: Building["ledger"]) => {
  const { issuer, clientId, groupsOverwrite } = realm;
  if (known(issuer) === undefined)
    ledger.assume("issuer of a realm", "one that answers nothing", "it is stated nowhere", id);
  if (known(clientId) === undefined) ledger.assume("client of a realm", "proxmox", "it is stated nowhere", id);
  return {
    "issuer-url": known(issuer) ?? `https://${id}.invalid/`,
    "client-id": known(clientId) ?? "proxmox",
    "groups-overwrite": isUnknown(groupsOverwrite) ? undefined : (groupsOverwrite ?? true),
    "username-claim": realm.usernameClaim,
    autocreate: realm.autocreate,
    "groups-claim": realm.groupsClaim,
    "groups-autocreate": realm.groupsAutocreate,
    scopes: realm.scopes?.join(" "),
    "acr-values": realm.acrValues?.join(" "),
    // The twin's provider is no more real than its key.
    "client-key": realm.clientKey === undefined ? undefined : "a key of the twin",
  };
};

/** Options of a realm by Proxmox's names, as its file has them. */
const realmOptions = (id: string, realm: Realm, { world, ledger }: Building): Config => {
  const key = realm.tfa?.key === undefined ? undefined : "a-key-of-the-twin";
  const options = {
    ...realm.options,
    ...(realm.kind === "openid" ? openIdOptions(id, realm, ledger) : {}),
    default: realm.default,
    comment: realm.name,
    tfa: realm.tfa === undefined ? undefined : { ...realm.tfa, key },
  };
  return writtenOptions(options, { version: world.release, request: ["POST", "/access/domains"] });
};

/** Realms, groups, users, roles, permissions and tokens of the access chapter. */
export const buildAccess = (building: Building): void => {
  const { world, inventory, ledger } = building;
  const { access: declared } = inventory.lab;
  const { access } = world;
  for (const [id, realm] of Object.entries(declared.realms)) {
    if (!isUnknown(realm.mfa) && realm.mfa.required)
      ledger.leaveOut("second factor", "no user of the twin has one until it is given one", id);
    const there = access.realms[id];
    if (there === undefined) access.realms[id] = { type: realm.kind, id, options: realmOptions(id, realm, building) };
    else Object.assign(there.options, realmOptions(id, realm, building));
  }
  for (const [id, { purpose }] of Object.entries(declared.groups))
    access.groups[id] = { ...(purpose === undefined ? {} : { comment: purpose }), members: [] };
  for (const [userid, declaredUser] of Object.entries(declared.users)) {
    access.users[userid] = userOf(userid, declaredUser, access.users[userid]);
    for (const group of new Set(declaredUser.groups)) access.groups[group]?.members.push(userid);
  }
  for (const [id, { privileges }] of Object.entries(declared.roles))
    access.roles[id] = { privileges: [...privileges], special: false };
  for (const { path, role, to, propagate } of declared.acls) {
    const [type, ugid] =
      "group" in to
        ? (["group", to.group] as const)
        : "user" in to
          ? (["user", to.user] as const)
          : (["token", to.token] as const);
    const clean = `/${path}`.replaceAll(/\/+/g, "/").replace(/(?<=.)\/$/, "");
    access.acls = access.acls.filter(
      (row) => row.path !== clean || row.type !== type || row.ugid !== ugid || row.roleid !== role,
    );
    access.acls.push({ path: clean, type, ugid, roleid: role, propagate });
  }
  for (const { id, purpose, expires, privilegeSeparation } of known(declared.tokens) ?? []) {
    const [userid = "", name = ""] = id.split("!");
    const user = access.users[userid] ?? newUser(userid);
    access.users[userid] = user;
    const until = known(expires) ?? "never";
    user.tokens[name] = {
      comment: known(purpose) ?? "",
      expire: expiryOf(until),
      privsep: known(privilegeSeparation) ?? true,
      secret: drawUuid(world.random),
    };
  }
};
