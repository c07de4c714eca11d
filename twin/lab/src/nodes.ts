import {
  type Disk as DeclaredDisk,
  type Node as DeclaredNode,
  isUnknown,
  known,
  type NodeName,
  type Unknown,
} from "@orrery/model";
import { addNode, type Config, type Disk, dict, drawHex, type Node, type PciDevice } from "@orrery/twin-world";
import { nextAddress, surroundings } from "./addresses.ts";
import type { Building } from "./building.ts";
import { assumed, defaults, diskSpeeds } from "./defaults.ts";
import { interfacesOf } from "./interfaces.ts";

const models: Readonly<Record<DeclaredDisk["kind"], string>> = {
  nvme: "NVMe_SSD",
  ssd: "SATA_SSD",
  hdd: "SATA_HDD",
};

const uses: Readonly<Record<Exclude<DeclaredDisk["use"], Unknown>, string>> = {
  boot: "mounted",
  guests: "LVM",
  pool: "ZFS",
  cache: "ZFS",
  log: "ZFS",
};

const disksOf = (building: Building, name: NodeName, node: DeclaredNode): Disk[] => {
  let letters = 0;
  let nvmes = 0;
  return Object.entries(node.disks).flatMap(([id, declared]) =>
    Array.from({ length: declared.count }, (): Disk => {
      const isNvme = declared.kind === "nvme";
      const devpath = isNvme ? `/dev/nvme${nvmes++}n1` : `/dev/sd${String.fromCharCode(97 + letters++)}`;
      building.devices.set(`${name}/${id}`, [...(building.devices.get(`${name}/${id}`) ?? []), devpath]);
      return {
        devpath,
        model: declared.model ?? models[declared.kind],
        serial: drawHex(building.world.random, 12).toUpperCase(),
        vendor: isNvme ? "unknown" : "ATA",
        wwn: "unknown",
        type: declared.kind,
        size: declared.size,
        rpm: declared.kind === "hdd" ? 7200 : 0,
        used: isUnknown(declared.use) ? "unused" : uses[declared.use],
        gpt: declared.use === "boot",
        mounted: declared.use === "boot",
        health: "PASSED",
        ...(declared.kind === "hdd" ? {} : { wearout: 97 }),
        attributes: [],
        failed: false,
      };
    }),
  );
};

const pciOf = (building: Building, name: NodeName, node: DeclaredNode): PciDevice[] =>
  Object.entries(node.devices)
    .filter(([, { kind }]) => kind !== "usb")
    .map(([id, { kind, model }], index) => {
      const address = `0000:${(index + 1).toString(16).padStart(2, "0")}:00.0`;
      building.pci.set(`${name}/${id}`, address);
      return {
        id: address,
        class: kind === "gpu" ? "0x030000" : kind === "nic" ? "0x020000" : "0x088000",
        vendor: "0x0000",
        device: "0x0000",
        iommugroup: 20 + index,
        names: dict<string | number>([["device_name", model]]),
      };
    });

const usbOf = (node: DeclaredNode): Config[] =>
  Object.values(node.devices)
    .filter(({ kind }) => kind === "usb")
    .map(({ model }, index) =>
      dict<string | number>([
        ["product", model],
        ["busnum", 1],
        ["devnum", index + 2],
      ]),
    );

/** The disk that `/` is on: the boot disk, or else the first. */
const giveRoot = (building: Building, name: NodeName, declared: DeclaredNode): void => {
  const { world, ledger } = building;
  const root = world.backings[`${name}/root`];
  const boot =
    Object.entries(declared.disks).find(([, { use }]) => use === "boot") ?? Object.entries(declared.disks)[0];
  if (root === undefined || boot === undefined) return;
  const [id, disk] = boot;
  if (disk.use !== "boot") ledger.assume("disk that the system is on", id, "no boot disk is declared", name);
  const most = assumed(ledger, "size of the root file system", defaults.rootBytes, name);
  root.total = Math.min(most, Math.floor(disk.size / 4));
  root.base = Math.min(assumed(ledger, "fill of the root file system", defaults.rootUsed, name), root.total / 2);
  root.used = root.base;
  root.disks = building.devices.get(`${name}/${id}`) ?? [];
  root.spare = disk.count > 1 && disk.use === "boot" ? 1 : 0;
  root.readBytesPerSecond = diskSpeeds[disk.kind].value.read;
  root.writeBytesPerSecond = diskSpeeds[disk.kind].value.write;
  root.history = [[root.history[0]?.[0] ?? world.now, root.used]];
};

/** What is set up on a node once it is there: where it looks names up, its time zone, its hosts file. */
const setUp = (node: Node, { dns, timezone, hosts }: DeclaredNode): void => {
  if (dns !== undefined)
    node.dns = dict<string | number>([
      ["search", dns.search],
      ...dns.servers.map((server, index) => [`dns${index + 1}`, server] as const),
    ]);
  if (timezone !== undefined) node.timezone = timezone;
  for (const [address, names] of Object.entries(hosts ?? {}))
    if (!names.includes(node.name)) node.hosts += `${address} ${names.join(" ")}\n`;
};

/** The nodes with what they are made of; each is up since a few days. */
export const buildNodes = (building: Building, interfaces: typeof interfacesOf): void => {
  const { world, inventory, ledger } = building;
  const { lab } = inventory;
  for (const [index, [name, declared]] of [...inventory.nodes].entries()) {
    const stated = known(declared.address);
    const address = stated ?? nextAddress(building);
    if (stated === undefined) {
      ledger.assume("address of a node", "from .201 on in the first subnet", "it is stated nowhere", name);
    }
    const { prefix, gateway } = surroundings(lab, address);
    const node = addNode(world, {
      name,
      address,
      prefix,
      gateway,
      search: `${lab.cluster.name}.test`,
      hardware: {
        cpus: declared.cpu.threads,
        cores: declared.cpu.cores,
        sockets: 1,
        model: declared.cpu.model,
        memory: declared.memory,
        bootMode: "efi",
        pci: pciOf(building, name, declared),
        usb: usbOf(declared),
      },
      interfaces: interfaces(declared, address, prefix, gateway),
      disks: disksOf(building, name, declared),
    });
    node.bootSeconds =
      known(declared.bootTime) ?? assumed(ledger, "time that a node takes to boot", defaults.nodeBootSeconds, name);
    node.state = { kind: "online", since: world.now - (9 + index) * 86_400_000 };
    giveRoot(building, name, declared);
    if (interfaces === interfacesOf) setUp(node, declared);
  }
};
