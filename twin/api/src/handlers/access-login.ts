import { createHmac } from "node:crypto";
import { drawHex, sectionDigest, type TfaEntry } from "@orrery/twin-world";
import { normalizeAclPath, privilegesOn } from "../access/acl.ts";
import { userIsLive } from "../access/login.ts";
import { hashPassword, passwordHolds } from "../access/password.ts";
import { newCsrfToken, newTicket, readChallenge, readTicket } from "../access/ticket.ts";
import type { Call, Handlers } from "../call.ts";
import { logMessage } from "../cluster-log.ts";
import { fail, forbid, Problem, refuseParameters } from "../problem.ts";
import { hasQuorum, needLock } from "../quorum.ts";
import { within } from "../within.ts";

const refuseLogin = (): never => {
  throw new Problem(401, "authentication failure\n");
};

const capabilities: Readonly<Record<string, RegExp>> = {
  vms: /^(?:VM\.|Permissions\.Modify)/,
  access: /^(?:(?:User|Group)\.|Permissions\.Modify)/,
  storage: /^(?:Datastore\.|Permissions\.Modify)/,
  nodes: /^(?:Sys\.|Permissions\.Modify)/,
  sdn: /^(?:SDN\.|Permissions\.Modify)/,
  dc: /^(?:Sys\.Audit|Sys\.Modify|SDN\.)/,
  mapping: /^(?:Mapping\.|Permissions.Modify)/,
};

/** What a user may do by kind of thing, for a console that greys out buttons. Mirrors compute_api_permission. */
const capabilitiesOf = (call: Call, userid: string): Record<string, Record<string, number>> => {
  const result: Record<string, Record<string, number>> = {};
  for (const kind of Object.keys(capabilities)) result[kind] = {};
  const give = (kind: string, privilege: string): void => {
    const entry = result[kind];
    if (entry !== undefined) entry[privilege] = 1;
  };
  const paths = new Set(["/", "/nodes", "/access/groups", "/vms", "/storage", "/sdn", "/mapping"]);
  for (const row of call.world.access.acls) paths.add(row.path);
  for (const path of paths) {
    const top = /^\/(\w+)/.exec(path)?.[1] ?? "dc";
    for (const privilege of privilegesOn(call.world, { userid }, path).keys()) {
      if (top === "pool") {
        if (/^VM\.|^Permissions\.Modify$/.test(privilege)) give("vms", privilege);
        if (/^Datastore\.|^Permissions\.Modify$/.test(privilege)) give("storage", privilege);
      } else if (capabilities[top]?.test(privilege)) {
        give(top, privilege);
      }
    }
  }
  return result;
};

const base32 = (text: string): Buffer => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of text.toUpperCase().replace(/[^A-Z2-7]/g, ""))
    bits += alphabet.indexOf(letter).toString(2).padStart(5, "0");
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
};

/** The six digits of a TOTP secret (base32) for one 30-second step. Mirrors RFC 6238. */
const totp = (secret: string, step: number): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", base32(secret)).update(counter).digest();
  const offset = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
};

const factorHolds = (call: Call, entries: readonly TfaEntry[], answer: string): boolean => {
  const code = answer.replace(/^[a-z]+:/, "");
  const now = Math.floor(call.seconds / 30);
  return entries.some((entry) => {
    if (!entry.enable) return false;
    if (entry.type === "totp") return [now - 1, now, now + 1].some((step) => totp(secretOf(entry), step) === code);
    return entry.type === "recovery" && entry.secret.split(" ").includes(code);
  });
};

const secretOf = (entry: TfaEntry): string => /[?&]secret=([A-Z2-7]+)/i.exec(entry.secret)?.[1] ?? entry.secret;

const finish = (call: Call, userid: string): Record<string, unknown> => {
  const cluster = call.world.cluster.corosync?.name;
  const shown = cluster !== undefined && privilegesOn(call.world, { userid }, "/").has("Sys.Audit");
  logMessage(call, 6, "root@pam", `successful auth for user '${userid}'`);
  return {
    username: userid,
    ticket: newTicket(call.twin, userid),
    CSRFPreventionToken: newCsrfToken(call.twin, userid),
    cap: capabilitiesOf(call, userid),
    ...(shown ? { clustername: cluster } : {}),
  };
};

const login = (call: Call): unknown => {
  const realm = call.text("realm");
  const userid = realm === undefined ? call.need("username") : `${call.need("username")}@${realm}`;
  const password = call.need("password");
  const user = call.world.access.users[userid];
  if (user === undefined || !userIsLive(call.twin, userid)) return refuseLogin();
  const challenge = call.text("tfa-challenge");
  if (challenge !== undefined) {
    if (readChallenge(call.twin, challenge) !== userid || !factorHolds(call, Object.values(user.tfa), password))
      return refuseLogin();
    return finish(call, userid);
  }
  const renewed = readTicket(call.twin, password) === userid;
  if (!renewed && !passwordHolds(user.password, password)) return refuseLogin();
  const path = call.text("path");
  if (path !== undefined) {
    const granted = privilegesOn(call.world, { userid }, normalizeAclPath(path));
    return call.list("privs").every((privilege) => granted.has(privilege))
      ? { username: userid, cap: capabilitiesOf(call, userid) }
      : refuseLogin();
  }
  const factors = Object.values(user.tfa).filter((entry) => entry.enable);
  if (renewed || factors.length === 0) return finish(call, userid);
  const otp = call.text("otp");
  if (otp !== undefined) return factorHolds(call, factors, otp) ? finish(call, userid) : refuseLogin();
  const kinds = { ...(factors.some((entry) => entry.type === "totp") ? { totp: true } : {}), recovery: "unavailable" };
  return {
    username: userid,
    ticket: newTicket(call.twin, userid, JSON.stringify(kinds)),
    CSRFPreventionToken: newCsrfToken(call.twin, userid),
    NeedTFA: 1,
  };
};

const changePassword = (call: Call): unknown => {
  const userid = call.need("userid");
  const { access } = call.world;
  confirm(call);
  if (!call.rights.isRoot && call.rights.name !== userid && (userid === "root@pam" || userid.endsWith("@pam")))
    forbid();
  const user = access.users[userid] ?? fail(`no such user ('${userid}')`);
  if (!hasQuorum(call.world, call.node)) needLock(call.world, call.node, "authkey");
  user.password = hashPassword(call.world, call.need("password"));
  logMessage(call, 6, "root@pam", `changed password for user '${userid}'`);
  return null;
};

/** A user who changes how somebody logs in says the own password again; root need not. */
const confirm = (call: Call, parameter = "confirmation-password"): void => {
  if (call.rights.isRoot) return;
  const given = call.text(parameter);
  if (given === undefined) refuseParameters({ [parameter]: "password is required to modify user" });
  const own = call.world.access.users[call.rights.caller.userid];
  if (!passwordHolds(own?.password, given ?? "")) refuseLogin();
};

const tfaRow = (id: string, entry: TfaEntry): Record<string, unknown> => ({
  id,
  type: entry.type,
  description: entry.description,
  created: entry.created,
  ...(entry.enable ? {} : { enable: 0 }),
});

const tfaRows = (call: Call, userid: string): Record<string, unknown>[] =>
  Object.entries(call.world.access.users[userid]?.tfa ?? {}).map(([id, entry]) => tfaRow(id, entry));

const tfaEntry = (call: Call): TfaEntry => {
  const entry = call.world.access.users[call.need("userid")]?.tfa[call.need("id")];
  if (entry === undefined) throw new Problem(404, `no such tfa entry '${call.need("id")}'\n`);
  return entry;
};

const addTfa = (call: Call): unknown => {
  confirm(call, "password");
  const userid = call.need("userid");
  const user = call.world.access.users[userid] ?? fail(`no such user ('${userid}')`);
  const type = call.need("type");
  const base = { description: call.text("description") ?? "", enable: true, created: call.seconds };
  if (type === "totp") {
    const secret = call.text("totp") ?? fail("missing 'totp' parameter");
    const entry: TfaEntry = { ...base, type: "totp", secret };
    if (!factorHolds(call, [entry], call.text("value") ?? "")) fail("failed to verify TOTP challenge");
    const id = drawHex(call.world.random, 32);
    user.tfa[id] = entry;
    return { id };
  }
  if (type === "recovery") {
    const codes = Array.from({ length: 10 }, () => drawHex(call.world.random, 16).replaceAll(/(.{4})(?=.)/g, "$1-"));
    user.tfa.recovery = { ...base, type: "recovery", secret: codes.join(" ") };
    return { id: "recovery", recovery: codes };
  }
  return fail(`the twin does not model second factors of type '${type}'`);
};

const updateTfa = (call: Call): unknown => {
  confirm(call, "password");
  const entry = tfaEntry(call);
  entry.description = call.text("description") ?? entry.description;
  entry.enable = call.flag("enable", entry.enable);
  return null;
};

const removeTfa = (call: Call): unknown => {
  confirm(call, "password");
  tfaEntry(call);
  delete call.world.access.users[call.need("userid")]?.tfa[call.need("id")];
  return null;
};

const realmOf = (call: Call) => {
  const realm = call.need("realm");
  return call.world.access.realms[realm] ?? fail(`domain '${realm}' does not exist`);
};

const realmParameters = (call: Call): [string, string | number][] =>
  Object.keys(call.parameters)
    .filter((key) => !["realm", "type", "delete", "digest", "password", "check-connection"].includes(key))
    .map((key) => [key, call.text(key) ?? ""]);

const shownRealm = (options: Readonly<Record<string, string | number>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key,
      /^(?:default|secure|verify|autocreate|case-sensitive)$/.test(key) ? Number(value) : value,
    ]),
  );

/** One realm is the default. Mirrors create and update of pve-access-control's API2/Domains. */
const keepOneDefault = (call: Call, realm: string): void => {
  const { realms } = call.world.access;
  if (Number(realms[realm]?.options.default ?? 0) !== 1) return;
  for (const [id, { options }] of Object.entries(realms)) if (id !== realm) delete options.default;
};

const createRealm = (call: Call): unknown =>
  within("add auth server failed", () => {
    const { realms } = call.world.access;
    const realm = call.need("realm");
    needLock(call.world, call.node, "file-domains_cfg");
    if (realms[realm] !== undefined) fail(`domain '${realm}' already exists`);
    const type = call.need("type");
    if (type === "pam" || type === "pve") fail(`unable to create builtin type '${type}'`);
    realms[realm] = {
      type,
      id: realm,
      options: Object.assign(Object.create(null), Object.fromEntries(realmParameters(call))),
    };
    keepOneDefault(call, realm);
    return null;
  });

const updateRealm = (call: Call): unknown =>
  within("update auth server failed", () => {
    needLock(call.world, call.node, "file-domains_cfg");
    const section = realmOf(call);
    const digest = call.text("digest");
    if (digest !== undefined && digest !== sectionDigest(call.world.access.realms)) {
      fail("detected modified configuration - file changed by other user? Try again.");
    }
    for (const key of call.list("delete")) delete section.options[key];
    for (const [key, value] of realmParameters(call)) section.options[key] = value;
    keepOneDefault(call, section.id);
    return null;
  });

const removeRealm = (call: Call): unknown =>
  within("delete auth server failed", () => {
    needLock(call.world, call.node, "file-domains_cfg");
    realmOf(call);
    delete call.world.access.realms[call.need("realm")];
    return null;
  });

const listRealms = (call: Call): unknown =>
  Object.values(call.world.access.realms).map(({ id, type, options }) => ({
    realm: id,
    type,
    ...(options.comment === undefined ? {} : { comment: options.comment }),
    ...(options.default === undefined ? {} : { default: Number(options.default) }),
    ...(options.tfa === undefined ? {} : { tfa: /type=(\w+)/.exec(String(options.tfa))?.[1] }),
  }));

const listTfa = (call: Call): unknown =>
  Object.keys(call.world.access.users)
    .filter((userid) => userid === call.rights.name || call.rights.hasAny("/access/groups", "User.Modify", "Sys.Audit"))
    .map((userid) => ({ userid, entries: tfaRows(call, userid) }))
    .filter((row) => row.entries.length > 0);

const tfaTypes = (call: Call): unknown => {
  const user = call.world.access.users[call.need("userid")] ?? fail(`no such user ('${call.need("userid")}')`);
  const types = [...new Set(Object.values(user.tfa).map((entry) => entry.type))];
  return call.flag("multiple") ? { types } : types.length > 0 ? { user: types[0] } : {};
};
export const accessLogin: Handlers = {
  "GET /access/ticket": () => null,
  "POST /access/ticket": login,
  "PUT /access/password": changePassword,
  "GET /access/domains": listRealms,
  "POST /access/domains": createRealm,
  "GET /access/domains/{realm}": (call) => {
    const section = realmOf(call);
    return { type: section.type, ...shownRealm(section.options), digest: sectionDigest(call.world.access.realms) };
  },
  "PUT /access/domains/{realm}": updateRealm,
  "DELETE /access/domains/{realm}": removeRealm,
  "GET /access/tfa": listTfa,
  "GET /access/tfa/{userid}": (call) => tfaRows(call, call.need("userid")),
  "POST /access/tfa/{userid}": addTfa,
  "GET /access/tfa/{userid}/{id}": (call) => tfaRow(call.need("id"), tfaEntry(call)),
  "PUT /access/tfa/{userid}/{id}": updateTfa,
  "DELETE /access/tfa/{userid}/{id}": removeTfa,
  "GET /access/users/{userid}/tfa": tfaTypes,
};
