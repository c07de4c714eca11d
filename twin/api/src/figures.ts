import { cpusOf, disksOf, type Guest, isRunning, isTemplate, memoryOf, type Node, type World } from "@orrery/twin-world";
import { noiseOf } from "./noise.ts";

/** What pvestatd says of a running guest: shares of CPU, bytes, seconds. */
export type GuestFigures = {
  readonly cpu: number;
  readonly mem: number;
  readonly uptime: number;
  readonly netin: number;
  readonly netout: number;
  readonly diskread: number;
  readonly diskwrite: number;
};

const still: GuestFigures = { cpu: 0, mem: 0, uptime: 0, netin: 0, netout: 0, diskread: 0, diskwrite: 0 };

/** The figures of a guest now, from the shape of its load. */
export const guestFigures = (world: World, guest: Guest): GuestFigures => {
  const { run, load } = guest;
  if (run.kind === "stopped") return still;
  const uptime = Math.max(0, Math.floor((world.now - run.since) / 1000));
  const wobble = 0.75 + noiseOf(load.seed, Math.floor(world.now / 10_000)) / 2;
  const awake = run.kind === "running" ? 1 : 0;
  const total = (rate: number) => Math.floor(rate * uptime);
  return {
    cpu: load.cpu * wobble * awake,
    mem: Math.floor(memoryOf(guest) * Math.min(1, load.memory * wobble)),
    uptime,
    netin: total(load.netIn),
    netout: total(load.netOut),
    diskread: total(load.diskRead),
    diskwrite: total(load.diskWrite),
  };
};

export type NodeFigures = {
  readonly cpu: number;
  readonly mem: number;
  readonly maxmem: number;
  readonly uptime: number;
  readonly disk: number;
  readonly maxdisk: number;
  readonly loadavg: readonly [number, number, number];
};

/** Bytes that the node's own services take. */
const ownMemory = 1_800_000_000;

export const uptimeOf = (world: World, node: Node): number =>
  node.state.kind === "online" ? Math.max(0, Math.floor((world.now - node.state.since) / 1000)) : 0;

export const nodeFigures = (world: World, node: Node): NodeFigures => {
  let cpu = 0.02 * node.hardware.cpus * (0.5 + noiseOf(node.lastPid, Math.floor(world.now / 10_000)));
  let mem = ownMemory;
  for (const guest of Object.values(world.guests)) {
    if (guest.node !== node.name || !isRunning(guest)) continue;
    const figures = guestFigures(world, guest);
    cpu += figures.cpu * cpusOf(world, guest);
    mem += figures.mem;
  }
  const { memory, cpus } = node.hardware;
  const root = world.backings[node.root];
  const load = Math.min(cpu, cpus);
  return {
    cpu: Math.min(1, cpu / cpus),
    mem: Math.min(mem, memory),
    maxmem: memory,
    uptime: uptimeOf(world, node),
    disk: root?.used ?? 0,
    maxdisk: root?.total ?? 0,
    loadavg: [load, load * 0.95, load * 0.9],
  };
};

/** `1G`, `528K` or a plain number of bytes, as a disk's `size=` holds it. */
export const sizeBytes = (text: string): number => {
  const match = /^(\d+(?:\.\d+)?)([KMGT])?$/.exec(text);
  if (match === null) return 0;
  const power = ["", "K", "M", "G", "T"].indexOf(match[2] ?? "");
  return Math.floor(Number(match[1]) * 1024 ** power);
};

const bootDisk = (guest: Guest): string | undefined => {
  const order = /order=([^,]*)/.exec(String(guest.config.boot ?? ""))?.[1];
  const disks = disksOf(guest).filter((disk) => /^(?:ide|scsi|sata|virtio)\d+$/.test(disk.key));
  if (order !== undefined) return order.split(";").map((key) => disks.find((disk) => disk.key === key)?.text).find((text) => text !== undefined);
  return disks[0]?.text;
};

/** Bytes of the disk that a guest boots from; 0 where there is none. */
export const bootDiskSize = (guest: Guest): number => {
  const text = guest.kind === "lxc" ? String(guest.config.rootfs ?? "") : (bootDisk(guest) ?? "");
  return sizeBytes(/(?:^|,)size=([^,]+)/.exec(text)?.[1] ?? "");
};

export const templateFlag = (guest: Guest): 0 | 1 => (isTemplate(guest) ? 1 : 0);
