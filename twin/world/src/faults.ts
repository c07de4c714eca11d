import { disturbCorosync } from "./corosync.ts";
import type { Fault, FaultKind, Subject } from "./fault.ts";
import type { Guest } from "./guest.ts";
import { disksOf } from "./guest-config.ts";
import { halt } from "./guest-power.ts";
import { wakeHa } from "./ha-wake.ts";
import { cutPower, hang, powerOn, unhang } from "./node-power.ts";
import { enqueue } from "./queue.ts";
import { reshare } from "./sharing.ts";
import type { Backing } from "./storage.ts";
import { charge, findVolume, freeOf, removeVolume } from "./volume.ts";
import type { World } from "./world.ts";

export type AskedFault = {
  subject: Subject;
  what: FaultKind;
  /** Epoch milliseconds; now unless told. */
  at?: number;
  until?: number;
};

/** Whether a fault of this kind can befall this subject. */
const fits: Record<FaultKind["kind"], Subject["kind"][]> = {
  "loses-power": ["node"],
  hangs: ["node"],
  "is-partitioned": ["node"],
  "is-lost": ["switch", "link"],
  "is-slow": ["link", "backing"],
  fails: ["disk", "backing"],
  fills: ["backing"],
  "stays-locked": ["guest"],
  crashes: ["guest"],
  "loses-disks": ["guest"],
  "agent-dies": ["guest"],
  "ignores-shutdown": ["guest"],
  "task-fails": ["guest", "node"],
  "api-fails": ["path"],
  "api-delays": ["path"],
  "api-resets": ["path"],
  "clock-wrong": ["node"],
  "certificate-expires": ["node"],
};

/** Faults that are over as soon as they have happened. */
const momentary = new Set<FaultKind["kind"]>(["crashes", "loses-disks"]);

const exists = (world: World, subject: Subject): boolean => {
  switch (subject.kind) {
    case "node":
      return world.nodes[subject.node] !== undefined;
    case "guest":
      return world.guests[subject.vmid] !== undefined;
    case "link":
      return world.network.links[subject.link] !== undefined;
    case "switch":
      return Object.values(world.network.links).some(({ ends }) => ends.includes(`switch:${subject.switch}`));
    case "backing":
      return world.backings[subject.backing] !== undefined;
    case "disk":
      return world.nodes[subject.node]?.disks.some(({ devpath }) => devpath === subject.devpath) ?? false;
    case "path":
      return subject.path.startsWith("/");
  }
};

/** Has something go wrong, now or later. Answers the fault, or why it cannot be. */
export const fault = (world: World, asked: AskedFault): Fault | { refused: string } => {
  const { subject, what, at = world.now, until } = asked;
  if (!fits[what.kind].includes(subject.kind)) return { refused: `A ${subject.kind} is nothing that ${what.kind}.` };
  if (!exists(world, subject)) return { refused: `There is no such ${subject.kind} in this world.` };
  if (until !== undefined && until <= at) return { refused: "The fault would end before it begins." };
  let number = Object.keys(world.faults).length + 1;
  while (world.faults[`fault-${number}`]) number += 1;
  const id = `fault-${number}`;
  const made: Fault = { id, subject, what, at, state: "pending", before: 0, ...(until === undefined ? {} : { until }) };
  world.faults[id] = made;
  if (at <= world.now) beginFault(world, id);
  else enqueue(world, at, { kind: "fault", id, edge: "begin" });
  return made;
};

/** Ends a fault now, or calls it off; false where there is none that could end. */
export const clearFault = (world: World, id: string): boolean => {
  const found = world.faults[id];
  if (!found || found.state === "over") return false;
  if (found.state === "active") change(world, found, "end");
  found.state = "over";
  return true;
};

/** What the queue's wake of a fault does. */
export const beginFault = (world: World, id: string): void => {
  const found = world.faults[id];
  if (found?.state !== "pending") return;
  found.state = "active";
  change(world, found, "begin");
  if (momentary.has(found.what.kind)) found.state = "over";
  else if (found.until !== undefined)
    enqueue(world, Math.max(found.until, world.now), { kind: "fault", id, edge: "end" });
};

export const endFault = (world: World, id: string): void => {
  if (world.faults[id]?.state === "active") clearFault(world, id);
};

type Edge = "begin" | "end";

const change = (world: World, found: Fault, edge: Edge): void => {
  const { subject } = found;
  switch (subject.kind) {
    case "node":
      changeNode(world, found, subject.node, edge);
      return;
    case "guest":
      changeGuest(world, found, subject.vmid, edge);
      return;
    case "link":
      changeLink(world, found, subject.link, edge);
      return;
    case "switch":
      if (edge === "begin") world.network.dark[`switch:${subject.switch}`] = true;
      else delete world.network.dark[`switch:${subject.switch}`];
      shake(world);
      return;
    case "backing": {
      const backing = world.backings[subject.backing];
      if (backing) changeBacking(world, found, backing, edge);
      return;
    }
    case "disk":
      changeDisk(world, subject, edge);
      return;
    case "path":
      return;
  }
};

/** The network is another than before: flows, corosync and HA look again. */
const shake = (world: World): void => {
  reshare(
    world,
    Object.keys(world.network.links).flatMap((id) => [`link|${id}|forth`, `link|${id}|back`]),
  );
  disturbCorosync(world);
  wakeHa(world);
};

const changeNode = (world: World, found: Fault, name: string, edge: Edge): void => {
  const node = world.nodes[name];
  if (!node) return;
  const { what } = found;
  if (what.kind === "loses-power") {
    if (edge === "begin") cutPower(world, node);
    else powerOn(world, node);
  } else if (what.kind === "hangs") {
    if (edge === "begin") hang(world, node);
    else unhang(world, node);
  } else if (what.kind === "is-partitioned") {
    if (edge === "begin") world.network.cuts[found.id] = [name, ...(what.with ?? [])];
    else delete world.network.cuts[found.id];
    shake(world);
  } else if (what.kind === "clock-wrong") node.clockError = edge === "begin" ? what.byMs : 0;
  else if (what.kind === "certificate-expires") {
    const [certificate] = node.certificates;
    if (!certificate) return;
    if (edge === "begin") {
      found.before = certificate.notAfter;
      certificate.notAfter = world.now - 1000;
    } else certificate.notAfter = found.before;
  }
};

const changeGuest = (world: World, { what }: Fault, vmid: number, edge: Edge): void => {
  const guest = world.guests[vmid];
  if (!guest) return;
  if (what.kind === "crashes" || what.kind === "loses-disks") {
    halt(world, guest);
    if (what.kind === "loses-disks") dropDisks(world, guest);
    wakeHa(world);
  } else if (what.kind === "stays-locked") {
    if (edge === "begin") guest.config.lock = what.lock;
    else if (guest.config.lock === what.lock) delete guest.config.lock;
  } else if (what.kind === "agent-dies") guest.agent = edge === "begin" ? "dead" : "present";
  else if (what.kind === "ignores-shutdown") guest.obeysShutdown = edge === "end";
};

const dropDisks = (world: World, guest: Guest): void => {
  for (const { volid } of disksOf(guest)) {
    const found = findVolume(world, guest.node, volid);
    if (found) removeVolume(world, found.backing, volid);
  }
};

const changeLink = (world: World, { what }: Fault, id: string, edge: Edge): void => {
  const link = world.network.links[id];
  if (!link) return;
  link.health = edge === "end" ? 1 : what.kind === "is-slow" ? what.factor : 0;
  shake(world);
};

const changeBacking = (world: World, found: Fault, backing: Backing, edge: Edge): void => {
  const { what } = found;
  if (what.kind === "fills") {
    if (edge === "begin") found.before = Math.min(what.bytes, freeOf(backing));
    const bytes = edge === "begin" ? found.before : -found.before;
    backing.base += bytes;
    charge(world, backing, bytes);
    if (freeOf(backing) === 0) stopWriters(world, backing);
    return;
  }
  setHealth(world, backing, edge === "end" ? 1 : what.kind === "is-slow" ? what.factor : 0);
};

/** A backing works at this share of its speed from now on; at 0 its guests stand still. */
const setHealth = (world: World, backing: Backing, health: number): void => {
  backing.health = health;
  reshare(world, [`read|${backing.id}`, `write|${backing.id}`]);
  if (health <= 0) stopWriters(world, backing);
};

/** QEMU pauses a guest whose disk cannot be written. */
const stopWriters = (world: World, backing: Backing): void => {
  for (const vmid in world.guests) {
    const guest = world.guests[vmid];
    if (guest?.run.kind !== "running" || guest.kind !== "qemu") continue;
    const hit = disksOf(guest).some(({ volid }) => findVolume(world, guest.node, volid)?.backing === backing);
    if (hit) guest.run = { ...guest.run, kind: "paused", reason: "io-error" };
  }
};

const changeDisk = (world: World, subject: Extract<Subject, { kind: "disk" }>, edge: Edge): void => {
  const disk = world.nodes[subject.node]?.disks.find(({ devpath }) => devpath === subject.devpath);
  if (!disk) return;
  disk.failed = edge === "begin";
  disk.health = edge === "begin" ? "FAILED" : "PASSED";
  for (const backing of Object.values(world.backings)) {
    if (
      backing.place.kind !== "node" ||
      backing.place.node !== subject.node ||
      !backing.disks.includes(subject.devpath)
    )
      continue;
    const { disks } = world.nodes[subject.node] ?? { disks: [] };
    const failed = disks.filter((one) => one.failed && backing.disks.includes(one.devpath)).length;
    setHealth(world, backing, failed > backing.spare ? 0 : failed > 0 ? 0.7 : 1);
  }
};

/** What the API is to do to a request of this path, by the faults that are active: the first that was asked for. */
export const apiFaultOf = (world: World, path: string): FaultKind | undefined => {
  for (const id in world.faults) {
    const found = world.faults[id];
    if (found?.state === "active" && found.subject.kind === "path" && path.startsWith(found.subject.path))
      return found.what;
  }
  return undefined;
};
