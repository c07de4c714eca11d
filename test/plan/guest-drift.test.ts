import type { Method, ParameterValue } from "@orrery/contract";
import type { Plan } from "@orrery/plan";
import { restoreWorld, saveWorld, type World } from "@orrery/twin-world";
import { beforeAll, expect, test } from "vitest";
import { type OverTwin, overTwin } from "../observe/observed-twin.ts";
import { carryOut, planOn, send } from "./carry-out.ts";
import { disk, emptyWorld, labOf, usual } from "./lab-of-guests.ts";

/** Every option declared, so that whatever is set beside is drift. */
const lab = labOf(
  [
    {
      ...usual,
      name: "web",
      id: 101,
      disks: [disk("16 GiB", { options: { discard: "on", ssd: true } }), disk("8 GiB")],
      nics: [{ bridge: "vmbr0", vlan: 20, mac: "BC:24:11:00:00:01", firewall: true }, { bridge: "vmbr0" }],
      pool: "web",
      tags: ["web", "prod"],
      description: "Serves the web.",
      onboot: true,
      startOrder: 3,
      boot: ["scsi0"],
      options: {
        agent: { enabled: true, fstrim_cloned_disks: true },
        scsihw: "virtio-scsi-single",
        cpu: "x86-64-v2-AES",
        affinity: "0-3",
        hotplug: "disk,network,usb,memory",
        numa: true,
      },
    },
    {
      ...usual,
      name: "still",
      id: 102,
      node: "pve2",
      state: "stopped",
      disks: [disk("16 GiB")],
      nics: [{ bridge: "vmbr0" }],
      drives: [{ slot: "ide2", file: "shared:iso/debian-13.iso" }],
      protection: true,
      options: { scsihw: "virtio-scsi-single" },
    },
    {
      ...usual,
      name: "box",
      id: 103,
      kind: "ct",
      image: { volume: "shared:vztmpl/debian-13.tar.zst" },
      disks: [disk("8 GiB"), disk("4 GiB", { mount: "/data" })],
      nics: [{ bridge: "vmbr0", ip: "dhcp" }],
      tags: ["box"],
      options: { unprivileged: true, ostype: "debian", nameserver: "10.0.20.1 10.0.20.2" },
    },
    {
      ...usual,
      name: "init",
      id: 104,
      node: "pve3",
      disks: [disk("16 GiB")],
      nics: [{ bridge: "vmbr0", ip: "10.0.20.9/24", gateway: "10.0.20.1" }],
      cloudInit: { user: "admin", keys: ["ssh-ed25519 AAAA one", "ssh-ed25519 BBBB two"], searchDomains: ["lab.test"] },
      options: { scsihw: "virtio-scsi-single", vga: "serial0", serial0: "socket" },
    },
    {
      ...usual,
      name: "roams",
      id: 105,
      placement: "policy",
      disks: [disk("4 GiB", { storage: "shared" })],
      options: {},
    },
  ],
  [{ name: "base", id: 9000, node: "pve1", storage: "local-zfs", os: "Debian 13", size: "4 GiB", options: {} }],
);

let built: string;
const world = (): World => restoreWorld(built);

beforeAll(async () => {
  const twin = overTwin(emptyWorld(lab));
  await carryOut(twin, await planOn(twin, lab));
  // Somebody has installed a system on the blank disks.
  for (const guest of Object.values(twin.world.guests)) guest.obeysShutdown = true;
  built = saveWorld(twin.world);
}, 60_000);

type Asked = readonly [method: Method, path: string, parameters: Readonly<Record<string, ParameterValue>>];

const on = { 101: "pve1", 102: "pve2", 103: "pve1", 104: "pve3", 105: "pve1", 9000: "pve1" } as const;
type Vmid = keyof typeof on;

const vm = (vmid: Vmid, parameters: Asked[2], below = "/config", method: Method = "PUT"): Asked => [
  method,
  `/nodes/{node}/qemu/{vmid}${below}`,
  { node: on[vmid], vmid, ...parameters },
];
const ct = (parameters: Asked[2], below = "/config", method: Method = "PUT"): Asked => [
  method,
  `/nodes/{node}/lxc/{vmid}${below}`,
  { node: on[103], vmid: 103, ...parameters },
];

const after = async (...asked: readonly Asked[]): Promise<{ twin: OverTwin; plan: Plan }> => {
  const twin = overTwin(world());
  for (const [method, path, parameters] of asked) await send(twin, { method, path, parameters });
  await twin.clock.advance(twin.world.now + 20_000);
  return { twin, plan: await planOn(twin, lab) };
};

const named = (plan: Plan): string[] =>
  plan.drift.flatMap(({ object, kind, properties }) =>
    kind === "changed"
      ? properties.map(({ property }) => `${object.kind} ${object.id} ${property}`)
      : [`${object.kind} ${object.id} ${kind}`],
  );

test("what was built from the declaration is as declared", async () => {
  const { plan } = await after();
  expect(named(plan)).toEqual([]);
  expect(plan.actions).toEqual([]);
});

/** What was done by hand; the properties that differ then; the risks of what repairs it. */
const drifts: readonly [what: string, asked: readonly Asked[], differs: readonly string[], verbs: readonly string[]][] =
  [
    ["less memory, which waits", [vm(101, { memory: "1024" })], ["guest 101 memory"], ["change"]],
    ["other cores", [vm(101, { cores: 4 })], ["guest 101 cores"], ["change"]],
    [
      "a NIC on another VLAN",
      [vm(101, { net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=30,firewall=1" })],
      ["guest 101 net0.tag"],
      ["change"],
    ],
    [
      "a NIC with another address",
      [vm(101, { net0: "virtio=BC:24:11:00:00:99,bridge=vmbr0,tag=20,firewall=1" })],
      ["guest 101 net0.macaddr"],
      ["change"],
    ],
    [
      "a NIC of another model",
      [vm(101, { net0: "e1000=BC:24:11:00:00:01,bridge=vmbr0,tag=20,firewall=1" })],
      ["guest 101 net0"],
      ["change"],
    ],
    [
      "a NIC without its firewall",
      [vm(101, { net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20" })],
      ["guest 101 net0.firewall"],
      ["change"],
    ],
    [
      "a NIC too many",
      [vm(101, { net2: "virtio,bridge=vmbr0" })],
      ["guest 101 net2", "guest 101 net2.bridge", "guest 101 net2.macaddr"],
      ["change"],
    ],
    ["a NIC too few", [vm(101, { delete: "net1" })], ["guest 101 net1", "guest 101 net1.bridge"], ["change"]],
    ["other tags", [vm(101, { tags: "web;orrery;extra" })], ["guest 101 tags"], ["change"]],
    ["other notes", [vm(101, { description: "Mine." })], ["guest 101 description"], ["change"]],
    ["another name", [vm(101, { name: "www" })], ["guest 101 name"], ["change"]],
    [
      "another place in the start order",
      [vm(101, { startup: "order=9,up=30" })],
      ["guest 101 startup", "guest 101 startup.up"],
      ["change"],
    ],
    ["not started with its node", [vm(101, { onboot: 0 })], ["guest 101 onboot"], ["change"]],
    ["an agent that is off", [vm(102, { agent: "1" })], ["guest 102 agent"], ["change"]],
    ["another CPU", [vm(102, { cpu: "host" })], ["guest 102 cpu"], ["change"]],
    [
      "an option of a disk",
      [vm(102, { scsi0: "local-zfs:vm-102-disk-0,cache=writeback" })],
      ["guest 102 scsi0.cache"],
      ["change"],
    ],
    [
      "a disk left out of backups",
      [vm(101, { scsi1: "local-zfs:vm-101-disk-1,backup=0" })],
      ["guest 101 scsi1.backup"],
      ["change"],
    ],
    ["another medium in the drive", [vm(102, { ide2: "none,media=cdrom" })], ["guest 102 ide2"], ["change"]],
    ["another boot order", [vm(101, { boot: "order=net0" })], ["guest 101 boot"], ["change"]],
    ["a protection flag taken away", [vm(102, { protection: 0 })], ["guest 102 protection"], ["change"]],
    [
      "a TPM nobody declared",
      [vm(102, { tpmstate0: "local-zfs:1,version=v2.0", protection: 1 })],
      ["guest 102 tpmstate0", "guest 102 tpmstate0.version"],
      [],
    ],
    ["a guest that was stopped", [vm(101, {}, "/status/stop", "POST")], ["guest 101 status"], ["start"]],
    ["a guest that was started", [vm(102, {}, "/status/start", "POST")], ["guest 102 status"], ["stop"]],
    [
      "a guest that was moved",
      [vm(101, { target: "pve2", online: 1, "with-local-disks": 1 }, "/migrate", "POST")],
      ["guest 101 node"],
      ["migrate"],
    ],
    [
      "a disk on another storage",
      [vm(101, { disk: "scsi1", storage: "shared", delete: 1 }, "/move_disk", "POST")],
      ["guest 101 scsi1"],
      ["move"],
    ],
    ["out of its pool", [["PUT", "/pools", { poolid: "web", vms: "101", delete: 1 }]], ["guest 101 pool"], ["pool"]],
    [
      "in another pool",
      [["PUT", "/pools", { poolid: "data", vms: "101", "allow-move": 1 }]],
      ["guest 101 pool"],
      ["pool"],
    ],
    ["another user for cloud-init", [vm(104, { ciuser: "root" })], ["guest 104 ciuser"], ["change"]],
    [
      "another address for cloud-init",
      [vm(104, { ipconfig0: "ip=dhcp" })],
      ["guest 104 ipconfig0.gw", "guest 104 ipconfig0.ip"],
      ["change"],
    ],
    [
      "a key too few for cloud-init",
      [vm(104, { sshkeys: encodeURIComponent("ssh-ed25519 AAAA one") })],
      ["guest 104 sshkeys"],
      ["change"],
    ],
    [
      "other name servers of a container",
      [ct({ nameserver: "10.0.20.2 10.0.20.1" })],
      ["guest 103 nameserver"],
      ["change"],
    ],
    ["another memory of a container", [ct({ memory: 512 })], ["guest 103 memory"], ["change"]],
    [
      "a container with a static address",
      [ct({ net0: "name=eth0,bridge=vmbr0,ip=10.0.20.3/24" })],
      ["guest 103 net0.ip"],
      ["change"],
    ],
    ["another name of a container", [ct({ hostname: "crate" })], ["guest 103 hostname"], ["change"]],
    [
      "a volume of a container on another storage",
      [
        ct({}, "/status/stop", "POST"),
        ct({ volume: "mp0", storage: "shared", delete: 1 }, "/move_volume", "POST"),
        ct({}, "/status/start", "POST"),
      ],
      ["guest 103 mp0"],
      ["stop", "move", "start"],
    ],
    ["other notes of a template", [vm(9000, { description: "Mine." })], ["template 9000 description"], ["change"]],
    [
      "a guest that is gone",
      [vm(105, {}, "/status/stop", "POST"), vm(105, {}, "", "DELETE")],
      ["guest 105 missing"],
      ["create", "start"],
    ],
  ];

test.each(drifts)("%s is found, told exactly, and repaired", async (_, asked, differs, verbs) => {
  const { twin, plan } = await after(...asked);
  expect(named(plan)).toEqual(differs);
  const waits = plan.actions.filter(({ verb }) => verb === "reboot");
  expect(plan.actions.filter(({ verb }) => verb !== "reboot").map(({ verb }) => verb)).toEqual(verbs);
  expect(waits.every(({ risk }) => risk === "reboot")).toBe(true);
  if (plan.stuck.length > 0) return;
  await carryOut(twin, plan);
  const again = await planOn(twin, lab);
  expect(named(again)).toEqual([]);
});

/** What changes nothing that the declaration means. */
const harmless: readonly [what: string, asked: readonly Asked[]][] = [
  ["tags in another order", [vm(101, { tags: "orrery;web;prod" })]],
  ["tags in capitals", [vm(101, { tags: "PROD;Web;orrery" })]],
  [
    "the parts of a card in another order",
    [vm(101, { net0: "firewall=1,tag=20,bridge=vmbr0,virtio=BC:24:11:00:00:01" })],
  ],
  ["an address in small letters", [vm(101, { net0: "virtio=bc:24:11:00:00:01,bridge=vmbr0,tag=20,firewall=1" })]],
  [
    "a card by model and address apart",
    [vm(101, { net0: "model=virtio,macaddr=BC:24:11:00:00:01,bridge=vmbr0,tag=20,firewall=1" })],
  ],
  ["a new address of a card that declares none", [vm(101, { net1: "virtio=BC:24:11:AA:BB:CC,bridge=vmbr0" })]],
  ["flags written as words", [vm(101, { agent: "enabled=yes,fstrim_cloned_disks=on" })]],
  ["defaults that are spelt out", [vm(102, { bios: "seabios", acpi: 1, kvm: 1, tablet: 1, sockets: 1, numa: 0 })]],
  [
    "a default of a disk that is spelt out",
    [vm(102, { scsi0: "local-zfs:vm-102-disk-0,cache=none,discard=ignore,backup=1" })],
  ],
  ["a balloon of all its memory", [vm(101, { balloon: 2048 })]],
  ["CPUs one by one instead of a range", [vm(101, { affinity: "3,1,0,2" })]],
  ["the features of hotplug in another order", [vm(101, { hotplug: "usb,memory,network,disk" })]],
  ["keys in another order", [vm(104, { sshkeys: encodeURIComponent("ssh-ed25519 BBBB two\nssh-ed25519 AAAA one\n") })]],
  ["name servers with commas", [ct({ nameserver: "10.0.20.1,10.0.20.2" })]],
  ["notes with a new line at their end", [vm(101, { description: "Serves the web.\n" })]],
  ["a new id of the machine", [vm(102, { vmgenid: "1" })]],
  ["another serial id of the firmware", [vm(102, { smbios1: "uuid=11111111-2222-3333-4444-555555555555" })]],
  ["a snapshot", [vm(101, { snapname: "before" }, "/snapshot", "POST")]],
  ["a guest that a policy places, elsewhere", [vm(105, { target: "pve2", online: 1 }, "/migrate", "POST")]],
  ["memory as a property string", [vm(102, { memory: "current=2048" })]],
  ["the CPU by its key", [vm(101, { cpu: "cputype=x86-64-v2-AES" })]],
  ["the start order without its key", [vm(101, { startup: "3" })]],
];

test.each(harmless)("%s: no drift", async (_, asked) => {
  const { plan } = await after(...asked);
  // What was sent for may wait for a start, though it means the same.
  expect(named(plan)).toEqual([]);
  expect(plan.actions).toEqual([]);
});
