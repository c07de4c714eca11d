import type { World } from "@orrery/twin-world";
import type { MethodInfo, PermissionCheck } from "../contract.ts";
import { forbid } from "../problem.ts";
import { splitList } from "../validation/word-list.ts";
import { type Caller, callerName, normalizeAclPath, privilegesOn } from "./acl.ts";
import { poolsByGuest } from "./pool-members.ts";

/** The parameters of a call, path and body in one, as they came. */
export type Parameters = Readonly<Record<string, unknown>>;

const isRoot = (caller: Caller): boolean => caller.userid === "root@pam" && caller.tokenid === undefined;

/** What one caller may do in one world. Methods that end in a question answer; the others refuse with status 403. */
export class Rights {
  readonly world: World;
  readonly caller: Caller;

  constructor(world: World, caller: Caller) {
    this.world = world;
    this.caller = caller;
  }

  get isRoot(): boolean {
    return isRoot(this.caller);
  }

  /** The caller's name as the product prints it: `alice@pve!ci`. */
  get name(): string {
    return callerName(this.caller);
  }

  has(path: string, ...privileges: string[]): boolean {
    const granted = privilegesOn(this.world, this.caller, path);
    return privileges.every((name) => granted.has(name));
  }

  hasAny(path: string, ...privileges: string[]): boolean {
    const granted = privilegesOn(this.world, this.caller, path);
    return privileges.some((name) => granted.has(name));
  }

  /** Whether a privilege is had on a guest: worked out once for all guests of a pool, or of none, that no rule names. */
  onGuests(privilege: string): (vmid: number) => boolean {
    const named = new Set(this.world.access.acls.map(({ path }) => /^\/vms\/(\d+)$/.exec(path)?.[1]).map(Number));
    const pools = poolsByGuest(this.world);
    const known = new Map<number | string, boolean>();
    return (vmid) => {
      const alike = named.has(vmid) ? vmid : (pools.get(vmid)?.join() ?? "");
      const may = known.get(alike) ?? this.has(`/vms/${vmid}`, privilege);
      known.set(alike, may);
      return may;
    };
  }

  need(path: string, ...privileges: string[]): void {
    const granted = privilegesOn(this.world, this.caller, path);
    const missing = privileges.find((name) => !granted.has(name));
    if (missing !== undefined) forbid(`${path}, ${missing}`);
  }

  needAny(path: string, ...privileges: string[]): void {
    if (!this.hasAny(path, ...privileges)) forbid(`${path}, ${privileges.join("|")}`);
  }

  /** On the pool, where one is given, or else on the guest. */
  needOnGuest(vmid: number, pool: string | undefined, ...privileges: string[]): void {
    if (pool !== undefined && this.has(`/pool/${pool}`, ...privileges)) return;
    this.need(`/vms/${vmid}`, ...privileges);
  }
}

type Options = Readonly<Record<string, unknown>>;

const optionsOf = (rest: readonly unknown[]): Options => {
  const options: Record<string, unknown> = {};
  for (let index = 0; index + 1 < rest.length; index += 2) options[String(rest[index])] = rest[index + 1];
  return options;
};

const words = (raw: unknown): string[] => (Array.isArray(raw) ? raw.map(String) : []);
const text = (raw: unknown): string => (typeof raw === "string" ? raw : typeof raw === "number" ? String(raw) : "");

const fillTemplate = (template: string, parameters: Parameters): string =>
  normalizeAclPath(template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => text(parameters[name])));

const groupsWith = (rights: Rights, privileges: readonly string[]): string[] =>
  Object.keys(rights.world.access.groups).filter((group) => rights.hasAny(`/access/groups/${group}`, ...privileges));

const userExists = (rights: Rights, userid: string, quiet: boolean): boolean => {
  if (rights.world.access.users[userid] !== undefined) return true;
  return quiet ? false : forbidUser(userid);
};

const forbidUser = (userid: string): never => forbid(`user '${userid}' does not exist`);

const groupCheck = (
  rights: Rights,
  parameters: Parameters,
  privileges: readonly string[],
  options: Options,
  quiet: boolean,
): boolean => {
  const userid = text(parameters.userid);
  const existing = options.groups_param !== "create";
  if (existing && !userExists(rights, userid, true)) {
    if (quiet) return false;
    throw userMissing(userid);
  }
  if (rights.hasAny("/access/groups", ...privileges)) return true;
  const allowed = groupsWith(rights, privileges);
  if (options.groups_param !== undefined) {
    const wanted = splitList(text(parameters.groups));
    if (wanted.length === 0) forbid(`/access/groups, ${privileges.join("|")}`);
    for (const group of wanted)
      if (!allowed.includes(group)) forbid(`/access/groups/${group}, ${privileges.join("|")}`);
  }
  if (existing && !allowed.some((group) => rights.world.access.groups[group]?.members.includes(userid))) {
    return quiet ? false : forbid();
  }
  return true;
};

const userMissing = (userid: string): Error => new UserMissing(userid);

/** A user that a check needs and that is not there: the product's own sentence, not a refusal. */
export class UserMissing extends Error {
  constructor(userid: string) {
    super(`no such user ('${userid}')\n`);
  }
}

const mayModifyPermissions = (rights: Rights, path: string, quiet: boolean): boolean => {
  const privileges = ["Permissions.Modify"];
  if (/^\/storage\/.+$/.test(path)) privileges.push("Datastore.Allocate");
  else if (/^\/vms\/.+$/.test(path)) privileges.push("VM.Allocate");
  else if (/^\/pool\/.+$/.test(path)) privileges.push("Pool.Allocate");
  if (rights.hasAny(path, ...privileges)) return true;
  return quiet ? false : forbid(`${path}, ${privileges.join("|")}`);
};

/** Evaluates an expression of the contract; refuses with 403 unless `quiet`. Mirrors exec_api2_perm_check in pve-access-control. */
const evaluate = (rights: Rights, check: PermissionCheck, parameters: Parameters, quiet: boolean): boolean => {
  const [test, first, second, ...rest] = check;
  switch (test) {
    case "and":
      for (const inner of check.slice(1)) if (Array.isArray(inner)) evaluate(rights, inner, parameters, false);
      return true;
    case "or":
      for (const inner of check.slice(1))
        if (Array.isArray(inner) && evaluate(rights, inner, parameters, true)) return true;
      return quiet ? false : forbid();
    case "perm": {
      const options = optionsOf(rest);
      const needed = options.require_param;
      if (needed !== undefined && parameters[text(needed)] === undefined) return quiet ? false : forbid();
      const path = fillTemplate(text(first), parameters);
      const privileges = words(second);
      if (options.any ? rights.hasAny(path, ...privileges) : rights.has(path, ...privileges)) return true;
      if (quiet) return false;
      if (options.any) rights.needAny(path, ...privileges);
      else rights.need(path, ...privileges);
      return false;
    }
    case "userid-group":
      return groupCheck(rights, parameters, words(first), optionsOf([second, ...rest]), quiet);
    case "userid-param": {
      const userid = text(parameters.userid);
      if (first === "self") {
        if (!userExists(rights, userid, quiet)) return false;
        if (rights.name === userid) return true;
        return quiet ? false : forbid();
      }
      const path = `/access/realm/${userid.slice(userid.lastIndexOf("@") + 1)}`;
      if (rights.has(path, "Realm.AllocateUser")) return true;
      return quiet ? false : forbid(`${path}, Realm.AllocateUser`);
    }
    case "perm-modify":
      return mayModifyPermissions(rights, fillTemplate(text(first), parameters), quiet);
    default:
      return forbid();
  }
};

/** Lets a call pass or refuses it with 403, by what the contract says of the method. */
export const authorize = (method: MethodInfo, rights: Rights, parameters: Parameters): void => {
  const { permissions } = method;
  if (rights.isRoot) return;
  if (permissions === null) forbid("user != root@pam");
  if (permissions.user === "all" || permissions.user === "world") return;
  if (permissions.check === undefined) forbid();
  evaluate(rights, permissions.check, parameters, false);
};
