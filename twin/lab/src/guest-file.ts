import { type Guest, type GuestNic, isAsWritten, known, mountOf, osTypeOf, prefixOf, tagOf } from "@orrery/model";
import { type Config, dict, drawMac, drawUuid, netText, type World } from "@orrery/twin-world";
import type { Building } from "./building.ts";

/** A disk that has been made, with the options that its text gets. */
export type PlacedDisk = { readonly volid: string; readonly size: number; readonly backup: boolean };

const gib = 2 ** 30;
const sizeText = (bytes: number): string => (bytes % gib === 0 ? `${bytes / gib}G` : `${Math.ceil(bytes / 2 ** 20)}M`);

/** The VLAN of a card: its own; none where a document's word for it is no VLAN. */
const vlanOf = (nic: GuestNic): string => (nic.vlan === undefined || isAsWritten(nic.vlan) ? "" : `,tag=${nic.vlan}`);

const putIdentity = (world: World, config: Config, guest: Guest, order: number | undefined): void => {
  const tags = [...new Set(guest.tags.map(tagOf))].filter(Boolean).join(";");
  if (tags !== "") config.tags = tags;
  if (order !== undefined) config.startup = `order=${order}`;
  if (guest.state === "running") config.onboot = 1;
  config.description = `${guest.role}, ${guest.os}`;
  if (guest.kind === "vm") {
    config.meta = `creation-qemu=${world.release === "9.2" ? "10.1.2" : "9.2.0"},ctime=${Math.floor(world.now / 1000) - 200 * 86_400}`;
    config.smbios1 = `uuid=${drawUuid(world.random)}`;
    config.vmgenid = drawUuid(world.random);
  }
};

/** The configuration file of a declared guest, as Proxmox would keep it. */
export const guestFileOf = (
  building: Building,
  guest: Guest,
  {
    memory,
    disks,
    devices,
    order,
  }: { memory: number; disks: readonly PlacedDisk[]; devices: readonly string[]; order: number | undefined },
): Config => {
  const { world } = building;
  const config: Config = dict();
  const isVm = guest.kind === "vm";
  const mib = Math.round(memory / 2 ** 20);
  if (isVm) {
    Object.assign(config, {
      name: guest.name,
      memory: `${mib}`,
      cores: guest.vcpus,
      sockets: 1,
      numa: 0,
      ostype: osTypeOf(guest.os),
    });
    Object.assign(config, { scsihw: "virtio-scsi-single", agent: "1", cpu: "x86-64-v2-AES" });
    if (disks.length > 0) config.boot = "order=scsi0";
    if (devices.length > 0) config.machine = "q35";
  } else {
    const distribution = /debian|ubuntu|alpine|fedora|centos|archlinux|opensuse/i.exec(guest.os)?.[0].toLowerCase();
    Object.assign(config, { hostname: guest.name, memory: mib, swap: 512, cores: guest.vcpus, arch: "amd64" });
    Object.assign(config, { ostype: distribution ?? "unmanaged", unprivileged: 1 });
  }
  putIdentity(world, config, guest, order);
  for (const [index, { volid, size, backup }] of disks.entries()) {
    if (isVm)
      config[`scsi${index}`] = `${volid},${backup ? "" : "backup=0,"}discard=on,iothread=1,size=${sizeText(size)}`;
    else if (index === 0) config.rootfs = `${volid},size=${sizeText(size)}`;
    else
      config[`mp${index - 1}`] =
        `${volid},${backup ? "backup=1," : ""}mp=${mountOf(guest.disks[index] ?? {}, index)},size=${sizeText(size)}`;
  }
  for (const [index, nic] of guest.nics.entries()) {
    const mac = nic.mac ?? drawMac(world.random, "BC:24:11");
    const address = known(nic.address);
    const ip = address === undefined ? "" : `,ip=${address}/${prefixOf(building.inventory.lab, address)}`;
    const asked = isVm
      ? `virtio=${mac},bridge=${nic.bridge}${vlanOf(nic)}`
      : `name=eth${index},bridge=${nic.bridge},hwaddr=${mac}${ip}${vlanOf(nic)}`;
    config[`net${index}`] = netText(isVm ? "qemu" : "lxc", asked, () => mac);
  }
  for (const [index, device] of devices.entries()) config[`hostpci${index}`] = `${device},pcie=1`;
  return config;
};
