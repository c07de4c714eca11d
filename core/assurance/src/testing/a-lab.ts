import { type Lab, type LabInput, parseLab } from "@orrery/model";
import { access, approvals, changes, controls, monitoring, references, revisions } from "./paperwork.ts";

/** The day that the small lab is right on: 2026-06-15, noon UTC. */
export const aDay = Date.UTC(2026, 5, 15, 12);

type NodeInput = LabInput["cluster"]["nodes"][string];
type GuestInput = LabInput["guests"]["items"][number];
type StorageInput = LabInput["storage"]["items"][string];
type PolicyInput = LabInput["backup"]["policies"][number];
type ScenarioInput = LabInput["recovery"]["scenarios"][number];
type ProcedureInput = LabInput["maintenance"]["procedures"][number];

const zone = "Europe/Berlin";

/** One of three alike: a bond over both switches, VLANs 10 and 20, 60 of 64 GiB for guests. */
export const aNode = (given: Partial<NodeInput> = {}): NodeInput => ({
  hardware: "1U server",
  purpose: "Compute",
  cpu: { model: "AMD EPYC 4344P", cores: 8, threads: 16 },
  memory: "64 GiB",
  memoryReserve: "4 GiB",
  address: "10.0.10.11",
  disks: {
    boot: { kind: "ssd", size: "240 GB", use: "boot" },
    data: { kind: "nvme", size: "2 TB", use: "guests" },
  },
  nics: { a: { speed: "10 Gbps", switch: "sw1" }, b: { speed: "10 Gbps", switch: "sw2" } },
  bonds: { bond0: { mode: "active-backup", members: ["a", "b"] } },
  bridges: { vmbr0: { on: "bond0", vlans: [10, 20] } },
  carries: {
    management: ["bond0"],
    cluster: ["bond0"],
    storage: ["bond0"],
    migration: ["bond0"],
    guests: ["bond0"],
    backup: ["bond0"],
  },
  bootTime: "3 min",
  updateTime: "5 min",
  diskThroughput: "1 GB/s",
  ...given,
});

/** A VM of 4 GiB on shared storage, in VLAN 20, restarted elsewhere when its node fails. Give it a name, id and address of its own. */
export const aGuest = (given: Partial<GuestInput> = {}): GuestInput => ({
  name: "web01",
  id: 101,
  kind: "vm",
  category: "Application Servers",
  role: "Web server",
  os: "Debian 13",
  node: "node01",
  vcpus: 2,
  memory: "4 GiB",
  disks: [{ storage: "shared", size: "32 GiB", used: "16 GiB" }],
  nics: [{ bridge: "vmbr0", vlan: 20, address: "10.0.20.11" }],
  bootTime: "1 min",
  recoveryTier: 2,
  onDrain: "migrate",
  ha: true,
  ...given,
});

/** NFS from an appliance in another room, 20 TB. */
export const aStorage = (given: Partial<StorageInput> = {}): StorageInput => ({
  kind: "nfs",
  home: { on: "elsewhere", place: "storage appliance, room 2", site: "this" },
  purpose: "Guest disks",
  content: ["images", "rootdir"],
  capacity: "20 TB",
  shared: true,
  read: "1 GB/s",
  write: "1 GB/s",
  ...given,
});

/** Nightly at 02:00, all guests, 14 days, verified each day, with an offsite copy. */
export const aPolicy = (given: Partial<PolicyInput> = {}): PolicyInput => ({
  id: "nightly",
  title: "Nightly backups",
  covers: "all guests",
  schedule: { every: "day", at: "02:00", zone },
  retention: { for: "14 d" },
  target: "pbs",
  runTime: "1 h",
  encryption: { key: "backup-2026", keyKeptAt: "bank safe, on paper" },
  verified: { every: "day", at: "06:00", zone },
  offsite: [{ to: "vault", retention: { for: "60 d" }, upload: "2 h" }],
  ...given,
});

/** A guest fails: back within 1 h, at most 36 h lost, drilled this spring. */
export const aScenario = (given: Partial<ScenarioInput> = {}): ScenarioInput => ({
  id: "guest",
  title: "Guest failure",
  fails: { kind: "guest", guest: "any" },
  rto: "1 h",
  rpo: "36 h",
  procedure: "DR-1",
  role: "Operations",
  lastDrill: "2026-05-04",
  ...given,
});

export const aProcedure = (given: Partial<ProcedureInput> = {}): ProcedureInput => ({
  id: "DR-1",
  title: "Restore a guest",
  does: "other",
  role: "Operations",
  document: "runbooks/DR-1.md",
  duration: "30 min",
  ...given,
});

const chapters: LabInput = {
  service: {
    id: "SVC-1",
    name: "Virtualization",
    type: "Core",
    category: "Infrastructure",
    criticality: "high",
    owner: "Operations",
    hours: {
      service: { always: true },
      support: { always: true },
      maintenance: [
        { id: "saturday", schedule: { every: "month", on: "first Saturday", at: "08:00", zone }, duration: "4 h" },
      ],
    },
    detection: "10 min",
    claims: [],
  },
  cluster: {
    name: "small-lab",
    version: "9.2",
    nodes: {
      node01: aNode({ address: "10.0.10.11" }),
      node02: aNode({ address: "10.0.10.12" }),
      node03: aNode({ address: "10.0.10.13" }),
    },
    expectedVotes: 3,
    survivesNodeLoss: true,
    claims: [{ kind: "count", of: "nodes", is: 3, source: "service document" }],
  },
  network: {
    vlans: {
      10: { subnet: "10.0.10.0/24", purpose: "Management" },
      20: { subnet: "10.0.20.0/24", purpose: "Guests" },
    },
    switches: {
      sw1: { model: "48-port", ports: [{ kind: "SFP+", count: 48, speed: "10 Gbps" }] },
      sw2: { model: "48-port", ports: [{ kind: "SFP+", count: 48, speed: "10 Gbps" }] },
    },
    lags: { interconnect: { between: ["sw1", "sw2"], links: 2, speed: "10 Gbps", vlans: [10, 20] } },
    firewalls: {
      fw1: { model: "one of a pair", switch: "sw1", speed: "10 Gbps", routes: [10, 20], outbound: true },
      fw2: { model: "one of a pair", switch: "sw2", speed: "10 Gbps", routes: [10, 20], outbound: true },
    },
    uplinks: { wan: { via: "fw1", down: "1 Gbps", up: "1 Gbps" } },
    claims: [],
  },
  storage: {
    items: {
      shared: aStorage(),
      pbs: aStorage({
        kind: "pbs",
        purpose: "Backups",
        content: ["backup"],
        home: { on: "elsewhere", place: "backup server, room 3", site: "this" },
      }),
      vault: aStorage({
        kind: "s3",
        purpose: "Offsite copies",
        content: ["archive"],
        home: { on: "cloud", provider: "AWS", region: "eu-central-1", uplink: "wan" },
        storageClass: "STANDARD",
        retrieval: "1 s",
      }),
    },
    claims: [],
  },
  guests: {
    items: [
      aGuest({ name: "web01", id: 101, node: "node01" }),
      aGuest({
        name: "db01",
        id: 102,
        node: "node02",
        category: "Databases",
        role: "PostgreSQL",
        recoveryTier: 1,
        nics: [{ bridge: "vmbr0", vlan: 20, address: "10.0.20.12" }],
      }),
      aGuest({
        name: "app01",
        id: 103,
        node: "node03",
        startsAfter: ["db01"],
        nics: [{ bridge: "vmbr0", vlan: 20, address: "10.0.20.13" }],
      }),
    ],
    claims: [],
  },
  templates: { items: [], claims: [] },
  maintenance: {
    procedures: [
      aProcedure(),
      aProcedure({ id: "DR-2", title: "Recover from a node's loss", document: "runbooks/DR-2.md" }),
      aProcedure({ id: "DR-3", title: "Recover quorum", document: "runbooks/DR-3.md" }),
      aProcedure({ id: "DR-4", title: "Rebuild elsewhere", document: "runbooks/DR-4.md" }),
      aProcedure({ id: "RESP-1", title: "Too much load", document: "runbooks/RESP-1.md" }),
      {
        id: "MAINT-1",
        title: "Node updates",
        does: "rolling node update",
        frequency: { every: "month", on: "first Saturday", at: "08:00", zone },
        role: "Operations",
        window: "saturday",
        document: "runbooks/MAINT-1.md",
      },
    ],
    claims: [],
  },
  monitoring,
  access,
  controls,
  backup: {
    policies: [
      aPolicy(),
      aPolicy({
        id: "configuration",
        title: "Configuration backups",
        covers: "configuration",
        schedule: { every: "day", at: "04:00", zone },
        runTime: "10 min",
        offsite: [{ to: "vault", retention: { for: "60 d" }, upload: "10 min" }],
      }),
    ],
    claims: [],
  },
  recovery: {
    scenarios: [
      aScenario(),
      aScenario({ id: "node", title: "Node failure", fails: { kind: "node", node: "any" }, procedure: "DR-2" }),
      aScenario({ id: "quorum", title: "Quorum loss", fails: { kind: "quorum" }, rto: "2 h", procedure: "DR-3" }),
      aScenario({
        id: "site",
        title: "Site loss",
        fails: { kind: "site" },
        rto: "72 h",
        rpo: "48 h",
        procedure: "DR-4",
        replacement: "24 h",
      }),
    ],
    claims: [],
  },
  changes,
  references,
  approvals,
  revisions,
};

/**
 * A small lab that is right in everything: three nodes alike, three guests on shared storage, a nightly backup with an
 * offsite copy, every number declared. No rule speaks of it on {@link aDay}.
 *
 * @param given chapters that differ; each replaces the whole chapter, `(own) => chapter` changes the lab's own
 * @throws where the result is no lab, with every problem
 */
export const aLab = (
  given: { [C in keyof LabInput]?: LabInput[C] | ((own: LabInput[C]) => LabInput[C]) } = {},
): Lab => {
  const input: Record<string, unknown> = { ...chapters };
  for (const [chapter, change] of Object.entries(given))
    input[chapter] = typeof change === "function" ? (change as (own: unknown) => unknown)(input[chapter]) : change;
  const parsed = parseLab(input);
  if (parsed.kind === "lab") return parsed.lab;
  throw new Error(parsed.problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
};
