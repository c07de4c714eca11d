import type { Config } from "./config.ts";
import { type Dict, dict } from "./dict.ts";
import { emptyFirewall } from "./firewall.ts";
import { addBacking } from "./new-backing.ts";
import type { Disk, Hardware, Node, Package, Service } from "./node.ts";
import { drawHex } from "./random.ts";
import type { Release, World } from "./world.ts";

type NodeVersions = Node["versions"];

/** What the two releases report of themselves. */
const versionsOf: Record<Release, NodeVersions> = {
  "8.4": { pve: "8.4.5", release: "8.4", repoid: "57892e8e686cb35b", kernel: "6.8.12-10-pve", qemu: "9.2.0-5" },
  "9.2": { pve: "9.2.11", release: "9.2", repoid: "14a22df3e6bb3a2b", kernel: "6.14.8-2-pve", qemu: "10.1.2-7" },
};

const serviceRows: [name: string, description: string, unit: Service["unit"], active: boolean][] = [
  ["chrony", "chrony, an NTP client/server", "enabled", true],
  ["corosync", "Corosync Cluster Engine", "enabled", false],
  ["cron", "Regular background program processing daemon", "enabled", true],
  ["ksmtuned", "Kernel Samepage Merging (KSM) Tuning Daemon", "enabled", true],
  ["lxcfs", "FUSE filesystem for LXC", "enabled", true],
  ["postfix", "Postfix Mail Transport Agent", "enabled", true],
  ["proxmox-firewall", "Proxmox nftables firewall", "enabled", true],
  ["pve-cluster", "The Proxmox VE cluster filesystem", "enabled", true],
  ["pve-firewall", "Proxmox VE firewall", "enabled", true],
  ["pve-ha-crm", "PVE Cluster HA Resource Manager Daemon", "enabled", true],
  ["pve-ha-lrm", "PVE Local HA Resource Manager Daemon", "enabled", true],
  ["pve-lxc-syscalld", "Proxmox VE LXC Syscall Daemon", "enabled", true],
  ["pvedaemon", "PVE API Daemon", "enabled", true],
  ["pvefw-logger", "Proxmox VE firewall logger", "static", true],
  ["pveproxy", "PVE API Proxy Server", "enabled", true],
  ["pvescheduler", "Proxmox VE scheduler", "enabled", true],
  ["pvestatd", "PVE Status Daemon", "enabled", true],
  ["qmeventd", "PVE Qemu Event Daemon", "enabled", true],
  ["spiceproxy", "PVE SPICE Proxy Server", "enabled", true],
  ["sshd", "OpenBSD Secure Shell server", "enabled", true],
  ["syslog", "syslog.service", "not-found", false],
  ["systemd-journald", "Journal Service", "static", true],
  ["systemd-timesyncd", "systemd-timesyncd.service", "not-found", false],
];

const packageRows: Record<Release, [name: string, version: string][]> = {
  "8.4": [
    ["proxmox-ve", "8.4.0"],
    ["pve-manager", "8.4.5"],
    ["proxmox-kernel-helper", "8.1.1"],
    ["corosync", "3.1.9-pve1"],
    ["ifupdown2", "3.2.0-1+pmx11"],
    ["libknet1", "1.30-pve2"],
    ["libpve-access-control", "8.2.2"],
    ["libpve-storage-perl", "8.3.6"],
    ["lxcfs", "6.0.0-pve2"],
    ["pve-cluster", "8.1.0"],
    ["pve-container", "5.2.6"],
    ["pve-firewall", "5.1.1"],
    ["pve-ha-manager", "4.0.7"],
    ["pve-qemu-kvm", "9.2.0-5"],
    ["qemu-server", "8.3.13"],
  ],
  "9.2": [
    ["proxmox-ve", "9.2.0"],
    ["pve-manager", "9.2.11"],
    ["proxmox-kernel-helper", "9.0.4"],
    ["corosync", "3.1.9-pve2"],
    ["ifupdown2", "3.3.0-1+pmx12"],
    ["libknet1", "1.30-pve2"],
    ["libpve-access-control", "9.1.1"],
    ["libpve-storage-perl", "9.1.7"],
    ["lxcfs", "6.0.4-pve1"],
    ["pve-cluster", "9.1.6"],
    ["pve-container", "6.1.10"],
    ["pve-firewall", "6.0.4"],
    ["pve-ha-manager", "5.2.0"],
    ["pve-qemu-kvm", "10.1.2-7"],
    ["qemu-server", "9.2.6"],
  ],
};

const aPackage = (name: string, version: string): Package => ({
  name,
  version,
  title: name,
  section: "admin",
  priority: "optional",
  arch: "all",
  origin: "Proxmox",
});

/** The hardware that a node has unless it is told: 2 CPUs and the memory that a machine of 24 GiB leaves. */
const plainHardware = (): Hardware => ({
  cpus: 2,
  cores: 2,
  sockets: 1,
  model: "AMD EPYC",
  mhz: 2596.12,
  flags:
    "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht syscall nx svm lm",
  hvm: true,
  memory: 25_276_502_016,
  swap: 0,
  bootMode: "legacy-bios",
  secureBoot: false,
  pci: [],
  usb: [],
});

const systemDisk = (serial: string): Disk => ({
  devpath: "/dev/sda",
  model: "QEMU_HARDDISK",
  serial,
  vendor: "QEMU",
  wwn: "unknown",
  type: "ssd",
  size: 274_877_906_944,
  rpm: 0,
  used: "mounted",
  gpt: true,
  mounted: true,
  health: "PASSED",
  attributes: [],
  failed: false,
});

export type NewNode = {
  name: string;
  address: string;
  /** Prefix length of the address's subnet. */
  prefix: number;
  gateway: string;
  search: string;
  hardware?: Partial<Hardware>;
  interfaces?: Dict<Config>;
  disks?: Disk[];
};

const plainInterfaces = ({ address, prefix, gateway }: NewNode): Dict<Config> =>
  dict([
    [
      "lo",
      dict<string | number>([
        ["type", "loopback"],
        ["method", "loopback"],
        ["method6", "manual"],
        ["autostart", 1],
      ]),
    ],
    [
      "eth0",
      dict<string | number>([
        ["type", "eth"],
        ["method", "manual"],
        ["method6", "manual"],
      ]),
    ],
    [
      "vmbr0",
      dict<string | number>([
        ["type", "bridge"],
        ["method", "static"],
        ["method6", "manual"],
        ["address", address],
        ["netmask", `${prefix}`],
        ["cidr", `${address}/${prefix}`],
        ["gateway", gateway],
        ["bridge_ports", "eth0"],
        ["bridge_stp", "off"],
        ["bridge_fd", "0"],
        ["autostart", 1],
      ]),
    ],
  ]);

/** Puts an online node into the world, up for an hour, with a backing `NAME/root` of 8 GiB for its root file system. */
export const addNode = (world: World, asked: NewNode): Node => {
  const { name, address, search } = asked;
  const versions = versionsOf[world.release];
  const root = `${name}/root`;
  const started = world.now - 3_600_000;
  addBacking(world, {
    id: root,
    place: { kind: "node", node: name },
    total: 8_589_934_592,
    base: 3_030_502_912,
    disks: ["/dev/sda"],
  });
  const node: Node = {
    name,
    address,
    hardware: { ...plainHardware(), ...asked.hardware },
    state: { kind: "online", since: started },
    lastPid: 1000,
    versions: { ...versions },
    nextKernel: versions.kernel,
    services: dict(
      serviceRows.map(([service, description, unit, active]) => [service, { description, unit, active }] as const),
    ),
    interfaces: asked.interfaces ?? plainInterfaces(asked),
    dns: dict<string | number>([
      ["dns1", asked.gateway],
      ["search", search],
    ]),
    timezone: "UTC",
    hosts: `127.0.0.1 localhost.localdomain localhost\n${address} ${name}.${search} ${name}\n`,
    config: dict(),
    certificates: [
      {
        filename: "pve-ssl.pem",
        subject: `/OU=PVE Cluster Node/O=Proxmox Virtual Environment/CN=${name}.${search}`,
        issuer: "/CN=Proxmox Virtual Environment/O=PVE Cluster Manager CA",
        san: ["127.0.0.1", "0000:0000:0000:0000:0000:0000:0000:0001", "localhost", address, name, `${name}.${search}`],
        notBefore: started - 86_400_000,
        notAfter: started + 2 * 365 * 86_400_000,
        fingerprint: drawHex(world.random, 64)
          .toUpperCase()
          .replace(/(..)(?=.)/g, "$1:"),
        keyType: "rsaEncryption",
        keyBits: 2048,
        pem: "",
      },
    ],
    subscription: dict<string | number>([
      ["status", "notfound"],
      ["message", "There is no subscription key"],
      ["serverid", drawHex(world.random, 32).toUpperCase()],
    ]),
    disks: asked.disks ?? [systemDisk(drawHex(world.random, 12).toUpperCase())],
    packages: dict(packageRows[world.release].map(([pack, version]) => [pack, aPackage(pack, version)] as const)),
    updates: dict(),
    firewall: emptyFirewall(),
    root,
    clockError: 0,
    bootSeconds: 90,
    shutdownSeconds: 15,
    tasks: [],
    silent: [],
  };
  world.nodes[name] = node;
  return node;
};
