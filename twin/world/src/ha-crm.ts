import { quorateGroup } from "./corosync.ts";
import { ensured } from "./dict.ts";
import type { Guest } from "./guest.ts";
import { isRunning } from "./guest-config.ts";
import { halt } from "./guest-power.ts";
import { type HaService, type HaServiceState, newLrm } from "./ha.ts";
import { chooseNode } from "./ha-placement.ts";
import { drawHex } from "./random.ts";
import { vmidOfSid } from "./sid.ts";
import type { World } from "./world.ts";

/** A node that is not seen for so long is to be fenced; its agent lock, and the lock of a lost master, lapse after that. */
const fenceDelayMs = 60_000;
const lockLapseMs = 120_000;

export const guestOfSid = (world: World, sid: string): Guest | undefined => {
  const vmid = vmidOfSid(sid);
  return vmid === undefined ? undefined : world.guests[vmid];
};

/** What is asked of a service, in the words of today. */
export const stateAsked = (world: World, sid: string): "started" | "stopped" | "ignored" | "disabled" => {
  const state = `${world.ha.resources[sid]?.options.state ?? "started"}`;
  if (state === "enabled" || state === "started") return "started";
  return state === "ignored" || state === "disabled" ? state : "stopped";
};

/** The service is in another state from now on. */
export const become = (
  world: World,
  service: HaService,
  state: HaServiceState,
  change: { node?: string; target?: string } = {},
): void => {
  service.state = state;
  service.uid = drawHex(world.random, 22);
  if (change.node !== undefined) service.node = change.node;
  if (change.target === undefined) delete service.target;
  else service.target = change.target;
  delete service.task;
};

/** The manager lock: held by a node of the quorate group; free again only after it lapsed. Answers whether one manages now. */
const electMaster = (world: World): boolean => {
  const { ha } = world;
  const group = quorateGroup(world);
  if (group.length === 0) return false;
  if (ha.master && group.includes(ha.master.node)) {
    delete ha.lastSeen["#master"];
    return true;
  }
  if (ha.master) {
    const since = ensured(ha.lastSeen, "#master", () => world.now);
    if (world.now - since < lockLapseMs) return false;
  }
  delete ha.lastSeen["#master"];
  ha.master = { node: group[0] ?? "", since: world.now };
  // A new master has seen the absent for the last time now.
  for (const node of Object.keys(ha.lastSeen)) ha.lastSeen[node] = world.now;
  return true;
};

const watchNodes = (world: World): void => {
  const { ha } = world;
  const members = world.cluster.corosync ? Object.keys(world.cluster.corosync.members) : Object.keys(world.nodes);
  const seen = new Set(quorateGroup(world));
  for (const node of members.toSorted()) {
    const state = ensured(ha.nodes, node, () => "unknown");
    const lrm = ensured(ha.lrm, node, newLrm);
    if (seen.has(node)) {
      delete ha.lastSeen[node];
      delete lrm.lostAt;
      if (state === "fence") continue;
      ha.nodes[node] = lrm.mode === "maintenance" ? "maintenance" : "online";
    } else {
      ha.lastSeen[node] ??= world.now;
      if (state === "online" || (state === "maintenance" && lrm.mode !== "maintenance")) ha.nodes[node] = "unknown";
    }
  }
};

const isLost = (world: World, node: string): boolean => {
  if (world.ha.nodes[node] === "online" || world.ha.nodes[node] === "maintenance") return false;
  const since = world.ha.lastSeen[node];
  return since !== undefined && world.now - since >= fenceDelayMs;
};

/** A fenced node's lock is had when it lapsed, or at once where the node gave it back in good order. */
const fence = (world: World, node: string): boolean => {
  const { ha } = world;
  const already = ha.nodes[node] === "fence";
  ha.nodes[node] = "fence";
  if (!already)
    world.notifications.sent.push({ at: world.now, severity: "error", title: `FENCE: Try to fence node '${node}'` });
  const lostAt = ha.lrm[node]?.lostAt ?? ha.lastSeen[node] ?? world.now;
  const active = ha.lrm[node]?.active ?? false;
  if (active && world.now - lostAt < lockLapseMs) return false;
  const state = world.nodes[node]?.state.kind;
  // The lock lapses only after the node's watchdog has reset it: a node that still runs its guests is never taken over.
  const runs =
    (state === "online" || state === "hung") &&
    Object.values(world.guests).some(
      (guest) =>
        guest.node === node && isRunning(guest) && ha.resources[`${guest.kind === "qemu" ? "vm" : "ct"}:${guest.vmid}`],
    );
  if (runs) return false;
  const lrm = ha.lrm[node];
  if (lrm) lrm.active = false;
  ha.nodes[node] = "unknown";
  world.notifications.sent.push({
    at: world.now,
    severity: "info",
    title: `SUCCEED: fencing: acknowledged - got agent lock for node '${node}'`,
  });
  return true;
};

/** Which nodes were fenced in this round: their services all recover together. */
type Round = { fenced: Map<string, boolean> };

const fenceOnce = (world: World, round: Round, node: string): boolean => {
  const known = round.fenced.get(node);
  if (known !== undefined) return known;
  const done = fence(world, node);
  round.fenced.set(node, done);
  return done;
};

const locksToDrop = new Set([
  "backup",
  "mounted",
  "migrate",
  "clone",
  "rollback",
  "snapshot",
  "snapshot-delete",
  "suspending",
  "suspended",
]);

const recover = (world: World, sid: string, service: HaService): void => {
  const guest = guestOfSid(world, sid);
  if (!guest) return;
  if (stateAsked(world, sid) === "disabled") {
    become(world, service, "stopped");
    return;
  }
  const target = chooseNode(world, sid, service.node, { leave: world.ha.nodes[service.node] !== "online" });
  if (target === undefined) return;
  halt(world, guest);
  guest.node = target;
  if (locksToDrop.has(`${guest.config.lock ?? ""}`)) delete guest.config.lock;
  service.restarts = 0;
  become(world, service, stateAsked(world, sid) === "started" ? "started" : "request_stop", { node: target });
};

const nextOfStarted = (world: World, round: Round, sid: string, service: HaService): void => {
  const { ha } = world;
  const asked = stateAsked(world, sid);
  const online = ha.nodes[service.node] === "online";
  if (!online && ha.nodes[service.node] !== "maintenance") {
    if (isLost(world, service.node)) {
      become(world, service, "fence");
      if (fenceOnce(world, round, service.node)) become(world, service, "recovery");
    }
    return;
  }
  if (asked === "stopped" || asked === "disabled") {
    become(world, service, "request_stop");
    return;
  }
  if (service.requested) {
    const { node, how } = service.requested;
    delete service.requested;
    if (ha.nodes[node] === "online" && node !== service.node) become(world, service, how, { target: node });
    return;
  }
  if (ha.lrm[service.node]?.mode === "restart") {
    become(world, service, "freeze");
    return;
  }
  const failed = service.tryNext ?? false;
  delete service.tryNext;
  const node = chooseNode(world, sid, service.node, {
    without: new Set(failed ? service.failedNodes : []),
    leave: failed || ha.nodes[service.node] === "maintenance",
  });
  if (node === undefined || node === service.node) return;
  if (ha.nodes[service.node] === "maintenance") service.maintenanceNode ??= service.node;
  if (node === service.maintenanceNode) delete service.maintenanceNode;
  const live = guestOfSid(world, sid)?.kind === "qemu" && !failed;
  become(world, service, live ? "migrate" : "relocate", { target: node });
};

const nextState = (world: World, round: Round, sid: string, service: HaService): void => {
  const { ha } = world;
  const asked = stateAsked(world, sid);
  const guest = guestOfSid(world, sid);
  switch (service.state) {
    case "request_start":
      become(world, service, asked === "started" ? "started" : "request_stop");
      return;
    case "started":
      nextOfStarted(world, round, sid, service);
      return;
    case "request_stop":
      if (isLost(world, service.node)) {
        become(world, service, "fence");
        if (fenceOnce(world, round, service.node)) become(world, service, "recovery");
      } else if (guest && !isRunning(guest) && ha.nodes[service.node] === "online") become(world, service, "stopped");
      return;
    case "stopped":
      if (guest && guest.node !== service.node) service.node = guest.node;
      if (
        service.requested &&
        ha.nodes[service.requested.node] === "online" &&
        service.requested.node !== service.node
      ) {
        become(world, service, "relocate", { target: service.requested.node });
        delete service.requested;
      } else if (asked === "started") become(world, service, "request_start");
      else if (asked === "stopped" && isLost(world, service.node) && fenceOnce(world, round, service.node))
        become(world, service, "recovery");
      return;
    case "migrate":
    case "relocate":
      if (isLost(world, service.node)) {
        become(world, service, "fence");
        if (fenceOnce(world, round, service.node)) become(world, service, "recovery");
      }
      return;
    case "fence":
      if (fenceOnce(world, round, service.node)) become(world, service, "recovery");
      return;
    case "recovery":
      recover(world, sid, service);
      return;
    case "freeze":
      if (ha.nodes[service.node] === "online" && ha.lrm[service.node]?.mode === "active")
        become(world, service, asked === "started" ? "started" : "request_stop");
      return;
    case "error":
      if (asked === "disabled") {
        service.failedNodes = [];
        become(world, service, "stopped");
      }
      return;
    case "ignored":
      return;
  }
};

/** One round of the cluster resource manager; answers whether one manages. */
export const manage = (world: World): boolean => {
  const { ha } = world;
  if (!electMaster(world)) return false;
  watchNodes(world);
  for (const sid of Object.keys(ha.services)) {
    const asked = stateAsked(world, sid);
    if (!ha.resources[sid] || asked === "ignored" || !guestOfSid(world, sid)) delete ha.services[sid];
  }
  for (const sid of Object.keys(ha.resources).toSorted()) {
    const guest = guestOfSid(world, sid);
    if (!guest || ha.services[sid] || stateAsked(world, sid) === "ignored") continue;
    const state = stateAsked(world, sid) === "started" ? "request_start" : "request_stop";
    ha.services[sid] = { state, node: guest.node, failedNodes: [], restarts: 0, uid: drawHex(world.random, 22) };
  }
  if (ha.armed.kind === "disarmed") return true;
  const round: Round = { fenced: new Map() };
  for (const sid of Object.keys(ha.services).toSorted()) {
    const service = ha.services[sid];
    if (service) nextState(world, round, sid, service);
  }
  return true;
};

/** The end of what a local resource manager was told, as the manager takes it. */
export const arrived = (world: World, sid: string, service: HaService): void => {
  const guest = guestOfSid(world, sid);
  if (!guest) return;
  become(world, service, stateAsked(world, sid) === "started" ? "started" : "request_stop", { node: guest.node });
};
