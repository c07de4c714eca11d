import {
  type Guest,
  type Inventory,
  isUnknown,
  type LinkSpeed,
  linkSpeed,
  type Node,
  type NodeName,
} from "@orrery/model";
import { distinct, type Figure, type Span, spanOf, sumOf } from "./figure.ts";

type Bytes = { readonly least: number; readonly most: number };
type Moved = { readonly memory: Bytes; readonly disks: Bytes; readonly missing: readonly string[] };

const nothing: Bytes = { least: 0, most: 0 };
const nothingMoves: Moved = { memory: nothing, disks: nothing, missing: [] };

/** What crosses the link when a guest leaves its node: its memory, and its disks where no other node has them. */
const moved = (inventory: Inventory, guest: Guest): Moved => {
  const { onDrain, memory } = guest;
  if (guest.state !== "running" || onDrain === "stop" || onDrain === "nothing" || guest.devices.length > 0)
    return nothingMoves;
  const missing: string[] = [];
  if (isUnknown(memory)) missing.push(memory.why);
  const own = { least: isUnknown(memory) ? 0 : memory, most: isUnknown(memory) ? Number.POSITIVE_INFINITY : memory };
  const disks = { least: 0, most: 0 };
  for (const disk of guest.disks) {
    if (inventory.storageOf(disk.storage)?.shared === true || guest.replication.length > 0) continue;
    if (isUnknown(disk.used)) missing.push(disk.used.why);
    disks.least += isUnknown(disk.used) ? 0 : disk.used;
    disks.most += isUnknown(disk.used) ? disk.size : disk.used;
  }
  if (!isUnknown(onDrain)) return { memory: own, disks, missing };
  return { memory: { ...own, least: 0 }, disks: { ...disks, least: 0 }, missing: [...missing, onDrain.why] };
};

const speedOf = (node: Node): LinkSpeed | undefined => linkSpeed(node, "migration") ?? linkSpeed(node, "management");

const seconds = (bytes: number, bytesPerSecond: number): number => (bytes === 0 ? 0 : bytes / bytesPerSecond);

/**
 * One node's drain. At the best its guests go at once to nodes as fast as its own links; at the worst one after another
 * to the slowest, each disk read and written at the slower of the two nodes' disks.
 */
const drain = (inventory: Inventory, name: NodeName, node: Node): Span => {
  const parts = (inventory.guestsOn.get(name) ?? []).map((guest) => moved(inventory, guest));
  const sum = (of: (part: Moved) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const memory = { least: sum((part) => part.memory.least), most: sum((part) => part.memory.most) };
  const disks = { least: sum((part) => part.disks.least), most: sum((part) => part.disks.most) };
  if (memory.most + disks.most === 0) return { least: 0, most: 0, missing: [] };
  const missing = parts.flatMap((part) => part.missing);
  const own = speedOf(node);
  if (own === undefined)
    return { least: 0, missing: distinct([...missing, `no link of ${name} is declared to carry migrations`]) };
  const others = [...inventory.nodes].filter(([other]) => other !== name);
  let slowest: number | undefined = own.flow / 8;
  for (const [other, target] of others) {
    const flow = speedOf(target)?.flow;
    if (flow === undefined) missing.push(`no link of ${other} is declared to carry migrations`);
    slowest = flow === undefined || slowest === undefined ? undefined : Math.min(slowest, flow / 8);
  }
  const throughput = node.diskThroughput;
  let slowestDisk = disks.most === 0 ? Number.POSITIVE_INFINITY : slowest;
  for (const [, { diskThroughput }] of disks.most === 0 ? [] : [[name, node] as const, ...others]) {
    if (isUnknown(diskThroughput)) missing.push(diskThroughput.why);
    slowestDisk =
      isUnknown(diskThroughput) || slowestDisk === undefined ? undefined : Math.min(slowestDisk, diskThroughput);
  }
  const byLink = seconds(memory.least + disks.least, own.total / 8);
  const byDisk = isUnknown(throughput) ? 0 : seconds(disks.least, throughput);
  const most =
    slowest === undefined || slowestDisk === undefined
      ? undefined
      : seconds(memory.most, slowest) + seconds(disks.most, slowestDisk);
  return {
    least: Math.max(byLink, byDisk),
    ...(most === undefined || !Number.isFinite(most) ? {} : { most }),
    missing: distinct(missing),
  };
};

const total = (spans: readonly Span[]): Span => {
  const bounded = spans.every(({ most }) => most !== undefined);
  return {
    least: spans.reduce((sum, { least }) => sum + least, 0),
    ...(bounded ? { most: spans.reduce((sum, { most }) => sum + (most ?? 0), 0) } : {}),
    missing: distinct(spans.flatMap(({ missing }) => missing)),
  };
};

/**
 * Updating every node, one after another: drain it over the migration link (memory, and disks that no other node has),
 * update, reboot. Every guest moves once; whether it goes back afterwards is not counted, nor is what changes in its
 * memory while it moves. A bond is as fast as all its members at the best, as one of them at the worst, and then to the
 * slowest of the other nodes.
 */
export const rollingUpdateTime = (inventory: Inventory): Figure => {
  const nodes = [...inventory.nodes];
  const count = nodes.length === 1 ? "1 node" : `${nodes.length} nodes`;
  return sumOf([
    { label: `drain of ${count}`, span: total(nodes.map(([name, node]) => drain(inventory, name, node))) },
    { label: `update of ${count}`, span: total(nodes.map(([, node]) => spanOf(node.updateTime))) },
    { label: `reboot of ${count}`, span: total(nodes.map(([, node]) => spanOf(node.bootTime))) },
  ]);
};
