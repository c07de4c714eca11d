import { isQuorate } from "./corosync.ts";
import type { Guest } from "./guest.ts";
import { isRunning } from "./guest-config.ts";
import type { HaService } from "./ha.ts";
import { arrived, become, guestOfSid, stateAsked } from "./ha-crm.ts";
import { migrateGuest } from "./migrate-guest.ts";
import { shutdownGuest, startGuest } from "./power-guest.ts";
import { enqueue } from "./queue.ts";
import type { Refused, Started } from "./worker.ts";
import type { World } from "./world.ts";

const actor = { user: "ha" };
/** A watchdog that is not fed for so long resets its node. */
const watchdogMs = 60_000;

const limitOf = (world: World, sid: string, key: "max_restart" | "max_relocate"): number =>
  Number(world.ha.resources[sid]?.options[key] ?? 1);

/** How the task ended that the service waits for; undefined where none has. */
const taskEnd = (world: World, service: HaService): "OK" | "error" | undefined => {
  if (service.task === undefined) return undefined;
  const task = world.tasks[service.task];
  if (task?.state.kind === "running") return undefined;
  delete service.task;
  return task?.state.kind === "ended" &&
    (task.state.exitstatus === "OK" || task.state.exitstatus.startsWith("WARNINGS"))
    ? "OK"
    : "error";
};

const told = (service: HaService, answer: Started | Refused): boolean => {
  if (answer.kind === "started") service.task = answer.upid;
  return answer.kind === "started";
};

/** A start that failed is tried again, then elsewhere, then given up. */
const startFailed = (world: World, sid: string, service: HaService): void => {
  service.restarts += 1;
  if (service.restarts <= limitOf(world, sid, "max_restart")) return;
  service.restarts = 0;
  service.failedNodes.push(service.node);
  if (service.failedNodes.length > limitOf(world, sid, "max_relocate")) become(world, service, "error");
  else service.tryNext = true;
};

const keepStarted = (world: World, sid: string, service: HaService, guest: Guest): void => {
  if (service.task !== undefined) {
    const end = taskEnd(world, service);
    if (end === "error" && !isRunning(guest)) startFailed(world, sid, service);
    if (end === undefined) return;
  }
  if (isRunning(guest)) {
    service.restarts = 0;
    service.failedNodes = [];
    return;
  }
  if (service.tryNext || service.state !== "started") return;
  if (!told(service, startGuest(world, actor, guest))) startFailed(world, sid, service);
};

const carryOver = (world: World, sid: string, service: HaService, guest: Guest): void => {
  if (service.task !== undefined) {
    const end = taskEnd(world, service);
    if (end === undefined) return;
    if (guest.node === service.target || end === "error") {
      arrived(world, sid, service);
      return;
    }
  }
  if (guest.node === service.target) {
    arrived(world, sid, service);
    return;
  }
  const live = isRunning(guest) && service.state === "migrate" && guest.kind === "qemu";
  if (isRunning(guest) && !live && !(guest.kind === "lxc" && service.state === "migrate")) {
    if (!told(service, shutdownGuest(world, actor, { ...guest, force: true, timeoutMs: 60_000 })))
      arrived(world, sid, service);
    return;
  }
  const restart = isRunning(guest) && guest.kind === "lxc";
  if (
    !told(
      service,
      migrateGuest(world, actor, {
        ...guest,
        target: service.target ?? guest.node,
        online: live,
        withLocalDisks: live,
        restart,
      }),
    )
  )
    arrived(world, sid, service);
};

const serve = (world: World, sid: string, service: HaService): void => {
  const guest = guestOfSid(world, sid);
  const moves = service.state === "migrate" || service.state === "relocate";
  if (!guest || (guest.node !== service.node && !moves)) return;
  switch (service.state) {
    case "started":
      keepStarted(world, sid, service, guest);
      return;
    case "request_stop":
      if (service.task !== undefined && taskEnd(world, service) === undefined) return;
      if (isRunning(guest)) told(service, shutdownGuest(world, actor, { ...guest, force: true, timeoutMs: 60_000 }));
      return;
    case "migrate":
    case "relocate":
      carryOver(world, sid, service, guest);
      return;
    case "request_start":
    case "stopped":
    case "fence":
    case "recovery":
    case "freeze":
    case "error":
    case "ignored":
      return;
  }
};

/** One round of every node's local resource manager. */
export const serveAll = (world: World): void => {
  const { ha } = world;
  const busy = new Set(Object.values(ha.services).map(({ node }) => node));
  for (const node of Object.keys(ha.lrm).toSorted()) {
    const lrm = ha.lrm[node];
    if (!lrm) continue;
    if (isQuorate(world, node) && world.nodes[node]?.state.kind === "online") lrm.active = busy.has(node);
  }
  if (ha.armed.kind === "disarmed") return;
  for (const sid of Object.keys(ha.services).toSorted()) {
    const service = ha.services[sid];
    if (!service || world.nodes[service.node]?.state.kind !== "online" || !isQuorate(world, service.node)) continue;
    if (ha.lrm[service.node]?.mode === "restart" || ha.lrm[service.node]?.mode === "shutdown") continue;
    serve(world, sid, service);
  }
};

/** Where nodes lost the cluster: the watchdog of each that has services now runs unfed. */
export const noteLoss = (world: World): void => {
  const { ha } = world;
  for (const node of Object.keys(ha.lrm).toSorted()) {
    const lrm = ha.lrm[node];
    if (!lrm) continue;
    const well = world.nodes[node]?.state.kind === "online" && isQuorate(world, node);
    if (well) delete lrm.lostAt;
    else if (lrm.lostAt === undefined) {
      lrm.lostAt = world.now;
      if (lrm.active) enqueue(world, world.now + watchdogMs, { kind: "watchdog", node, since: world.now });
    }
  }
};

/** Whether nothing more will happen by itself: every service is as it was asked to be, on a node that is seen. */
export const isSteady = (world: World): boolean => {
  const { ha } = world;
  for (const sid in ha.services) {
    const service = ha.services[sid];
    const guest = guestOfSid(world, sid);
    if (!service || !guest) return false;
    const asked = stateAsked(world, sid);
    if (service.state === "error" && asked !== "disabled") continue;
    if (service.requested || service.task !== undefined || ha.nodes[service.node] !== "online") return false;
    if (service.state === "started" && asked === "started" && isRunning(guest)) continue;
    if (service.state === "stopped" && asked !== "started") continue;
    return false;
  }
  return Object.keys(ha.resources).every(
    (sid) => ha.services[sid] !== undefined || stateAsked(world, sid) === "ignored" || !guestOfSid(world, sid),
  );
};
