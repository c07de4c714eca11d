import type { PveVersion } from "@orrery/contract";
import { exactSize, type LabInput, unknown } from "@orrery/model";
import { type ClusterState, type GuestKind, valueIn } from "@orrery/state";
import type { LabFragment } from "../../adopt/fragment.ts";
import type { Mark } from "../../compare/mark.ts";
import { listOf, type Properties, valueText } from "../../compare/value.ts";
import { adoptedDisks, adoptedDrives } from "./adopt-disks.ts";
import { adoptedNics } from "./adopt-nics.ts";
import { adoptedOptions, partsOf } from "./adopt-options.ts";
import { keyOf, slotKind, usualBoot } from "./reading.ts";
import { type SeenGuest, seenGuest } from "./seen.ts";

type GuestItem = LabInput["guests"]["items"][number];
type TemplateItem = NonNullable<NonNullable<LabInput["templates"]>["items"]>[number];
type Hardware = Pick<
  TemplateItem,
  | "kind"
  | "drives"
  | "cloudInit"
  | "efi"
  | "tpm"
  | "mapped"
  | "boot"
  | "description"
  | "protection"
  | "options"
  | "nics"
>;

const textIn = (properties: Properties, key: string): string | undefined => {
  const value = properties[key];
  return typeof value === "string" ? value : undefined;
};

const sameList = (one: readonly string[], other: readonly string[]): boolean => one.join("\n") === other.join("\n");

/** `env:GUEST_WEB01_PASSWORD`. */
const passwordOf = (name: string) =>
  ({ kind: "secret", from: `env:GUEST_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_PASSWORD` }) as const;

const typeOf = (word: string | undefined): Pick<NonNullable<Hardware["cloudInit"]>, "type"> =>
  word === "configdrive2" || word === "nocloud" || word === "opennebula" ? { type: word } : {};

/** What cloud-init tells a VM that has its drive; the slot of the drive. */
const cloudInitOf = (
  { properties, config }: SeenGuest,
  name: string,
  first: unknown,
): { readonly slot: string; readonly init: NonNullable<Hardware["cloudInit"]> } | undefined => {
  const slot = Object.keys(properties).find((key) => slotKind(properties, key) === "cloudinit");
  if (slot === undefined) return undefined;
  const storage = valueText(properties[slot]).replace(/:cloudinit$/, "");
  const custom = Object.fromEntries(partsOf(properties, "cicustom").map(([key, value]) => [key, valueText(value)]));
  const lists = {
    keys: listOf(properties.sshkeys),
    nameservers: listOf(properties.nameserver),
    searchDomains: listOf(properties.searchdomain),
  };
  const user = textIn(properties, "ciuser");
  const init = {
    ...(storage === first ? {} : { storage }),
    ...(slot === "ide2" ? {} : { slot }),
    ...(user === undefined ? {} : { user }),
    ...(config.cipassword === undefined ? {} : { password: passwordOf(name) }),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(properties.ciupgrade === "0" ? { upgrade: false } : {}),
    ...typeOf(textIn(properties, "citype")),
    ...(Object.keys(custom).length === 0 ? {} : { custom }),
  };
  return { slot, init };
};

const mappedOf = (version: PveVersion, type: GuestKind, properties: Properties): NonNullable<Hardware["mapped"]> =>
  Object.keys(properties).flatMap((property) => {
    const slot = keyOf(property);
    const isDirectory = /^virtiofs\d+$/.test(property);
    const isDevice = /^(?:hostpci|usb)\d+\.mapping$/.test(property);
    if (!isDirectory && !isDevice) return [];
    const options = adoptedOptions(
      version,
      type,
      slot,
      partsOf(properties, slot).filter(([key]) => key !== "mapping"),
    );
    return [
      { slot, mapping: valueText(properties[property]), ...(Object.keys(options).length === 0 ? {} : { options }) },
    ];
  });

/** Keys of a configuration that the declaration has fields for. */
const fields =
  /^(?:type|node|status|pool|name|hostname|memory|cores|tags|description|onboot|protection|startup|boot|efidisk0|tpmstate0|rootfs|pending)$|^(?:scsi|virtio|sata|ide|mp|net)\d+$/;

const initFields = /^(?:ci(?:user|password|upgrade|type|custom)|sshkeys|nameserver|searchdomain)$/;

/** The address of a card is told with the card; one of no card is left over from a card that is gone. */
const addressKey = (init: unknown, net: string): readonly string[] =>
  init === undefined ? [] : [`ipconfig${net.slice(3)}`];

const optionsOf = (version: PveVersion, seen: SeenGuest, taken: (key: string) => boolean): GuestItem["options"] => {
  const { properties, type } = seen;
  const keys = new Set(Object.keys(properties).map(keyOf));
  const options: Record<string, string | number | boolean | Record<string, string | number | boolean>> = {};
  for (const key of keys) {
    if (fields.test(key) || taken(key)) continue;
    const parts = partsOf(properties, key);
    const main = properties[key];
    const told = adoptedOptions(version, type, key, main === undefined ? parts : [["", main], ...parts]);
    const [only] = Object.values(told);
    if (parts.length === 0 && only !== undefined) options[key] = only;
    else options[key] = told;
  }
  if (type === "lxc" && properties.cores === "all") options.cores = "all";
  return options;
};

/** What a guest and a template have alike. */
const hardwareOf = (version: PveVersion, seen: SeenGuest, name: string): Hardware & { disks: GuestItem["disks"] } => {
  const { type, properties } = seen;
  const isVm = type === "qemu";
  const disks = adoptedDisks(version, type, properties);
  const init = isVm ? cloudInitOf(seen, name, disks[0]?.storage) : undefined;
  const drives = adoptedDrives(version, type, properties, init?.slot);
  const nics = adoptedNics(version, type, properties, init !== undefined);
  const mapped = mappedOf(version, type, properties);
  const efi = textIn(properties, "efidisk0");
  const efiOptions = adoptedOptions(version, type, "efidisk0", partsOf(properties, "efidisk0"));
  const tpm = textIn(properties, "tpmstate0");
  const boot = [...listOf(properties.boot)];
  const notes = textIn(properties, "description");
  const isMapped = new Set(mapped.map(({ slot }) => slot));
  return {
    ...(isVm ? {} : { kind: "ct" }),
    ...(disks.length === 0 ? { disks: [] } : { disks }),
    ...(drives.length === 0 ? {} : { drives }),
    ...(nics.length === 0 ? {} : { nics }),
    ...(init === undefined ? {} : { cloudInit: init.init }),
    ...(efi === undefined
      ? {}
      : { efi: { storage: efi, ...(Object.keys(efiOptions).length === 0 ? {} : { options: efiOptions }) } }),
    ...(tpm === undefined
      ? {}
      : { tpm: { storage: tpm, ...(properties["tpmstate0.version"] === "v2.0" ? {} : { version: "v1.2" }) } }),
    ...(mapped.length === 0 ? {} : { mapped }),
    ...(!isVm || sameList(boot, usualBoot(properties)) ? {} : { boot }),
    ...(notes === undefined ? {} : { description: notes }),
    ...(properties.protection === "1" ? { protection: true } : {}),
    options: optionsOf(
      version,
      seen,
      (key) =>
        isMapped.has(key) ||
        (init !== undefined && initFields.test(key)) ||
        nics.some(({ slot }, at) => [slot ?? `net${at}`, ...addressKey(init, slot ?? `net${at}`)].includes(key)),
    ),
  };
};

const seconds = (text: string | undefined): `${number} s` | undefined =>
  text === undefined ? undefined : `${Number(text)} s`;

const startupOf = (properties: Properties): Pick<GuestItem, "startOrder" | "startup"> => {
  const order = textIn(properties, "startup");
  const [up, down] = [seconds(textIn(properties, "startup.up")), seconds(textIn(properties, "startup.down"))];
  return {
    ...(order === undefined ? {} : { startOrder: Number(order) }),
    ...(up === undefined && down === undefined
      ? {}
      : { startup: { ...(up === undefined ? {} : { up }), ...(down === undefined ? {} : { down }) } }),
  };
};

const systems: Readonly<Record<string, string>> = {
  win10: "Windows",
  win11: "Windows",
  win8: "Windows",
  win7: "Windows",
};

/** The system by what it is tuned for: only a container says which Linux it has. */
const systemOf = ({ type, properties }: SeenGuest): GuestItem["os"] => {
  const word = textIn(properties, "ostype");
  if (type === "lxc" && word !== undefined && word !== "unmanaged") return word;
  return systems[word ?? ""] ?? unknown("the cluster does not know which system it runs");
};

/** A node's CPUs for a container that may use them all. */
const cpusOf = (state: ClusterState, { properties, node, vmid }: SeenGuest): number => {
  if (properties.cores !== "all")
    return Number(textIn(properties, "cores") ?? 1) * Number(textIn(properties, "sockets") ?? 1);
  const told =
    valueIn(valueIn(state.guests)?.[vmid]?.presence)?.cpus ?? valueIn(state.nodes[node]?.status)?.hardware.cpus;
  return Math.max(1, told ?? 1);
};

const memoryOf = (properties: Properties) => exactSize(Number(textIn(properties, "memory") ?? 512) * 2 ** 20);

const guestItem = (state: ClusterState, seen: SeenGuest, name: string): GuestItem => {
  const { properties } = seen;
  const tags = [...listOf(properties.tags)];
  const pool = textIn(properties, "pool");
  const { kind = "vm", ...hardware } = hardwareOf(state.contract, seen, name);
  return {
    name,
    id: seen.vmid,
    kind,
    category: unknown("the cluster does not know what guests belong together"),
    role: unknown("the cluster does not know what a guest is for"),
    os: systemOf(seen),
    node: seen.node,
    ...(properties.status === "stopped" ? { state: "stopped" } : {}),
    vcpus: cpusOf(state, seen),
    memory: memoryOf(properties),
    ...hardware,
    ...(tags.length === 0 ? {} : { tags }),
    ...(pool === undefined ? {} : { pool }),
    ...(properties.onboot === "1" ? { onboot: true } : {}),
    ...startupOf(properties),
    ...(Object.keys(properties).some((key) => key.startsWith("pending.")) ? { onPending: "wait" } : {}),
    bootTime: unknown("nobody has timed this guest's boot"),
    recoveryTier: unknown("nobody has said in which order guests are recovered"),
    onDrain: unknown("nobody has said what guests do when their node drains"),
  };
};

const templateItem = (state: ClusterState, seen: SeenGuest, name: string): TemplateItem => {
  const { properties } = seen;
  const tags = [...listOf(properties.tags)];
  const pool = textIn(properties, "pool");
  const { disks = [], ...hardware } = hardwareOf(state.contract, seen, name);
  const [disk] = disks;
  const { used: _, ...first } = disk ?? {};
  const isPlain = disks.length === 1 && Object.keys(first).length === 2;
  return {
    name,
    id: seen.vmid,
    node: seen.node,
    storage: disk?.storage ?? { kind: "as-written", text: "none" },
    os: systemOf(seen),
    size: disk?.size ?? "0 B",
    vcpus: cpusOf(state, seen),
    memory: memoryOf(properties),
    ...(isPlain ? {} : { disks }),
    ...hardware,
    ...(tags.length === 0 ? {} : { tags }),
    ...(pool === undefined ? {} : { pool }),
  };
};

/** Guests and templates, as if by hand: fields where the declaration has them, options for the rest. */
export const adoptGuests = (state: ClusterState, mark: Mark): LabFragment => {
  const guests: GuestItem[] = [];
  const templates: TemplateItem[] = [];
  const all = Object.values(valueIn(state.guests) ?? {}).toSorted((one, other) => one.vmid - other.vmid);
  for (const guest of all) {
    const seen = seenGuest(state, guest, mark);
    if ("why" in seen) continue;
    const name = textIn(seen.properties, seen.type === "qemu" ? "name" : "hostname");
    if (name === undefined) continue;
    if (seen.isTemplate) templates.push(templateItem(state, seen, name));
    else guests.push(guestItem(state, seen, name));
  }
  return {
    ...(guests.length === 0 ? {} : { guests: { items: guests } }),
    ...(templates.length === 0 ? {} : { templates: { items: templates } }),
  };
};
