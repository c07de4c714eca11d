import type { Acl, Role } from "@orrery/twin-world";
import { normalizeAclPath, parseCaller, privilegesOn } from "../access/acl.ts";
import type { Call, Handlers } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { changeUserConfig } from "./user-config.ts";

const groupOf = (call: Call) => {
  const groupid = call.need("groupid");
  return call.world.access.groups[groupid] ?? fail(`group '${groupid}' does not exist`);
};

const listGroups = (call: Call): unknown =>
  Object.entries(call.world.access.groups)
    .filter(([name]) => call.rights.hasAny(`/access/groups/${name}`, "User.Modify", "Sys.Audit", "Group.Allocate"))
    .map(([groupid, group]) => ({
      groupid,
      users: group.members.join(","),
      ...(group.comment ? { comment: group.comment } : {}),
    }));

const createGroup = (call: Call): unknown =>
  changeUserConfig(call, "create group failed", () => {
    const { groups } = call.world.access;
    const groupid = call.need("groupid");
    if (groups[groupid] !== undefined) fail(`group '${groupid}' already exists`);
    const comment = call.text("comment");
    groups[groupid] = { members: [], ...(comment === undefined ? {} : { comment }) };
    return null;
  });

const readGroup = (call: Call): unknown => {
  const group = groupOf(call);
  return { members: [...group.members], ...(group.comment ? { comment: group.comment } : {}) };
};

const updateGroup = (call: Call): unknown =>
  changeUserConfig(call, "update group failed", () => {
    const group = groupOf(call);
    const comment = call.text("comment");
    if (comment !== undefined) group.comment = comment;
    return null;
  });

const removeGroup = (call: Call): unknown =>
  changeUserConfig(call, "delete group failed", () => {
    groupOf(call);
    const { access } = call.world;
    const groupid = call.need("groupid");
    delete access.groups[groupid];
    access.acls = access.acls.filter((row) => row.type !== "group" || row.ugid !== groupid);
    return null;
  });

const privilegeMap = (role: Role): Record<string, number> =>
  Object.fromEntries(role.privileges.map((name) => [name, 1]));

const roleOf = (call: Call): Role => {
  const roleid = call.need("roleid");
  return call.world.access.roles[roleid] ?? fail(`role '${roleid}' does not exist`);
};

const listRoles = (call: Call): unknown =>
  Object.entries(call.world.access.roles).map(([roleid, role]) => ({
    roleid,
    privs: role.privileges.toSorted().join(","),
    special: role.special ? 1 : 0,
  }));

const createRole = (call: Call): unknown => {
  const roleid = call.need("roleid");
  if (/^pve/i.test(roleid))
    refuseParameters({ roleid: "cannot use role ID starting with the (case-insensitive) 'PVE' namespace" });
  return changeUserConfig(call, "create role failed", () => {
    const { roles } = call.world.access;
    if (roles[roleid] !== undefined) fail(`role '${roleid}' already exists`);
    roles[roleid] = { privileges: [...new Set(call.list("privs"))], special: false };
    return null;
  });
};

const updateRole = (call: Call): unknown => {
  const roleid = call.need("roleid");
  if (call.world.access.roles[roleid]?.special) fail(`auto-generated role '${roleid}' cannot be modified`);
  return changeUserConfig(call, "update role failed", () => {
    const role = roleOf(call);
    const kept = call.flag("append") ? role.privileges : [];
    role.privileges = [...new Set([...kept, ...call.list("privs")])];
    return null;
  });
};

const removeRole = (call: Call): unknown => {
  const roleid = call.need("roleid");
  const { access } = call.world;
  if (access.roles[roleid]?.special) fail(`auto-generated role '${roleid}' cannot be deleted`);
  return changeUserConfig(call, "delete role failed", () => {
    roleOf(call);
    delete access.roles[roleid];
    // The product drops rows whose role is gone when it next reads the file.
    access.acls = access.acls.filter((row) => row.roleid !== roleid);
    return null;
  });
};

const name = "[A-Za-z0-9.\\-_]+";
const aclPath = new RegExp(
  `^(?:/|/access|/access/groups(?:/${name})?|/access/realm(?:/${name})?|/nodes(?:/${name})?|/pool(?:/${name}){0,3}|/sdn|/sdn/controllers(?:/${name})?|/sdn/dns(?:/${name})?|/sdn/ipams(?:/${name})?|/sdn/fabrics(?:/${name})?|/sdn/prefix-lists(?:/${name})?|/sdn/route-maps(?:/${name})?|/sdn/zones(?:/${name}(?:/${name}(?:/[1-9][0-9]{0,3})?)?)?|/storage(?:/${name})?|/vms(?:/[1-9][0-9]{2,})?|/mapping|/mapping/(?:pci|usb|dir|hwrng)(?:/${name})?)$`,
);

const mayModify = (call: Call, path: string): boolean => {
  const privileges = ["Permissions.Modify"];
  if (/^\/storage\/.+$/.test(path)) privileges.push("Datastore.Allocate");
  else if (/^\/vms\/.+$/.test(path)) privileges.push("VM.Allocate");
  else if (/^\/pool\/.+$/.test(path)) privileges.push("Pool.Allocate");
  return call.rights.hasAny(path, ...privileges);
};

const listAcl = (call: Call): unknown => {
  const audit = call.rights.has("/access", "Sys.Audit");
  return call.world.access.acls
    .filter((row) => audit || mayModify(call, row.path))
    .map((row) => ({
      path: row.path,
      type: row.type,
      ugid: row.ugid,
      roleid: row.roleid,
      propagate: row.propagate ? 1 : 0,
    }));
};

const subjectsOf = (call: Call): Pick<Acl, "type" | "ugid">[] => {
  const { access } = call.world;
  const groups = call.list("groups").map((ugid) => {
    if (access.groups[ugid] === undefined) fail(`group '${ugid}' does not exist`);
    return { type: "group" as const, ugid };
  });
  const users = call.list("users").map((ugid) => {
    if (access.users[ugid] === undefined) fail(`user '${ugid}' does not exist`);
    return { type: "user" as const, ugid };
  });
  const tokens = call.list("tokens").map((ugid) => {
    const { userid, tokenid = "" } = parseCaller(ugid);
    const user = access.users[userid] ?? fail(`no such user ('${userid}')`);
    if (user.tokens[tokenid] === undefined) fail(`no such token '${tokenid}' for user '${userid}'`);
    return { type: "token" as const, ugid };
  });
  return [...groups, ...users, ...tokens];
};

const needRole = (call: Call, path: string, roleid: string): void => {
  const { access } = call.world;
  const role = access.roles[roleid] ?? fail(`role '${roleid}' does not exist`);
  const own = privilegesOn(call.world, call.rights.caller, path);
  if (own.has("Permissions.Modify")) return;
  const verb = call.flag("delete") ? "remove" : "add";
  if (role.privileges.some((privilege) => !own.has(privilege))) {
    refuseParameters({
      role: `Cannot ${verb} role '${roleid}' - requires 'Permissions.Modify' or superset of privileges.`,
    });
  }
};

const updateAcl = (call: Call): unknown => {
  if (!call.given("users") && !call.given("groups") && !call.given("tokens")) {
    const wanted = "either 'users', 'groups' or 'tokens' is required.";
    refuseParameters({ users: wanted, groups: wanted, tokens: wanted });
  }
  const path = normalizeAclPath(call.need("path"));
  const remove = call.flag("delete");
  if (!remove && !aclPath.test(path)) refuseParameters({ path: `invalid ACL path '${call.need("path")}'` });
  return changeUserConfig(call, "ACL update failed", () => {
    const { access } = call.world;
    for (const roleid of call.list("roles")) {
      needRole(call, path, roleid);
      for (const subject of subjectsOf(call)) {
        access.acls = access.acls.filter(
          (row) => row.path !== path || row.type !== subject.type || row.ugid !== subject.ugid || row.roleid !== roleid,
        );
        if (!remove) access.acls.push({ path, ...subject, roleid, propagate: call.flag("propagate", true) });
      }
    }
    return null;
  });
};

const topPaths = ["/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms"];

const permissionsOf = (call: Call): unknown => {
  const userid = call.text("userid") ?? call.rights.name;
  const subject = parseCaller(userid);
  const own = userid === call.rights.name || (subject.tokenid !== undefined && subject.userid === call.rights.name);
  if (!own) call.rights.need("/access", "Sys.Audit");
  const show = (path: string): Record<string, number> =>
    Object.fromEntries(
      [...privilegesOn(call.world, subject, path)].map(([privilege, propagate]) => [privilege, propagate ? 1 : 0]),
    );
  const asked = call.text("path");
  if (asked !== undefined) return { [asked]: show(asked) };
  const paths = new Set(topPaths);
  for (const row of call.world.access.acls) paths.add(row.path);
  for (const pool of Object.values(call.world.pools)) {
    for (const vmid of pool.vmids) paths.add(`/vms/${vmid}`);
    for (const storage of pool.storages) paths.add(`/storage/${storage}`);
  }
  const shown: Record<string, Record<string, number>> = {};
  for (const path of paths) {
    const granted = show(path);
    if (Object.keys(granted).length > 0) shown[path] = granted;
  }
  return shown;
};

export const accessRules: Handlers = {
  "GET /access/groups": listGroups,
  "POST /access/groups": createGroup,
  "GET /access/groups/{groupid}": readGroup,
  "PUT /access/groups/{groupid}": updateGroup,
  "DELETE /access/groups/{groupid}": removeGroup,
  "GET /access/roles": listRoles,
  "POST /access/roles": createRole,
  "GET /access/roles/{roleid}": (call) => privilegeMap(roleOf(call)),
  "PUT /access/roles/{roleid}": updateRole,
  "DELETE /access/roles/{roleid}": removeRole,
  "GET /access/acl": listAcl,
  "PUT /access/acl": updateAcl,
  "GET /access/permissions": permissionsOf,
};
