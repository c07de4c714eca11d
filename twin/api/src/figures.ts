import {
  disksOf,
  guestFigures as figuresAt,
  type Guest,
  guestCounters,
  isTemplate,
  type Node,
  nodesFigures,
  propertyOf,
  type World,
} from "@orrery/twin-world";

/** What pvestatd says of a guest: share of its CPUs, bytes, seconds. */
export type GuestRow = {
  readonly cpu: number;
  readonly mem: number;
  readonly memhost: number;
  readonly uptime: number;
  readonly netin: number;
  readonly netout: number;
  readonly diskread: number;
  readonly diskwrite: number;
};

/** The figures of a guest now. */
export const guestFigures = (world: World, guest: Guest): GuestRow => {
  const now = figuresAt(world, guest, world.now);
  const counters = guestCounters(world, guest);
  return {
    cpu: guest.run.kind === "paused" ? 0 : now.cpu,
    mem: now.mem,
    memhost: now.memHost,
    uptime: counters.uptime,
    netin: counters.netIn,
    netout: counters.netOut,
    diskread: counters.diskRead,
    diskwrite: counters.diskWrite,
  };
};

export type NodeRow = {
  readonly cpu: number;
  readonly mem: number;
  readonly maxmem: number;
  readonly uptime: number;
  readonly disk: number;
  readonly maxdisk: number;
  readonly loadavg: number;
  readonly wait: number;
};

const uptimeOf = (world: World, node: Node): number =>
  node.state.kind === "online" ? Math.max(0, Math.floor((world.now - node.state.since) / 1000)) : 0;

let last: { world: World; now: number; order: number; figures: ReturnType<typeof nodesFigures> } | undefined;

/** The figures of all nodes, kept while neither the clock nor the queue moves: several rows of one answer ask. */
const figuresOf = (world: World): ReturnType<typeof nodesFigures> => {
  if (last?.world !== world || last.now !== world.now || last.order !== world.order) {
    last = { world, now: world.now, order: world.order, figures: nodesFigures(world, world.now) };
  }
  return last.figures;
};

export const nodeFigures = (world: World, node: Node): NodeRow => {
  const figures = figuresOf(world).get(node.name);
  const root = world.backings[node.root];
  return {
    cpu: figures?.cpu ?? 0,
    mem: figures?.memUsed ?? 0,
    maxmem: node.hardware.memory,
    uptime: uptimeOf(world, node),
    disk: root?.used ?? 0,
    maxdisk: root?.total ?? 0,
    loadavg: figures?.loadavg ?? 0,
    wait: figures?.iowait ?? 0,
  };
};

const unitBytes: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `1G`, `528K` or a plain number of bytes, as a disk's `size=` holds it. */
export const sizeBytes = (text: string): number => {
  const match = /^(\d+(?:\.\d+)?)([KMGT])?$/.exec(text);
  if (match === null) return 0;
  return Math.floor(Number(match[1]) * (unitBytes[match[2] ?? ""] ?? 1));
};

const drive = /^(?:ide|scsi|sata|virtio)\d+$/;

const bootDisk = ({ kind, config }: Guest): string | undefined => {
  const order = propertyOf(String(config.boot ?? ""), "order");
  if (order === undefined) return disksOf({ kind, config }).find(({ key }) => drive.test(key))?.text;
  for (const key of order.split(";")) {
    const value = config[key];
    if (value === undefined || !drive.test(key)) continue;
    const text = String(value);
    const volume = propertyOf(text, "file", "file") ?? "";
    const isDisk = volume.includes(":") && !volume.startsWith("/");
    if (isDisk && (!text.includes("media=cdrom") || volume.includes("cloudinit"))) return text;
  }
  return undefined;
};

/** Bytes of the disk that a guest boots from; 0 where there is none. */
export const bootDiskSize = (guest: Guest): number => {
  const text = guest.kind === "lxc" ? String(guest.config.rootfs ?? "") : (bootDisk(guest) ?? "");
  return sizeBytes(propertyOf(text, "size") ?? "");
};

export const templateFlag = (guest: Guest): 0 | 1 => (isTemplate(guest) ? 1 : 0);
