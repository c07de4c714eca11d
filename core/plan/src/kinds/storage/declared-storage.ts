import {
  isUnknown,
  type ProxmoxOption,
  type Storage,
  storageContentOf,
  storageNodesOf,
  storageTypeOf,
} from "@orrery/model";
import type { DeclaredObject, ObjectRef } from "../../compare/object.ts";
import type { Value } from "../../compare/value.ts";
import type { Declaring } from "../kind.ts";
import { storageForms, storageSecrets } from "./forms.ts";
import { ownKeys, storageOption, storageOptions } from "./properties.ts";

const isSecret = (option: ProxmoxOption): option is Extract<ProxmoxOption, { kind: "secret" }> =>
  typeof option === "object" && "kind" in option && option.kind === "secret";

/** The secrets that a storage is made with, by the parameters that take them. */
export const secretsOf = ({ options = {} }: Storage): Readonly<Record<string, { readonly secret: string }>> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([key, option]) => (isSecret(option) ? [[key, { secret: option.from }]] : [])),
  );

/** The storages that have to be there first. */
const needsOf = ({ home, options = {} }: Storage): ObjectRef[] => {
  const { base } = options;
  const names = [
    ...(home.on === "storage" && typeof home.storage === "string" ? [home.storage] : []),
    ...(typeof base === "string" ? [base.slice(0, base.indexOf(":"))] : []),
  ];
  return names.map((id) => ({ kind: "storage", id }));
};

type Read = { properties: Record<string, Value>; open: Record<string, string>; wrong: string[] };

const readOption = (read: Read, of: Declaring, type: string, id: string, key: string, option: ProxmoxOption): void => {
  if (ownKeys.includes(key)) {
    read.wrong.push(`options.${key} is said beside the options`);
  } else if (storageSecrets.includes(key)) {
    // Whoever writes it down gives it away, and nobody can say whether it is still the same.
    if (!isSecret(option) && key !== "master-pubkey") read.wrong.push(`options.${key} has to be a secret("env:NAME")`);
  } else if (isSecret(option)) {
    read.wrong.push(`options.${key} is no secret`);
  } else if (isUnknown(option)) {
    read.open[key] = option.why;
  } else {
    const found = storageOption(of.contract, type, id, key, option);
    if (found.value !== undefined) read.properties[key] = found.value;
    if (found.refused !== undefined) read.wrong.push(`options.${key} ${found.refused}`);
  }
};

/** A declared storage as an object; undefined of what is nothing of Proxmox VE's. */
export const declaredStorage = (of: Declaring, id: string, item: Storage): DeclaredObject | undefined => {
  const type = storageTypeOf(item);
  if (type === undefined) return undefined;
  const { contract, inventory } = of;
  const form = storageForms[type];
  const nodes = storageNodesOf(inventory, item);
  const read: Read = { properties: {}, open: {}, wrong: [] };
  for (const [key, option] of Object.entries(item.options ?? {})) readOption(read, of, type, id, key, option);
  const types = storageOptions(contract).type?.schema.enum ?? [];
  if (!types.includes(type)) read.wrong.push(`Proxmox VE ${contract} has no storage of the type ${type}`);
  const place = `storage.items.${id}`;
  const missing = (form?.required ?? []).filter(
    (key) => item.options?.[key] === undefined || isUnknown(item.options[key]),
  );
  // Filled in from the pool itself, when the storage is made.
  if (type === "zfspool" && read.properties.mountpoint === undefined)
    read.open.mountpoint ??= "Proxmox takes it from the pool";
  return {
    kind: "storage",
    id,
    properties: {
      ...read.properties,
      type,
      content: storageContentOf(item),
      nodes: nodes ?? "all",
      ...(form?.maybeShared ? { shared: item.shared ? "1" : "0" } : {}),
    },
    open: read.open,
    ...(item.options === undefined ? { rest: "the declaration gives no options of it" } : {}),
    ...(missing.length === 0
      ? {}
      : { incomplete: `the declaration would have to say ${missing.join(", ")} (${place}.options)` }),
    ...(read.wrong.length === 0 ? {} : { refused: read.wrong.map((why) => `${place}.${why}`).join("; ") }),
    path: ["storage", "items", id],
    needs: needsOf(item),
  };
};
