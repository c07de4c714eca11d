import type { Section } from "./config.ts";
import type { Dict } from "./dict.ts";

export type Token = { comment?: string; expire: number; privsep: boolean; secret: string };

export type User = {
  userid: string;
  enable: boolean;
  /** Epoch seconds; 0 is never. */
  expire: number;
  firstname?: string;
  lastname?: string;
  email?: string;
  comment?: string;
  keys?: string;
  tokens: Dict<Token>;
  /** The password of a user of the realms `pam` and `pve`, as the API stores it. */
  password?: string;
  tfa: Dict<TfaEntry>;
};

export type TfaEntry = {
  type: "totp" | "recovery" | "u2f" | "webauthn" | "yubico";
  description: string;
  enable: boolean;
  created: number;
  secret: string;
};

export type Group = { comment?: string; members: string[] };

export type Role = { privileges: string[]; special: boolean };

/** A row of the access control list: `ugid` is a user, a group's name or a token's full id. */
export type Acl = { path: string; type: "user" | "group" | "token"; ugid: string; roleid: string; propagate: boolean };

export type Pool = { comment?: string; vmids: number[]; storages: string[] };

export type Access = {
  users: Dict<User>;
  groups: Dict<Group>;
  roles: Dict<Role>;
  acls: Acl[];
  /** domains.cfg. */
  realms: Dict<Section>;
};
