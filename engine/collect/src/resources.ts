import type { GuestFigures, GuestPresence, NodePresence, Row, StorageUse } from "@orrery/state";
import { given, isSet, needText, numberOf, rowsOf, textOf } from "./answers.ts";

export type GuestRow = {
  readonly vmid: number;
  readonly kind: "qemu" | "lxc";
  readonly node: string;
  readonly presence: GuestPresence;
};

/** What the one list of the cluster tells of everything in it. */
export type Resources = {
  readonly nodes: ReadonlyMap<string, NodePresence>;
  readonly guests: readonly GuestRow[];
  readonly storages: readonly StorageUse[];
};

const nodePresence = (row: Row): NodePresence => {
  const status = textOf(row, "status");
  const [cpu, memory, root, uptime] = ["cpu", "mem", "disk", "uptime"].map((key) => numberOf(row, key));
  const figures =
    status === "online" && cpu !== undefined
      ? { cpu, memory: memory ?? 0, root: root ?? 0, uptime: uptime ?? 0 }
      : undefined;
  return {
    status: status === "online" || status === "offline" ? status : "unknown",
    ...given("ha", textOf(row, "hastate")),
    ...given("cpus", numberOf(row, "maxcpu")),
    ...given("memory", numberOf(row, "maxmem")),
    ...given("figures", figures),
  };
};

const guestFigures = (row: Row): GuestFigures | undefined => {
  const cpu = numberOf(row, "cpu");
  if (cpu === undefined) return undefined;
  const of = (key: string): number => numberOf(row, key) ?? 0;
  return {
    cpu,
    memory: of("mem"),
    uptime: of("uptime"),
    netIn: of("netin"),
    netOut: of("netout"),
    diskRead: of("diskread"),
    diskWrite: of("diskwrite"),
  };
};

const guestPresence = (row: Row): GuestPresence => {
  const status = textOf(row, "status");
  return {
    status: status === "running" || status === "stopped" ? status : "unknown",
    template: isSet(row, "template"),
    ...given("name", textOf(row, "name")),
    ...given("tags", textOf(row, "tags")),
    ...given("lock", textOf(row, "lock")),
    ...given("pool", textOf(row, "pool")),
    ...given("ha", textOf(row, "hastate")),
    ...given("cpus", numberOf(row, "maxcpu")),
    ...given("memory", numberOf(row, "maxmem")),
    ...given("disk", numberOf(row, "maxdisk")),
    ...given("figures", guestFigures(row)),
  };
};

const storageUse = (row: Row): StorageUse => {
  const available = textOf(row, "status") === "available";
  return {
    storage: needText(row, "storage"),
    node: needText(row, "node"),
    type: textOf(row, "plugintype") ?? "",
    shared: isSet(row, "shared"),
    available,
    ...given("total", numberOf(row, "maxdisk")),
    ...given("used", numberOf(row, "disk")),
  };
};

/** Takes apart what `/cluster/resources` answered. */
export const resourcesOf = (answer: unknown): Resources => {
  const nodes = new Map<string, NodePresence>();
  const guests: GuestRow[] = [];
  const storages: StorageUse[] = [];
  for (const row of rowsOf(answer)) {
    const { type } = row;
    if (type === "node") nodes.set(needText(row, "node"), nodePresence(row));
    else if (type === "storage") storages.push(storageUse(row));
    else if (type === "qemu" || type === "lxc") {
      const vmid = Number(needText(row, "vmid"));
      guests.push({ vmid, kind: type, node: needText(row, "node"), presence: guestPresence(row) });
    }
  }
  return { nodes, guests: guests.toSorted((one, other) => one.vmid - other.vmid), storages };
};
