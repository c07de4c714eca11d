import { type Duration, exactSize, isIpv4, isUnknown, type LabInput, type Unknown, unknown } from "@orrery/model";
import { type ClusterState, type NodeState, type Row, valueIn } from "@orrery/state";
import type { LabFragment } from "./fragment.ts";

type Nodes = LabInput["cluster"]["nodes"];
type Wiring = Pick<Nodes[string], "nics" | "bonds" | "bridges">;
type Disks = Nodes[string]["disks"];

const kindOf = (row: Row): "nvme" | "ssd" | "hdd" =>
  row.type === "nvme" || (typeof row.devpath === "string" && row.devpath.includes("nvme"))
    ? "nvme"
    : row.type === "hdd"
      ? "hdd"
      : "ssd";

/** What a disk is for, as far as what was found on it tells. */
const useOf = ({ used, mounted }: Row): Disks[string]["use"] => {
  if (used === "mounted" || used === "BIOS boot" || mounted === 1) return "boot";
  if (used === "ZFS") return "pool";
  if (used === "LVM") return "guests";
  return unknown("what the disk is for cannot be seen on it");
};

/** Disks that are alike in all are one entry with a count, named by kind and place: `nvme0`, `hdd0`. */
const disksOf = (rows: readonly Row[]): Disks => {
  const groups = new Map<string, Disks[string] & { count: number }>();
  for (const row of rows) {
    if (typeof row.size !== "number" || row.size <= 0) continue;
    const disk = {
      kind: kindOf(row),
      size: exactSize(row.size),
      use: useOf(row),
      ...(typeof row.model === "string" && row.model !== "" && row.model !== "unknown" ? { model: row.model } : {}),
    } as const;
    const key = JSON.stringify(disk);
    groups.set(key, { ...disk, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  const counts = { nvme: 0, ssd: 0, hdd: 0 };
  return Object.fromEntries(
    [...groups.values()].map(({ count, ...disk }) => {
      const name = `${disk.kind}${counts[disk.kind]}`;
      counts[disk.kind] += 1;
      return [name, count === 1 ? disk : { ...disk, count }];
    }),
  );
};

const wordsOf = (value: Row[string] | undefined): string[] =>
  typeof value === "string" ? value.split(/\s+/).filter(Boolean) : [];

const bondModes = ["802.3ad", "active-backup", "balance-rr", "balance-xor", "balance-alb", "balance-tlb"] as const;

/** `2-4 20` of a bridge that knows VLANs; all of them where it says nothing else. */
const vlansOf = (row: Row): number[] | Unknown => {
  if (row.bridge_vlan_aware !== 1) return unknown("a bridge that knows no VLANs passes them all, tagged as they come");
  const vlans = wordsOf(row.bridge_vids).flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return last - first > 500 ? [Number.NaN] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  const isListed = vlans.length > 0 && vlans.every((vlan) => Number.isInteger(vlan) && vlan >= 1 && vlan <= 4094);
  return isListed ? vlans : unknown("the bridge passes every VLAN, and nobody has said which are used");
};

/** NICs, bonds and bridges, as far as the interfaces tell: not how fast a NIC is, nor where its cable ends. */
export const wiringOf = (rows: readonly Row[]): Wiring => {
  const named = rows.flatMap((row) => (typeof row.iface === "string" ? [[row.iface, row] as const] : []));
  const nics = named.filter(([, row]) => row.type === "eth");
  const bonds = named.flatMap(([name, row]) => {
    const mode = bondModes.find((one) => one === row.bond_mode);
    const members = wordsOf(row.slaves);
    return row.type === "bond" && mode !== undefined && members.length > 0 ? [[name, { mode, members }] as const] : [];
  });
  const links = new Set([...nics, ...bonds].map(([name]) => name));
  const bridges = named.flatMap(([name, row]) => {
    const on = wordsOf(row.bridge_ports).find((port) => links.has(port));
    return row.type === "bridge" && on !== undefined ? [[name, { on, vlans: vlansOf(row) }] as const] : [];
  });
  const nic = {
    speed: unknown("the API does not tell how fast a NIC is"),
    switch: unknown("the API does not tell where a cable ends"),
  };
  return {
    nics: Object.fromEntries(nics.map(([name]) => [name, nic])),
    ...(bonds.length === 0 ? {} : { bonds: Object.fromEntries(bonds) }),
    ...(bridges.length === 0 ? {} : { bridges: Object.fromEntries(bridges) }),
  };
};

const addressOf = (text: string | undefined): `${number}.${number}.${number}.${number}` | undefined =>
  text !== undefined && isIpv4(text) ? text : undefined;

/** The VLANs that bridges list and guests' cards are on; what they are for, no cluster knows. */
const vlansIn = (state: ClusterState): number[] => {
  const listed = Object.values(state.nodes).flatMap((node) =>
    (valueIn(node.network)?.interfaces ?? []).flatMap((row) => {
      const vlans = row.type === "bridge" ? vlansOf(row) : [];
      return isUnknown(vlans) ? [] : vlans;
    }),
  );
  const used = Object.values(valueIn(state.guests) ?? {}).flatMap(({ file }) =>
    Object.entries(valueIn(file)?.config ?? {}).flatMap(([key, value]) => {
      const tag = /^net\d+$/.test(key) ? /(?:^|,)tag=(\d+)/.exec(String(value))?.[1] : undefined;
      return tag === undefined ? [] : [Number(tag)];
    }),
  );
  return [...new Set([...listed, ...used])].toSorted((one, other) => one - other);
};

const vlan = {
  subnet: unknown("the cluster does not know which addresses a VLAN has"),
  purpose: unknown("the cluster does not know what a VLAN is for"),
};

const untimed = (what: string): Duration | Unknown => unknown(`nobody has timed ${what}`);

const nodeOf = (state: ClusterState, node: NodeState): Nodes[string] | undefined => {
  const status = valueIn(node.status);
  if (status === undefined) return undefined;
  const { hardware } = status;
  const votes = valueIn(state.votes)?.find(({ name }) => name === node.name)?.votes;
  const address = valueIn(state.membership)?.members.find(({ name }) => name === node.name)?.address;
  return {
    hardware: unknown("the API does not tell the machine's make"),
    purpose: unknown("the cluster does not know what a node is for"),
    cpu: { model: hardware.model, cores: hardware.cores, threads: hardware.cpus },
    memory: exactSize(hardware.memory),
    memoryReserve: unknown("nobody has stated what the host keeps for itself"),
    ...(votes === undefined || votes === 1 ? {} : { votes }),
    address: addressOf(address) ?? unknown("the cluster did not tell the node's address"),
    ...wiringOf(valueIn(node.network)?.interfaces ?? []),
    carries: {},
    disks: disksOf(valueIn(node.disks) ?? []),
    bootTime: untimed("a node's boot"),
    updateTime: untimed("a node's update"),
    diskThroughput: unknown("nobody has measured the disks"),
  };
};

/** Cluster, nodes and what they are made of. A node that told nothing of its hardware is left out. */
export const adoptNodes = (state: ClusterState, name: string): LabFragment => {
  const nodes = Object.values(state.nodes).flatMap((node) => {
    const found = nodeOf(state, node);
    return found === undefined ? [] : [[node.name, found] as const];
  });
  const votes = valueIn(state.votes) ?? [];
  const release = valueIn(state.release);
  return {
    network: { vlans: Object.fromEntries(vlansIn(state).map((tag) => [tag, vlan])) },
    cluster: {
      name,
      version: release?.release ?? unknown("no node told its release"),
      nodes: Object.fromEntries(nodes),
      expectedVotes: votes.length === 0 ? Math.max(1, nodes.length) : votes.reduce((sum, one) => sum + one.votes, 0),
      survivesNodeLoss: unknown("nobody has said whether the loss of a node has to be survived"),
    },
  };
};
