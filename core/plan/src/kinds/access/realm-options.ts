import type { PropertyFormat } from "@orrery/contract";
import { type OptionHint, optionTables } from "../option.ts";

const flag = { type: "boolean", optional: true } as const;
const text = { type: "string", optional: true } as const;

/** Mirrors the registered format pve-tfa-config of pve-access-control; the key is a secret, and none of our business. */
const tfa: PropertyFormat = {
  type: { ...text, enum: ["yubico", "oath"] },
  digits: { type: "integer", optional: true, minimum: 6, maximum: 8 },
  id: text,
  key: text,
  step: { type: "integer", optional: true, minimum: 10 },
  url: text,
};

/** Mirrors the registered format realm-sync-options of pve-access-control. */
const syncDefaults: PropertyFormat = {
  "enable-new": { ...flag, default: 1 },
  full: flag,
  purge: flag,
  "remove-vanished": { ...text, typetext: "([acl];[properties];[entry])|none", default: "none" },
  scope: { ...text, enum: ["users", "groups", "both"] },
};

const hints: Readonly<Record<string, OptionHint>> = {
  tfa: { format: tfa },
  "sync-defaults-options": { format: syncDefaults },
  scopes: { as: "words", separator: " " },
  "acr-values": { as: "words", separator: " " },
  audiences: { as: "words" },
  user_classes: { as: "words" },
  group_classes: { as: "words" },
  sync_attributes: { as: "words" },
};

/** What belongs to no type: the id, what is asked about, secrets. */
const without = ["realm", "type", "check-connection", "password", "client-key"];

/** The options of a realm. */
export const realmOptions = optionTables(["POST", "/access/domains"], { without, hints });
