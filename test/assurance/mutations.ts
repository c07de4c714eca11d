import { asWritten, type LabInput, unknown } from "@orrery/model";
import { recordMutations } from "./record-mutations.ts";
import { recoveryMutations } from "./recovery-mutations.ts";

/** The tidy lab, to be broken in one place. */
export type Mutable = LabInput;
export type Mutation = (lab: Mutable) => void;

const at = <T>(items: readonly T[] | undefined, index: number): T => {
  const item = items?.[index];
  if (item === undefined) throw new Error(`the tidy lab has no item ${index}`);
  return item;
};
const guest = (lab: Mutable, name: string) =>
  at(
    lab.guests.items.filter((one) => one.name === name),
    0,
  );
const nic = (lab: Mutable, name: string) => at(guest(lab, name).nics, 0);
const node = (lab: Mutable, name: string) =>
  at(
    Object.entries(lab.cluster.nodes).flatMap(([key, value]) => (key === name ? [value] : [])),
    0,
  );
const store = (lab: Mutable, name: string) =>
  at(
    Object.entries(lab.storage.items).flatMap(([key, value]) => (key === name ? [value] : [])),
    0,
  );

/** For each rule, the smallest change of the tidy lab that makes that rule speak, and no other. */
export const mutations: Readonly<Record<string, Mutation>> = {
  "addresses/invalid": (lab) => {
    nic(lab, "app1").address = asWritten("10.0.20.X");
  },
  "addresses/outside-vlan": (lab) => {
    nic(lab, "app1").address = "10.0.10.22";
  },
  "addresses/duplicate": (lab) => {
    nic(lab, "app1").address = "10.0.20.21";
  },
  "addresses/duplicate-mac": (lab) => {
    nic(lab, "dns2").mac = "BC:24:11:00:00:01";
  },
  "addresses/duplicate-guest": (lab) => {
    guest(lab, "app1").id = 103;
  },
  "addresses/overlapping-subnets": (lab) => {
    lab.network.vlans["30"] = { subnet: "10.0.0.0/16", purpose: "Everything" };
  },
  "addresses/bridge-lacks-vlan": (lab) => {
    const spare = { on: "bond0", vlans: [10] };
    node(lab, "pve3").bridges = { ...node(lab, "pve3").bridges, vmbr1: spare };
    node(lab, "pve1").bridges = { ...node(lab, "pve1").bridges, vmbr1: spare };
    node(lab, "pve2").bridges = { ...node(lab, "pve2").bridges, vmbr1: spare };
    guest(lab, "app1").nics = [...(guest(lab, "app1").nics ?? []), { bridge: "vmbr1", vlan: 20 }];
    lab.cluster.survivesNodeLoss = false;
  },
  "addresses/path-lacks-vlan": (lab) => {
    // A service that is always there asks more of an unknown: whether it hides a single point.
    lab.service.hours.service = { days: ["Monday"], from: "08:00", to: "17:00", zone: "Europe/Berlin" };
    at(Object.values(lab.network.firewalls ?? {}), 0).routes = unknown("nobody wrote it down");
  },
  "inventory/undeclared": (lab) => {
    store(lab, "pbs").nodes = ["pve1", "pve2", "pve3", asWritten("pve4")];
  },
  "inventory/mentioned-undeclared": (lab) => {
    lab.guests.claims?.push({ kind: "mentions guest", guest: "wiki1", as: "the runbooks", source: "4.2" });
  },
  "inventory/count": (lab) => {
    lab.guests.claims?.push({ kind: "count", of: "VLANs", is: 3, source: "3.2" });
  },
  "inventory/total-memory": (lab) => {
    lab.cluster.claims?.push({ kind: "total memory", is: "150 GiB", source: "dashboard" });
  },
  "inventory/group": (lab) => {
    lab.guests.claims?.push({ kind: "group", group: "Test systems", count: 0, members: ["app1"], source: "3.4" });
  },
  "inventory/groups-total": (lab) => {
    guest(lab, "app1").category = "Middleware";
    lab.guests.claims = lab.guests.claims?.map((claim) =>
      claim.kind === "group" && claim.group === "Applications" ? { ...claim, count: 1, members: ["db1"] } : claim,
    );
  },
  "inventory/guest-elsewhere": (lab) => {
    lab.guests.claims?.push({ kind: "guest on node", guest: "db1", node: "pve1", source: "3.4" });
  },
  "inventory/votes": (lab) => {
    lab.cluster.expectedVotes = 2;
  },
  "inventory/service-unprovided": (lab) => {
    guest(lab, "app1").needs = ["dns", "mail"];
  },
  "hardware/switch-ports": (lab) => {
    at(Object.values(lab.network.switches), 0).ports = [{ kind: "SFP+", count: 5, speed: "10 Gbps" }];
  },
  "hardware/bond": (lab) => {
    at(Object.values(node(lab, "pve1").bonds ?? {}), 0).mode = "802.3ad";
  },
  "hardware/storage-disk": (lab) => {
    lab.storage.items.scratch = { ...store(lab, "local-zfs"), home: { on: "node", node: "pve1", disks: ["boot"] } };
  },
  "hardware/storage-claim": (lab) => {
    lab.storage.claims?.push({ kind: "shared storage", storage: "local-zfs", source: "3.3" });
  },
  "capacity/node-memory": (lab) => {
    node(lab, "pve1").memoryReserve = unknown("ZFS ARC was never limited");
    lab.cluster.survivesNodeLoss = false;
  },
  "capacity/node-cpu": (lab) => {
    lab.cluster.cpuOvercommit = 0.3;
    lab.cluster.survivesNodeLoss = false;
  },
  "capacity/storage": (lab) => {
    at(guest(lab, "db1").disks, 0).size = "3 TB";
  },
  "capacity/alerts-at-rest": (lab) => {
    guest(lab, "mon1").memory = "51 GiB";
    lab.cluster.survivesNodeLoss = false;
  },
  "capacity/node-loss": (lab) => {
    guest(lab, "db1").memory = "44 GiB";
    guest(lab, "app1").memory = "44 GiB";
  },
  "failure/quorum": (lab) => {
    for (const name of ["pve1", "pve2", "pve3"]) {
      node(lab, name).nics = { ...node(lab, name).nics, sfp2: { speed: "10 Gbps", switch: "sw1" } };
      node(lab, name).carries.cluster = ["sfp0", "sfp2"];
    }
  },
  "failure/isolates-node": (lab) => {
    node(lab, "pve1").carries.cluster = ["sfp0"];
  },
  "failure/single-point": (lab) => {
    lab.network.firewalls = Object.fromEntries(
      Object.entries(lab.network.firewalls ?? {}).filter(([name]) => name === "fw1"),
    );
    lab.network.uplinks = Object.fromEntries(
      Object.entries(lab.network.uplinks ?? {}).filter(([, uplink]) => uplink.via === "fw1"),
    );
  },
  "failure/single-disk": (lab) => {
    at(
      Object.values(node(lab, "pve1").disks).filter((disk) => disk.use === "guests"),
      0,
    ).count = 1;
    for (const one of lab.guests.items) if (one.node === "pve1") one.replication = [];
    for (const one of lab.guests.items) one.ha = one.node !== "pve1";
    lab.guests.claims = lab.guests.claims?.filter((claim) => claim.kind !== "highly available");
  },
  "failure/only-provider": (lab) => {
    guest(lab, "mon1").provides = ["metrics"];
  },
  "failure/watched-from-inside": (lab) => {
    lab.monitoring.runsOn = [{ guest: "mon1", as: "Prometheus" }];
  },
  "availability/local-disk": (lab) => {
    guest(lab, "app1").replication = [];
  },
  "availability/not-managed": (lab) => {
    guest(lab, "app1").ha = false;
  },
  "availability/passthrough": (lab) => {
    for (const name of ["pve1", "pve2", "pve3"]) node(lab, name).devices = { gpu0: { kind: "gpu", model: "L4" } };
    guest(lab, "app1").devices = ["gpu0"];
  },
  "availability/drain-undeclared": (lab) => {
    guest(lab, "app1").onDrain = unknown("nobody decided");
  },
  "availability/replication-target": (lab) => {
    guest(lab, "app1").replication = [
      { to: "pve1", every: "15 min" },
      { to: "pve3", every: "15 min" },
    ];
  },
  ...recoveryMutations,
  ...recordMutations,
  "waivers/expired": (lab) => {
    lab.waivers = [
      { rule: "failure/quorum", owner: "Platform Team", reason: "second switch ordered", expires: "2026-06-30" },
    ];
  },
};
