import { contractOf, propertySchema } from "@orrery/contract";
import { type Guest, type GuestNic, isAsWritten, known, mountOf, osTypeOf, prefixOf, tagOf } from "@orrery/model";
import type { GuestLines } from "@orrery/plan/guest-lines";
import { type Config, defaultBoot, dict, drawMac, drawUuid, makeDisk, netText, type World } from "@orrery/twin-world";
import type { Building } from "./building.ts";

/** A disk that has been made, with the options that its text gets. */
export type PlacedDisk = { readonly index: number; readonly volid: string; readonly size: number };

/** What a guest's file is written from beside its declaration. */
export type Making = {
  readonly vmid: number;
  readonly node: string;
  readonly memory: number;
  readonly disks: readonly PlacedDisk[];
  readonly devices: readonly string[];
  readonly order: number | undefined;
  /** What Proxmox would be asked for; undefined of a guest that is declared nowhere. */
  readonly lines: GuestLines | undefined;
};

const gib = 2 ** 30;
const sizeText = (bytes: number): string => {
  if (bytes % gib === 0) return `${bytes / gib}G`;
  return bytes % 1024 === 0 && bytes % 2 ** 20 !== 0 ? `${bytes / 1024}K` : `${Math.ceil(bytes / 2 ** 20)}M`;
};

/** The VLAN of a card: its own; none where a document's word for it is no VLAN. */
const vlanOf = (nic: GuestNic): string => (nic.vlan === undefined || isAsWritten(nic.vlan) ? "" : `,tag=${nic.vlan}`);

const putIdentity = (world: World, config: Config, guest: Guest, order: number | undefined): void => {
  const tags = [...new Set(guest.tags.map(tagOf))].filter(Boolean).join(";");
  if (tags !== "") config.tags = tags;
  if (order !== undefined) config.startup = `order=${order}`;
  if (guest.options === undefined) {
    if (guest.state === "running" && guest.onboot !== false) config.onboot = 1;
    const said = [known(guest.role), known(guest.os)].filter((word) => word !== undefined);
    if (said.length > 0) config.description = said.join(", ");
  }
  if (guest.kind === "vm") {
    config.meta = `creation-qemu=${world.release === "9.2" ? "10.1.2" : "9.2.0"},ctime=${Math.floor(world.now / 1000) - 200 * 86_400}`;
    config.smbios1 = `uuid=${drawUuid(world.random)}`;
    config.vmgenid = drawUuid(world.random);
  }
};

/** What a guest is made with whose options nobody declares. */
const putUsual = (config: Config, guest: Guest, { devices }: Making): void => {
  const os = known(guest.os) ?? "";
  if (guest.kind === "vm") {
    Object.assign(config, { sockets: 1, numa: 0, ostype: osTypeOf(os) });
    Object.assign(config, { scsihw: "virtio-scsi-single", agent: "1", cpu: "x86-64-v2-AES" });
    if (devices.length > 0) config.machine = "q35";
  } else {
    const distribution = /debian|ubuntu|alpine|fedora|centos|archlinux|opensuse/i.exec(os)?.[0].toLowerCase();
    Object.assign(config, { swap: 512, arch: "amd64", ostype: distribution ?? "unmanaged", unprivileged: 1 });
  }
};

const isSlot = (key: string): boolean => /^(?:(?:scsi|virtio|sata|ide|efidisk|tpmstate|mp)\d+|rootfs)$/.test(key);

/** Options that the declaration states, as the file has them; drives and volumes that are no declared disks are made. */
const putStated = ({ world, ledger }: Building, config: Config, guest: Guest, { lines, vmid, node }: Making): void => {
  const kind = guest.kind === "vm" ? "qemu" : "lxc";
  const schema = contractOf(world.release).route("PUT", `/nodes/{node}/${kind}/{vmid}/config`)?.params.properties;
  // What is chosen where nobody says anything is the base already; what is said goes over it.
  for (const [key, text] of Object.entries(lines?.options ?? {})) {
    if (/^net\d+$/.test(key) || lines?.slots.includes(key) === true) continue;
    if (
      guest.options === undefined &&
      ["agent", "cpu", "scsihw", "ostype", "machine", "onboot", "unprivileged"].includes(key)
    )
      continue;
    if (["name", "hostname", "memory", "cores", "tags"].includes(key)) continue;
    if (!isSlot(key)) {
      const type = propertySchema(schema, key)?.type;
      const isNumber = (type === "boolean" || type === "integer") && /^-?\d+$/.test(text);
      config[key] = isNumber ? Number(text) : text;
      continue;
    }
    const made = makeDisk(world, { node, kind, vmid }, key, text);
    if ("fail" in made) ledger.leaveOut("drive of a guest", made.fail, guest.name);
    else config[key] = made.text;
  }
  if (guest.cloudInit?.password !== undefined) config.cipassword = "a password of the twin";
};

/** A disk's text: its volume, its options by name, its size. */
const diskText = ({ volid, size, index }: PlacedDisk, guest: Guest, lines: GuestLines | undefined): string => {
  const stated = lines?.options[lines.slots[index] ?? ""]?.split(",").slice(1);
  const disk = guest.disks[index];
  const usual =
    guest.kind === "vm"
      ? [...(disk?.backup === false ? ["backup=0"] : []), "discard=on", "iothread=1"]
      : index === 0
        ? []
        : [...(disk?.backup === true ? ["backup=1"] : []), `mp=${mountOf(disk ?? {}, index)}`];
  const options = (stated ?? usual).filter((option) => !option.startsWith("import-from="));
  return [volid, ...options.toSorted(), `size=${sizeText(size)}`].join(",");
};

/** The configuration file of a declared guest, as Proxmox would keep it. */
export const guestFileOf = (building: Building, guest: Guest, making: Making): Config => {
  const { world } = building;
  const { memory, disks, devices, order, lines } = making;
  const config: Config = dict();
  const isVm = guest.kind === "vm";
  const mib = Math.round(memory / 2 ** 20);
  if (isVm) Object.assign(config, { name: guest.name, memory: `${mib}` });
  else Object.assign(config, { hostname: guest.name, memory: mib });
  const cores = lines?.options.cores;
  if (lines === undefined) config.cores = guest.vcpus;
  else if (cores !== undefined) config.cores = Number(cores);
  if (guest.options === undefined) putUsual(config, guest, making);
  putIdentity(world, config, guest, order);
  putStated(building, config, guest, making);
  const usualSlot = (index: number): string => {
    if (isVm) return `scsi${index}`;
    return index === 0 ? "rootfs" : `mp${index - 1}`;
  };
  for (const disk of disks) config[lines?.slots[disk.index] ?? usualSlot(disk.index)] = diskText(disk, guest, lines);
  for (const [index, nic] of guest.nics.entries()) {
    const mac = nic.mac ?? drawMac(world.random, "BC:24:11");
    const slot = nic.slot ?? `net${index}`;
    const address = known(nic.address);
    const ip = address === undefined ? "" : `,ip=${address}/${prefixOf(building.inventory.lab, address)}`;
    const usual = isVm
      ? `virtio=${mac},bridge=${nic.bridge}${vlanOf(nic)}`
      : `name=${nic.name ?? `eth${index}`},bridge=${nic.bridge},hwaddr=${mac}${ip}${vlanOf(nic)}`;
    config[slot] = netText(isVm ? "qemu" : "lxc", lines?.options[slot] ?? usual, () => mac);
  }
  if (isVm) config.boot ??= defaultBoot(config);
  for (const [index, device] of devices.entries()) config[`hostpci${index}`] = `${device},pcie=1`;
  return config;
};
