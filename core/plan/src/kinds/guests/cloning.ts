import type { Properties, Value } from "../../compare/value.ts";
import type { Step } from "../../plan/step.ts";
import type { Planning } from "../kind.ts";
import { isSlot } from "./formats.ts";
import { guestCall, nameOf, nounOf, present, type Standing } from "./planned.ts";
import { readConfig } from "./reading.ts";
import { seenByVmid } from "./seen.ts";
import { specsOf } from "./spec.ts";
import { reachOf } from "./storage-reach.ts";
import { type Wanted, wantedOf } from "./wanted.ts";

/** A clone of a template as it will be, and the template. */
export type Copy = {
  readonly template: { readonly vmid: number; readonly name: string; readonly node: string };
  readonly standing: Standing;
  /** Where its disks are copied to; undefined where they stay on the template's storages. */
  readonly storage: string | undefined;
};

/** Of a clone, these are its own. Mirrors the clone of qemu-server and pve-container. */
const own = new Set(["lock", "template", "parent", "protection", "meta", "vmgenid", "smbios1", "tags", "description"]);

const drawn = /^net\d+\.(?:macaddr|hwaddr)$/;

const withStorage = (properties: Properties, storage: string | undefined): Record<string, Value> => {
  const next: Record<string, Value> = { ...properties };
  if (storage !== undefined)
    for (const [key, value] of Object.entries(properties))
      if (
        /^(?:scsi|virtio|sata|ide|efidisk|tpmstate|mp)\d+$|^rootfs$/.test(key) &&
        typeof value === "string" &&
        properties[`${key}.media`] !== "cdrom"
      )
        next[key] = value.endsWith(":cloudinit")
          ? `${storage}:cloudinit`
          : value.startsWith("/") || value === "none"
            ? value
            : storage;
  return next;
};

/** What a template's clone will be: by what is observed of the template, else by what is declared of it. */
export const predicted = (planning: Planning, wanted: Wanted): Copy | undefined => {
  const { spec, vmid } = wanted;
  if (spec.template === undefined) return undefined;
  const number = planning.vmidOf(spec.template);
  if (number === undefined) return undefined;
  const seen = seenByVmid(planning.state, number, planning.mark);
  const templateSpec = specsOf(planning.inventory.lab).template.find(({ key }) => key === spec.template);
  const declared = templateSpec === undefined ? undefined : wantedOf(planning, templateSpec);
  const source =
    seen?.isTemplate === true
      ? { node: seen.node, config: seen.config, properties: seen.properties }
      : declared === undefined || "why" in declared || declared.node === undefined
        ? undefined
        : { node: declared.node, config: {}, properties: declared.properties };
  if (source === undefined) return undefined;
  const first = wanted.disks[0]?.storage;
  const isFull = spec.clone === "full";
  const storages = new Set(wanted.disks.map(({ storage }) => storage));
  // A copy is made where its template is: on a storage that the node has, and moved from there.
  const isThere = first !== undefined && reachOf(planning).isOn(first, source.node);
  const storage = isFull && storages.size === 1 && isThere ? first : undefined;
  const config = Object.fromEntries(Object.entries(source.config).filter(([key]) => !own.has(key)));
  const read =
    seen?.isTemplate === true
      ? readConfig(planning.contract, spec.type, config, planning.mark).properties
      : source.properties;
  const properties = withStorage(read, storage);
  for (const key of Object.keys(properties))
    if (drawn.test(key) || key === "tags" || key === "description") delete properties[key];
  properties.type = spec.type;
  properties.node = source.node;
  properties.status = "stopped";
  properties[spec.type === "qemu" ? "name" : "hostname"] = spec.name;
  delete properties.pool;
  if (spec.pool !== undefined) properties.pool = spec.pool;
  return {
    template: { vmid: number, name: spec.template, node: source.node },
    standing: {
      vmid,
      type: spec.type,
      node: source.node,
      isRunning: false,
      isKeptByHa: false,
      isProtected: false,
      marked: true,
      properties,
      config: undrawn(config),
      running: undrawn(config),
      isTemplate: false,
    },
    storage,
  };
};

/** Without what a copy has of its own: the addresses of its cards are drawn anew, and its volumes get names of their own. */
const undrawn = (config: Standing["config"]): Standing["config"] =>
  Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => {
      if (isSlot(key)) return [];
      return [
        /^net\d+$/.test(key) ? [key, String(value).replace(/=(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/i, "")] : [key, value],
      ];
    }),
  );

export const cloneStep = (wanted: Wanted, { template, standing, storage }: Copy): Step => {
  const { spec, vmid } = wanted;
  const isFull = spec.clone === "full";
  return {
    verb: "clone",
    title: `Make the ${nounOf(spec.type)} ${nameOf(spec.name, vmid)} a ${isFull ? "full" : "linked"} clone of ${nameOf(template.name, template.vmid)}`,
    because: "it is declared and not there",
    calls: [
      guestCall("POST", { type: spec.type, vmid: template.vmid, node: template.node }, "/clone", {
        newid: vmid,
        [spec.type === "qemu" ? "name" : "hostname"]: spec.name,
        full: isFull ? 1 : 0,
        ...(storage === undefined ? {} : { storage }),
        ...(spec.pool === undefined ? {} : { pool: spec.pool }),
        answers: "task",
      }),
    ],
    from: { kind: "absent" },
    expects: present({ type: spec.type, [spec.type === "qemu" ? "name" : "hostname"]: spec.name }),
    risk: "none",
    principal: "token",
    node: standing.node,
  };
};
