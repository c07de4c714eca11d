import tidy from "@orrery/example-tidy-lab";
import { type Lab, type LabInput, parseLab } from "@orrery/model";
import { dice } from "./dice.ts";

type Input<C extends keyof LabInput> = NonNullable<LabInput[C]>;
type GuestInput = Input<"guests">["items"][number];
type NodeInput = Input<"cluster">["nodes"][string];

/** A lab to measure with: one seed, one lab. */
export type GeneratedLab = { readonly nodes: number; readonly guests: number; readonly seed: number };

const zone = "Europe/Berlin";
const vlans = Array.from({ length: 8 }, (_, index) => 100 + 10 * index);
const categories = ["Databases", "Web", "Batch", "Infrastructure", "Desktops", "Development"];
const memories = [1, 2, 2, 4, 4, 4, 6, 8, 8, 16, 32];
const nodeName = (index: number): string => `pve${String(index + 1).padStart(2, "0")}`;
const shareName = (index: number): string => `nfs${index + 1}`;
/** Eight nodes to a pair of switches; all pairs hang on a core pair. */
const rackOf = (node: number): number => Math.floor(node / 8);

const networkOf = (racks: number): Input<"network"> => {
  const ports = [{ kind: "SFP+", count: 48, speed: "25 Gbps" } as const];
  const switches = [
    "core-a",
    "core-b",
    ...Array.from({ length: racks }, (_, rack) => [`leaf${rack}-a`, `leaf${rack}-b`]).flat(),
  ];
  const lag = (from: string, to: string) => ({
    between: [from, to] as [string, string],
    links: 2,
    speed: "25 Gbps" as const,
    vlans,
  });
  const lags: Input<"network">["lags"] = { core: lag("core-a", "core-b") };
  for (let rack = 0; rack < racks; rack += 1) {
    lags[`leaf${rack}`] = lag(`leaf${rack}-a`, `leaf${rack}-b`);
    for (const side of ["a", "b"]) lags[`uplink${rack}${side}`] = lag(`leaf${rack}-${side}`, `core-${side}`);
  }
  return {
    vlans: Object.fromEntries(
      vlans.map(
        (tag, index) =>
          [tag, { subnet: `10.${tag}.0.0/16`, purpose: `Tenant ${index}`, gateway: `10.${tag}.0.1` }] as const,
      ),
    ),
    switches: Object.fromEntries(switches.map((name) => [name, { model: "48 × 25G", ports }])),
    lags,
    firewalls: {
      fw1: { model: "OPNsense", switch: "core-a", speed: "25 Gbps", routes: vlans, outbound: true },
      fw2: { model: "OPNsense", switch: "core-b", speed: "25 Gbps", routes: vlans, outbound: true },
    },
    uplinks: {
      fibre: { via: "fw1", down: "10 Gbps", up: "10 Gbps" },
      second: { via: "fw2", down: "10 Gbps", up: "10 Gbps" },
    },
  };
};

const nodeOf = (index: number, memory: number): NodeInput => {
  const rack = rackOf(index);
  const carried = ["bond0"] as [string];
  return {
    hardware: "2U server",
    purpose: "Compute",
    cpu: { model: "AMD EPYC 9354", cores: 32, threads: 64 },
    memory: `${memory} GiB`,
    memoryReserve: "16 GiB",
    address: `10.100.0.${index + 10}`,
    devices:
      index % 8 === 0 ? { gpu0: { kind: "gpu", model: "NVIDIA L4" }, gpu1: { kind: "gpu", model: "NVIDIA L4" } } : {},
    disks: {
      boot: { kind: "ssd", size: "240 GB", count: 2, use: "boot" },
      nvme: { kind: "nvme", size: "7.68 TB", count: 8, use: "guests" },
    },
    nics: { sfp0: { speed: "25 Gbps", switch: `leaf${rack}-a` }, sfp1: { speed: "25 Gbps", switch: `leaf${rack}-b` } },
    bonds: { bond0: { mode: "active-backup", members: ["sfp0", "sfp1"] } },
    bridges: { vmbr0: { on: "bond0", vlans } },
    carries: {
      management: carried,
      cluster: carried,
      storage: carried,
      migration: carried,
      guests: carried,
      backup: carried,
    },
    bootTime: "4 min",
    updateTime: "10 min",
    diskThroughput: "2 GB/s",
  };
};

const storageOf = (nodes: number): Input<"storage"> => {
  const share = {
    kind: "nfs",
    purpose: "Shared guest disks",
    home: { on: "elsewhere", place: "filer", site: "this" },
    content: ["images"],
  } as const;
  const archive = {
    kind: "pbs",
    purpose: "Backups",
    home: { on: "elsewhere", place: "building 2", site: "this" },
    content: ["backup"],
  } as const;
  const speeds = { read: "4 GB/s", write: "2 GB/s" } as const;
  return {
    items: {
      "local-zfs": {
        kind: "zfs",
        purpose: "Local guest disks",
        home: { on: "each node", nodes: Array.from({ length: nodes }, (_, index) => nodeName(index)), disks: ["nvme"] },
        content: ["images", "rootdir"],
        capacity: "30 TB",
        shared: false,
        ...speeds,
      },
      ...Object.fromEntries(
        Array.from({ length: 4 }, (_, index) => [
          shareName(index),
          { ...share, content: [...share.content], capacity: "300 TB" as const, shared: true, ...speeds },
        ]),
      ),
      pbs1: { ...archive, content: [...archive.content], capacity: "800 TB", shared: true, ...speeds },
      pbs2: { ...archive, content: [...archive.content], capacity: "800 TB", shared: true, ...speeds },
      offsite: {
        kind: "s3",
        purpose: "Copies in another country",
        home: { on: "cloud", provider: "AWS", region: "eu-north-1", uplink: "fibre" },
        content: ["archive"],
        capacity: "5000 TB",
        shared: true,
        read: "1 GB/s",
        write: "1 GB/s",
        storageClass: "STANDARD",
        retrieval: "1 s",
      },
    },
  };
};

/** Guests as they are found: most plain and shared, some local and replicated, a few with a GPU, and here and there a slip. */
const guestOf = (index: number, nodes: number, draw: (below: number) => number): GuestInput => {
  const gpu = index % 250 === 7;
  const at = gpu ? (8 * draw(nodes)) % nodes : draw(nodes);
  const local = gpu || draw(10) < 4;
  const vlan = draw(vlans.length);
  const tag = vlans[vlan] ?? 100;
  const slip = draw(400);
  // One in 400 has an address that another has, one a VLAN that is not its subnet's.
  const host = slip === 0 ? 5 : index + 512;
  const size = 16 + 16 * draw(12);
  const disk = (gib: number) => ({
    storage: local ? "local-zfs" : shareName(index % 4),
    size: `${gib} GiB` as const,
    used: `${Math.ceil(gib / 2)} GiB` as const,
  });
  return {
    name: `guest${index}`,
    id: 100 + index,
    kind: draw(5) === 0 ? "ct" : "vm",
    category: categories[draw(categories.length)] ?? "Web",
    role: "Server",
    os: "Debian 13",
    node: nodeName(at),
    state: draw(20) === 0 ? "stopped" : "running",
    vcpus: 1 + draw(8),
    memory:
      draw(200) === 0
        ? { kind: "unknown", why: "nobody wrote it down" }
        : `${memories[draw(memories.length)] ?? 4} GiB`,
    disks: draw(3) === 0 ? [disk(size), disk(4 * size)] : [disk(size)],
    nics: [
      {
        bridge: "vmbr0",
        vlan: slip === 1 ? (vlans[(vlan + 1) % vlans.length] ?? tag) : tag,
        address: `10.${tag}.${Math.floor(host / 250) + 1}.${(host % 250) + 2}`,
        mac: `BC:24:11:${[index >> 16, index >> 8, index].map((byte) => (byte & 255).toString(16).padStart(2, "0").toUpperCase()).join(":")}`,
      },
    ],
    devices: gpu ? ["gpu0"] : [],
    provides: index % 500 === 0 ? [`service${index}`] : [],
    needs: index % 500 === 0 ? [] : [`service${500 * Math.floor(index / 500)}`],
    startsAfter: index % 10 === 3 ? [`guest${index - 1}`] : [],
    bootTime: "1 min",
    recoveryTier: 1 + draw(3),
    onDrain: gpu ? "stop" : "migrate",
    ha: !gpu,
    replication: local && !gpu ? [{ to: nodeName((at + 1 + draw(nodes - 1)) % nodes), every: "15 min" }] : [],
  };
};

const backupOf = (): Input<"backup"> => {
  const encryption = { key: "backup", keyKeptAt: "on paper, bank safe" };
  const verified = { every: "day", at: "12:00", zone } as const;
  const common = { encryption, verified, runTime: "3 h" } as const;
  const offsite = [{ to: "offsite", retention: { for: "90 d" as const }, upload: "6 h" as const }];
  return {
    policies: [
      {
        ...common,
        id: "nightly",
        title: "Nightly",
        covers: { categories: categories.slice(0, 4) },
        schedule: { every: "day", at: "02:00", zone },
        retention: { daily: 14, weekly: 8, monthly: 12 },
        target: "pbs1",
        offsite,
      },
      {
        ...common,
        id: "weekly",
        title: "Weekly",
        covers: "all guests",
        schedule: { every: "week", on: "Saturday", at: "18:00", zone },
        retention: { for: "60 d" },
        target: "pbs2",
      },
      {
        ...common,
        id: "configuration",
        title: "Configuration",
        covers: "configuration",
        schedule: { every: "day", at: "01:00", zone },
        retention: { for: "30 d" },
        target: "pbs1",
        offsite,
      },
    ],
    document: "runbooks/BKP-001.md",
  };
};

/** A cluster of the size that is asked for, with the tidy lab's papers. */
export const generatedLab = ({ nodes, guests, seed }: GeneratedLab): Lab => {
  const draw = dice(seed);
  // Room for the guests and about a quarter more, whatever their number.
  const memory = 16 * Math.ceil((guests * 10) / nodes / 16) + 64;
  const papers = structuredClone(tidy) as LabInput;
  const input: LabInput = {
    ...papers,
    network: networkOf(rackOf(nodes - 1) + 1),
    cluster: {
      name: "generated",
      version: "9.2",
      nodes: Object.fromEntries(Array.from({ length: nodes }, (_, index) => [nodeName(index), nodeOf(index, memory)])),
      expectedVotes: nodes,
      cpuOvercommit: 8,
      survivesNodeLoss: true,
    },
    storage: storageOf(nodes),
    guests: { items: Array.from({ length: guests }, (_, index) => guestOf(index, nodes, draw)) },
    templates: { items: [] },
    monitoring: {
      ...papers.monitoring,
      runsOn: [{ guest: "guest1", as: "Prometheus", watchedFrom: "another provider" }],
    },
    backup: backupOf(),
  };
  const parsed = parseLab(input);
  if (parsed.kind === "lab") return parsed.lab;
  const said = parsed.problems.slice(0, 5).map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The generated lab does not parse: ${said.join("; ")}`);
};
