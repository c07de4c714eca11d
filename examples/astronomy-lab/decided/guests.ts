import { defineGuests, unknown } from "@orrery/model";
import { guests as written } from "../guests.ts";
import { cluster } from "./cluster.ts";
import { diskOptions, unixLike, windows } from "./hardware.ts";
import { network } from "./network.ts";
import { storage } from "./storage.ts";

type Node = keyof (typeof cluster)["nodes"];
type Storage = keyof (typeof storage)["items"];

/** What is decided of one guest of the inventory. */
type Decision = {
  /** 1000 or 2000 by its VLAN, and the last number of its address. */
  readonly id: number;
  readonly tier: 1 | 2 | 3;
  readonly template: string;
  /** Where the inventory's node is none, or has no room. */
  readonly node?: Node;
  /** Where the inventory's is wrong or taken. */
  readonly address?: `10.25.20.${number}`;
  readonly vlan?: 10 | 20;
  readonly startOrder?: number;
  /** Where its second disk is, if not where the first is. */
  readonly data?: "nfs";
  /** A card of its node, by its mapping. */
  readonly card?: "gpu";
  /** On the replicated storage, and restarted elsewhere. */
  readonly replicatedTo?: Node;
};

const linux = { tier: 3, template: "ubuntu-2404" } as const;
const docker = { tier: 3, template: "ubuntu-2404-docker" } as const;
const rke2 = { tier: 2, template: "ubuntu-2404-rke2" } as const;
const postgres = { tier: 2, template: "ubuntu-2404-postgres" } as const;
/** What a file server serves is not on the node's own disk, which has no room for it. */
const data = "nfs" as const;
const server2025 = { tier: 3, template: "server-2025" } as const;

const decisions: Readonly<Record<string, Decision>> = {
  "proj-k8sm01": { ...rke2, id: 2004 },
  "proj-k8sm02": { ...rke2, id: 2005 },
  "proj-k8sm03": { ...rke2, id: 2006 },
  "proj-k8sw01": { ...rke2, id: 2007 },
  "proj-k8sw02": { ...rke2, id: 2008 },
  "proj-k8sw03": { ...rke2, id: 2009 },
  // The lab's GPU work runs in Kubernetes.
  "proj-k8sw04": { ...rke2, id: 2010, card: "gpu" },
  // nas01 is what the hardware page calls node05.
  "proj-k8sw05": { ...rke2, id: 2011, node: "node05" },
  "proj-kasm01": { ...docker, id: 2012, node: "node05" },
  // Its address lies in VLAN 20.
  dc01: { ...server2025, tier: 1, id: 2002, vlan: 20, startOrder: 2 },
  dc02: { ...server2025, tier: 1, id: 2016, address: "10.25.20.16", startOrder: 2 },
  "lab-dns01": { ...linux, tier: 1, id: 1003, startOrder: 1, replicatedTo: "node01" },
  "lab-dns02": { ...linux, tier: 1, id: 2003, startOrder: 1, replicatedTo: "node01" },
  "lab-mon01": { ...docker, tier: 2, id: 1013, node: "node03" },
  "lab-soc1": { ...linux, tier: 2, id: 1014 },
  // node01 and node02 are short of 8 GiB in all.
  "lab-ansible01": { ...linux, id: 1015, node: "node03" },
  "lab-port01": { ...docker, id: 1016, node: "node04" },
  "proj-fs01": { ...server2025, id: 2019, data },
  "proj-fs02": { ...server2025, id: 2022, data },
  // node04 has 128 GiB and the inventory puts 160 GiB there: these four run on node05.
  "proj-fs03": { ...linux, id: 2024, node: "node05", data },
  "proj-pgts01": { ...postgres, id: 2013, node: "node05" },
  "proj-pg01": { ...postgres, id: 2014, node: "node05" },
  "proj-lvdi01": { ...linux, id: 2025, node: "node05" },
  "proj-pggis01": { ...postgres, id: 2015 },
  "proj-sql01": { ...server2025, tier: 2, template: "server-2025-sql", id: 2023 },
  "proj-rds01": { ...server2025, id: 2020 },
  "proj-lwork01": { ...linux, id: 2026 },
  // proj-lwork01 has the address that the inventory gives it.
  "m4-sandbox01": { ...linux, id: 2027, address: "10.25.20.27" },
  "lab-db01": { ...docker, id: 1017 },
  "lab-apps01": { ...docker, id: 1018 },
  "proj-apps01": { ...docker, id: 2021 },
};

type Written = (typeof written)["items"][number];

const decided = (guest: Written, nodeOfInventory: Node) => {
  const decision = decisions[guest.name];
  if (decision === undefined) throw new Error(`nothing is decided of ${guest.name}`);
  const { id, tier, template, startOrder, replicatedTo } = decision;
  const isReplicated = replicatedTo !== undefined;
  const on: Storage = isReplicated ? "local-zfs" : "local-nvme";
  const [nic] = guest.nics ?? [];
  const vlan = decision.vlan ?? (nic?.vlan === 10 ? 10 : 20);
  return {
    ...guest,
    ...(guest.os === "Server 2025" ? windows(on) : unixLike(on)),
    id,
    node: decision.node ?? nodeOfInventory,
    template,
    pool: guest.name.startsWith("proj-") ? "projects" : "lab-services",
    tags: [firstWord(guest.category), `tier-${tier}`],
    recoveryTier: tier,
    onboot: true,
    // What cannot move with its disks in a window's time stops with its node.
    onDrain: isReplicated ? "migrate" : "stop",
    disks: (guest.disks ?? []).map(({ size, used }, index) => ({
      storage: index === 0 ? on : (decision.data ?? on),
      size,
      used,
      options: diskOptions,
    })),
    nics: [
      {
        bridge: "vmbr0",
        vlan,
        address: decision.address ?? nic?.address,
        gateway: `10.25.${vlan}.1`,
        firewall: true,
      },
    ],
    mapped: decision.card === undefined ? [] : [{ slot: "hostpci0", mapping: decision.card }],
    // Twice where it is, for a start that only took too long; then elsewhere.
    ha: isReplicated ? { maxRestart: 2, maxRelocate: 1 } : false,
    replication: isReplicated ? [{ to: replicatedTo, every: "15 min" as const }] : [],
    ...(startOrder === undefined ? {} : { startOrder }),
  } as const;
};

/** `worker` of "Worker Nodes". */
const firstWord = (text: unknown): string => (typeof text === "string" ? text.replace(/ .*/, "") : "");

const isNode = (name: unknown): name is Node => typeof name === "string" && name in cluster.nodes;

export const guests = defineGuests(
  { cluster, network, storage },
  {
    items: [
      ...written.items.map((guest) => decided(guest, isNode(guest.node) ? guest.node : "node05")),
      // 3.3 has it on node05, and the inventory does not list it.
      {
        ...unixLike("local-nvme"),
        name: "backup01",
        id: 1040,
        kind: "vm",
        category: "Infrastructure & Shared Services",
        role: "Proxmox Backup Server",
        os: "Debian 13",
        node: "node05",
        vcpus: 4,
        memory: "8 GiB",
        pool: "lab-services",
        tags: ["Infrastructure", "tier-1"],
        recoveryTier: 1,
        onboot: true,
        startOrder: 1,
        onDrain: "stop",
        protection: true,
        bootTime: unknown("nobody has timed this guest's boot"),
        disks: [
          { storage: "local-nvme", size: "32 GiB", used: unknown("it is not made yet") },
          // Not in its own backups.
          { storage: "zfs-pool", size: "13 TiB", used: unknown("it is not made yet"), backup: false },
        ],
        nics: [
          { bridge: "vmbr0", vlan: 10, address: "10.25.10.40", gateway: "10.25.10.1", firewall: true },
          { bridge: "vmbr0", vlan: 60, address: "10.25.60.40" },
        ],
      },
    ],
    claims: [
      { kind: "count", of: "guests", is: 32, source: "the inventory's 31, and backup01" },
      { kind: "guest on node", guest: "backup01", node: "node05", source: "3.3: backup01 VM on node05" },
    ],
  },
);
