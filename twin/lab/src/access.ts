import { isUnknown, known } from "@orrery/model";
import { dict, drawUuid, type User } from "@orrery/twin-world";
import type { Building } from "./building.ts";

const newUser = (userid: string, comment: string): User => ({
  userid,
  enable: true,
  expire: 0,
  comment,
  tokens: dict(),
  tfa: dict(),
});

/** Realms, groups, users, roles, permissions and tokens of the access chapter. */
export const buildAccess = ({ world, inventory, ledger }: Building): void => {
  const { access: declared } = inventory.lab;
  const { access } = world;
  for (const [id, realm] of Object.entries(declared.realms)) {
    if (!isUnknown(realm.mfa) && realm.mfa.required)
      ledger.leaveOut("second factor", "no user of the twin has one until it is given one", id);
    if (realm.kind === "pam" || realm.kind === "pve") continue;
    const options = dict<string | number>(realm.name === undefined ? [] : [["comment", realm.name]]);
    if (realm.kind === "openid") {
      options["issuer-url"] = known(realm.issuer) ?? `https://${id}.invalid/`;
      options["client-id"] = "proxmox";
      if (known(realm.issuer) === undefined)
        ledger.assume("issuer of a realm", "one that answers nothing", "it is stated nowhere", id);
      if (known(realm.groupsOverwrite) === true) options["groups-overwrite"] = 1;
    }
    access.realms[id] = { type: realm.kind, id, options };
  }
  for (const [id, { purpose }] of Object.entries(declared.groups))
    access.groups[id] = { comment: purpose, members: [] };
  for (const [userid, { purpose, groups }] of Object.entries(declared.users)) {
    const user = access.users[userid];
    if (user === undefined) access.users[userid] = newUser(userid, purpose);
    else user.comment = purpose;
    for (const group of groups) access.groups[group]?.members.push(userid);
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
    access.acls.push({ path, type, ugid, roleid: role, propagate });
  }
  for (const { id, purpose, expires, privilegeSeparation } of known(declared.tokens) ?? []) {
    const [userid = "", name = ""] = id.split("!");
    const user = access.users[userid] ?? newUser(userid, "");
    access.users[userid] = user;
    const until = known(expires);
    user.tokens[name] = {
      comment: known(purpose) ?? "",
      expire: until === undefined || until === "never" ? 0 : Math.floor(Date.parse(until) / 1000),
      privsep: known(privilegeSeparation) ?? true,
      secret: drawUuid(world.random),
    };
  }
};
