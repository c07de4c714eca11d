import { type Proxmox, PveError } from "@orrery/contract";

/** What could not be read, and why; it is never taken for nothing. */
export type Unread = { readonly kind: "unread"; readonly why: string };
export const isUnread = (value: unknown): value is Unread =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "unread";

type NodeReading = {
  readonly name: string;
  readonly state: string;
  readonly cpu: number | undefined;
  readonly cpus: number;
  readonly memory: number;
  readonly memoryTotal: number;
  readonly uptimeSeconds: number;
  readonly version: string | Unread;
};
export type GuestReading = {
  readonly vmid: number;
  readonly name: string;
  readonly kind: "qemu" | "lxc";
  readonly node: string;
  readonly state: string;
  readonly template: boolean;
  readonly lock: string | undefined;
  readonly ha: string | undefined;
};
type StorageReading = {
  readonly name: string;
  readonly node: string;
  readonly shared: boolean;
  readonly type: string;
  readonly used: number;
  readonly total: number;
  readonly state: string;
};
type TaskReading = {
  readonly upid: string;
  readonly node: string;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  readonly since: number;
};
type HaReading = { readonly id: string; readonly node: string; readonly status: string };

/** What a cluster is at one moment. Sizes are bytes, times epoch seconds. */
export type ClusterReading = {
  readonly cluster: string | undefined;
  readonly version: string;
  readonly quorate: boolean | undefined;
  readonly nodes: readonly NodeReading[];
  readonly guests: readonly GuestReading[];
  readonly storages: readonly StorageReading[];
  readonly ha: readonly HaReading[] | Unread;
  readonly running: readonly TaskReading[] | Unread;
};

/** What a caller may not see, or a node does not answer, is unread; anything else is a failure. */
const orUnread = async <T>(asked: Promise<T>): Promise<T | Unread> => {
  try {
    return await asked;
  } catch (error) {
    if (
      error instanceof PveError &&
      (error.kind === "forbidden" ||
        error.kind === "node-unreachable" ||
        error.kind === "not-implemented" ||
        error.kind === "failed")
    )
      return { kind: "unread", why: error.reason };
    throw error;
  }
};

type Rows = Awaited<ReturnType<typeof resourcesOf>>;
const resourcesOf = (pve: Proxmox) => pve.get("/cluster/resources");

const guestsIn = (rows: Rows): GuestReading[] =>
  rows
    .flatMap((row): GuestReading[] => {
      if ((row.type !== "qemu" && row.type !== "lxc") || row.vmid === undefined) return [];
      const { vmid, name = "", node = "", status = "unknown", type, template, lock, hastate } = row;
      return [{ vmid, name, kind: type, node, state: status, template: template === 1, lock, ha: hastate }];
    })
    .toSorted((one, other) => one.vmid - other.vmid);

/** A shared storage is listed once a node and is one storage. */
const storagesIn = (rows: Rows): StorageReading[] => {
  const found = new Map<string, StorageReading>();
  for (const row of rows) {
    if (row.type !== "storage" || row.storage === undefined) continue;
    const shared = row.shared === 1;
    const key = shared ? row.storage : `${row.storage}@${row.node}`;
    const reading: StorageReading = {
      name: row.storage,
      node: shared ? "" : (row.node ?? ""),
      shared,
      type: row.plugintype ?? "",
      used: row.disk ?? 0,
      total: row.maxdisk ?? 0,
      state: row.status ?? "unknown",
    };
    const before = found.get(key);
    if (before === undefined || before.state !== "available") found.set(key, reading);
  }
  return [...found.values()].toSorted((one, other) =>
    `${one.name} ${one.node}` < `${other.name} ${other.node}` ? -1 : 1,
  );
};

const versionOf = async (pve: Proxmox, node: string): Promise<string | Unread> => {
  const answer = await orUnread(pve.get("/nodes/{node}/version", { node }));
  return isUnread(answer) ? answer : answer.version;
};

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Reads what a cluster is now, with four requests and one a node that is up. */
export const readCluster = async (pve: Proxmox): Promise<ClusterReading> => {
  const { version } = await pve.get("/version");
  const [status, rows, ha, tasks] = await Promise.all([
    orUnread(pve.get("/cluster/status")),
    resourcesOf(pve),
    orUnread(pve.get("/cluster/ha/status/current")),
    orUnread(pve.get("/cluster/tasks")),
  ]);
  const cluster = isUnread(status) ? undefined : status.find(({ type }) => type === "cluster");
  const nodes = rows
    .filter(({ type }) => type === "node")
    .toSorted((one, other) => ((one.node ?? "") < (other.node ?? "") ? -1 : 1));
  const versions = await Promise.all(
    nodes.map(
      (row): Promise<string | Unread> =>
        row.status === "online"
          ? versionOf(pve, row.node ?? "")
          : Promise.resolve({ kind: "unread", why: "the node is not online" }),
    ),
  );
  return {
    cluster: cluster?.name,
    version,
    quorate: cluster === undefined ? (isUnread(status) ? undefined : true) : cluster.quorate === 1,
    nodes: nodes.map((row, index) => ({
      name: row.node ?? "",
      state: row.status ?? "unknown",
      cpu: row.cpu,
      cpus: row.maxcpu ?? 0,
      memory: row.mem ?? 0,
      memoryTotal: row.maxmem ?? 0,
      uptimeSeconds: row.uptime ?? 0,
      version: versions[index] ?? { kind: "unread", why: "not asked" },
    })),
    guests: guestsIn(rows),
    storages: storagesIn(rows),
    ha: isUnread(ha) ? ha : ha.map(({ id, node, status: told }) => ({ id, node, status: told })),
    running: isUnread(tasks)
      ? tasks
      : tasks
          .filter(({ endtime }) => endtime === undefined)
          .map(({ upid, node, type, id, user, starttime }) => ({
            upid,
            node: textOf(node),
            type: textOf(type),
            id: textOf(id),
            user: textOf(user),
            since: Number(starttime ?? 0),
          })),
  };
};
