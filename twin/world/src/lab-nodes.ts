import type { Lab } from "@orrery/model";
import type { Assume } from "./assumption.ts";
import type { Member } from "./cluster.ts";
import type { Config } from "./config.ts";
import { type Dict, dict } from "./dict.ts";
import { addNode } from "./new-node.ts";
import type { Disk } from "./node.ts";
import { drawHex } from "./random.ts";
import type { World } from "./world.ts";

type LabNode = Lab["cluster"]["nodes"][string];

const config = (entries: [string, string | number][]): Config => dict(entries);

/** /etc/network/interfaces of a declared node: its NICs, bonds and bridges, the address on the first bridge. */
const interfacesOf = (node: LabNode, address: string, gateway: string): Dict<Config> => {
  const found = dict<Config>([
    [
      "lo",
      config([
        ["type", "loopback"],
        ["method", "loopback"],
        ["method6", "manual"],
        ["autostart", 1],
      ]),
    ],
  ]);
  const manual: [string, string | number][] = [
    ["method", "manual"],
    ["method6", "manual"],
  ];
  for (const name of Object.keys(node.nics)) found[name] = config([["type", "eth"], ...manual]);
  for (const [name, bond] of Object.entries(node.bonds)) {
    found[name] = config([
      ["type", "bond"],
      ...manual,
      ["slaves", bond.members.join(" ")],
      ["bond_mode", bond.mode],
      ["autostart", 1],
    ]);
  }
  for (const [index, [name, bridge]] of Object.entries(node.bridges).entries()) {
    const placed: [string, string | number][] =
      index === 0
        ? [
            ["method", "static"],
            ["method6", "manual"],
            ["address", address],
            ["netmask", "24"],
            ["cidr", `${address}/24`],
            ["gateway", gateway],
          ]
        : manual;
    found[name] = config([
      ["type", "bridge"],
      ...placed,
      ["bridge_ports", bridge.on],
      ["bridge_stp", "off"],
      ["bridge_fd", "0"],
      ["bridge_vlan_aware", 1],
      ["autostart", 1],
    ]);
  }
  return found;
};

const prefixOf = { nvme: "nvme", ssd: "sd", hdd: "sd" } as const;

/** The physical disks of a declared node, each of several alike by itself; `names` says which device paths each became. */
const disksOf = (world: World, node: LabNode): { disks: Disk[]; names: Dict<string[]> } => {
  const disks: Disk[] = [];
  const names = dict<string[]>();
  let letters = 0;
  let nvmes = 0;
  for (const [name, declared] of Object.entries(node.disks)) {
    names[name] = [];
    for (let one = 0; one < declared.count; one++) {
      const devpath =
        prefixOf[declared.kind] === "nvme" ? `/dev/nvme${nvmes++}n1` : `/dev/sd${String.fromCharCode(97 + letters++)}`;
      names[name]?.push(devpath);
      disks.push({
        devpath,
        model: declared.model ?? `${declared.kind.toUpperCase()} disk`,
        serial: drawHex(world.random, 12).toUpperCase(),
        vendor: "unknown",
        wwn: "unknown",
        type: declared.kind,
        size: declared.size,
        rpm: declared.kind === "hdd" ? 7200 : 0,
        used: declared.use === "boot" ? "mounted" : declared.use === "guests" ? "LVM" : "ZFS",
        gpt: true,
        mounted: declared.use === "boot",
        health: "PASSED",
        ...(declared.kind === "hdd" ? {} : { wearout: 97 }),
        attributes: [],
        failed: false,
      });
    }
  }
  return { disks, names };
};

/** Puts the declared nodes into the world; answers the device paths of each node's disks by their declared names. */
export const addLabNodes = (world: World, lab: Lab, assume: Assume): Dict<Dict<string[]>> => {
  const paths = dict<Dict<string[]>>();
  const members = dict<Member>();
  const names = Object.keys(lab.cluster.nodes);
  for (const [index, name] of names.entries()) {
    const node = lab.cluster.nodes[name];
    if (!node) continue;
    const address = assume<string>(name, "address", node.address, `10.99.0.${index + 1}`);
    const gateway = address.replace(/\.\d+$/, ".254");
    const { disks, names: found } = disksOf(world, node);
    paths[name] = found;
    const made = addNode(world, {
      name,
      address,
      prefix: 24,
      gateway,
      search: "lab.internal",
      hardware: {
        cpus: node.cpu.threads,
        cores: node.cpu.cores,
        sockets: 1,
        model: node.cpu.model,
        memory: node.memory,
        bootMode: "efi",
        pci: Object.entries(node.devices).map(([device, { model }], slot) => ({
          id: `0000:0${slot + 1}:00.0`,
          class: "0x030000",
          vendor: "0x10de",
          device: "0x0000",
          iommugroup: 20 + slot,
          names: dict<string | number>([
            ["device_name", model],
            ["declared_name", device],
          ]),
        })),
      },
      interfaces: interfacesOf(node, address, gateway),
      disks,
    });
    made.bootSeconds = assume<number>(name, "seconds from power-on to a quorate member", node.bootTime, 120);
    members[name] = { name, nodeid: index + 1, votes: node.votes, links: [address] };
  }
  if (names.length > 1) {
    const { qdevice } = lab.cluster;
    world.cluster.corosync = {
      name: lab.cluster.name,
      version: names.length,
      members,
      ...(qdevice ? { qdevice: { votes: qdevice.votes, alive: true } } : {}),
    };
  }
  world.cluster.partitions = [names.toSorted()];
  return paths;
};
