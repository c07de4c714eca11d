import { type Guest, type Inventory, isUnknown, linkSpeed, type Node, type NodeName } from "@orrery/model";
import { distinct, type Figure, type Span, spanOf, sumOf } from "./figure.ts";

type Bytes = { readonly least: number; readonly most: number; readonly missing: readonly string[] };

const nothingMoves: Bytes = { least: 0, most: 0, missing: [] };

/** What crosses the link when a guest leaves its node: its memory, and its disks where no other node has them. */
const moved = (inventory: Inventory, guest: Guest): Bytes => {
  const { onDrain, memory } = guest;
  if (guest.state !== "running" || onDrain === "stop" || onDrain === "nothing" || guest.devices.length > 0)
    return nothingMoves;
  const missing: string[] = [];
  if (isUnknown(memory)) missing.push(memory.why);
  let least = isUnknown(memory) ? 0 : memory;
  let most = isUnknown(memory) ? Number.POSITIVE_INFINITY : memory;
  for (const disk of guest.disks) {
    if (inventory.storageOf(disk.storage)?.shared === true || guest.replication.length > 0) continue;
    if (isUnknown(disk.used)) missing.push(disk.used.why);
    least += isUnknown(disk.used) ? 0 : disk.used;
    most += isUnknown(disk.used) ? disk.size : disk.used;
  }
  if (isUnknown(onDrain)) return { least: 0, most, missing: [...missing, onDrain.why] };
  return { least, most, missing };
};

const drain = (inventory: Inventory, name: NodeName, node: Node): Span => {
  const parts = (inventory.guestsOn.get(name) ?? []).map((guest) => moved(inventory, guest));
  const most = parts.reduce((sum, part) => sum + part.most, 0);
  if (most === 0) return { least: 0, most: 0, missing: [] };
  const speed = linkSpeed(node, "migration") ?? linkSpeed(node, "management");
  if (speed === undefined) return { least: 0, missing: [`no link of ${name} is declared to carry migrations`] };
  const least = (parts.reduce((sum, part) => sum + part.least, 0) * 8) / speed.total;
  const slowest = (most * 8) / speed.flow;
  return {
    least,
    ...(Number.isFinite(slowest) ? { most: slowest } : {}),
    missing: distinct(parts.flatMap((part) => part.missing)),
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
 * memory while it moves. A bond is as fast as all its members at the best, as one of them at the worst.
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
