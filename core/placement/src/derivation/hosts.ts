import { type Inventory, known, linkSpeed, type Node, type NodeName } from "@orrery/model";
import { type ClusterState, type GuestState, type NodeState, valueIn } from "@orrery/state";
import type { Host, Standing } from "../problem.ts";
import type { Mapped } from "./devices.ts";
import type { Store } from "./stores.ts";
import { volumesOf } from "./volumes.ts";

/** Bytes of disks on each local storage of a node: of guests that take part, and of all others. */
export type Filled = (store: string, node: string) => { readonly taking: number; readonly others: number };

export interface HostScene {
  readonly state: ClusterState;
  readonly inventory: Inventory | undefined;
  readonly draining: ReadonlySet<string>;
  /** Bytes that a node keeps where nothing is declared. Absent: what it uses itself now. */
  readonly reserve: number | undefined;
  readonly stores: ReadonlyMap<string, Store>;
  readonly filled: Filled;
  readonly mapped: Mapped;
  /** Guests that run, by node. */
  readonly running: ReadonlyMap<string, readonly GuestState[]>;
  readonly assume: (what: string) => void;
}

/** Why a node takes no guests in. */
export const standingOf = ({ name, presence }: NodeState, draining: ReadonlySet<string>): Standing | undefined => {
  const seen = valueIn(presence);
  if (seen?.status !== "online") return "offline";
  if (seen.ha === "maintenance") return "maintenance";
  return draining.has(name) ? "draining" : undefined;
};

/** The declared node that an observed one is, by its name or one that it is also known as. */
const declaredNode = (inventory: Inventory | undefined, name: string): Node | undefined => {
  const declared: NodeName | undefined = inventory?.nodeOf(name);
  return declared === undefined ? undefined : inventory?.nodes.get(declared);
};

export const hostsOf = (scene: HostScene): Host[] => {
  const measured: string[] = [];
  const hosts = Object.values(scene.state.nodes).map((node): Host => hostOf(node, scene, measured));
  if (measured.length > 0)
    scene.assume(`No reserve is declared; nodes are taken to keep what they use now: ${measured.join(", ")}.`);
  return hosts;
};

const hostOf = (node: NodeState, scene: HostScene, measured: string[]): Host => {
  const { inventory, stores, filled, mapped } = scene;
  const { name } = node;
  const presence = valueIn(node.presence);
  const declared = declaredNode(inventory, name);
  const memory = presence?.memory ?? declared?.memory ?? 0;
  const cores = presence?.cpus ?? declared?.cpu.threads;
  const own = ownUse(node, scene.running.get(name) ?? []);
  const kept = declared === undefined ? undefined : known(declared.memoryReserve);
  if (kept === undefined && own !== undefined && scene.reserve === undefined)
    measured.push(`${name} ${gib(own.memoryBytes)} GiB`);
  const reserve = (kept ?? scene.reserve ?? own?.memoryBytes ?? 0) + (inventory?.lab.placement?.memoryReserve ?? 0);
  const overcommit = inventory?.lab.cluster.cpuOvercommit;
  const link = declared === undefined ? undefined : linkSpeed(declared, "migration")?.flow;
  const standing = standingOf(node, scene.draining);
  const storages: Record<string, number> = {};
  for (const { id, shared, on } of stores.values()) {
    const there = on.get(name);
    if (shared || there === undefined) continue;
    const { taking, others } = filled(id, name);
    // What is used and not by disks that take part stays used, and so may all that is promised to others.
    const rest = Math.max(others, (there.used ?? 0) - taking);
    storages[id] = Math.max(0, Math.floor((there.total ?? 0) - rest));
  }
  const devices: Record<string, number> = {};
  for (const [mapping, nodes] of mapped.counts ?? []) {
    const count = nodes.get(name);
    if (count !== undefined) devices[mapping] = count;
  }
  return {
    name,
    memoryBytes: Math.max(0, Math.floor(memory - reserve)),
    ...(overcommit === undefined || cores === undefined ? {} : { vcpuLimit: Math.floor(cores * overcommit) }),
    devices,
    storages,
    ...(standing === undefined ? {} : { standing }),
    memoryTotalBytes: memory,
    ...(cores === undefined || cores <= 0 ? {} : { cores }),
    ...(own === undefined ? {} : { own }),
    ...(link === undefined || link <= 0 ? {} : { linkBitsPerSecond: link }),
  };
};

/** What the node uses less what its guests use. */
const ownUse = ({ presence }: NodeState, guests: readonly GuestState[]): Host["own"] => {
  const seen = valueIn(presence);
  if (seen?.figures === undefined) return undefined;
  let [cpu, memoryBytes] = [seen.figures.cpu * (seen.cpus ?? 0), seen.figures.memory];
  for (const guest of guests) {
    const { figures, cpus = 0 } = valueIn(guest.presence) ?? {};
    cpu -= (figures?.cpu ?? 0) * cpus;
    memoryBytes -= figures?.memory ?? 0;
  }
  return { cpu: Math.max(0, cpu), memoryBytes: Math.max(0, memoryBytes) };
};

const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);

/** Bytes of disks by storage and node. */
export const filledBy = (guests: readonly GuestState[], taking: ReadonlySet<number>): Filled => {
  const sums = new Map<string, { taking: number; others: number }>();
  for (const { vmid, kind, node, file } of guests) {
    for (const { storage, bytes = 0, medium } of volumesOf(kind, valueIn(file)?.config ?? {}).volumes) {
      if (medium) continue;
      const key = `${storage} ${node}`;
      const sum = sums.get(key) ?? { taking: 0, others: 0 };
      if (taking.has(vmid)) sum.taking += bytes;
      else sum.others += bytes;
      sums.set(key, sum);
    }
  }
  return (store, node) => sums.get(`${store} ${node}`) ?? { taking: 0, others: 0 };
};
