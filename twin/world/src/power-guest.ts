import type { Act } from "./act.ts";
import type { Guest, GuestKind } from "./guest.ts";
import { configPath, guestOn, isRunning, lockedText } from "./guest-config.ts";
import type { Step } from "./step.ts";
import { type Actor, begin, type Refused, refused, type Started } from "./worker.ts";
import type { World } from "./world.ts";

/** A guest as it stands in a path of the API: on this node, of this kind. */
export type GuestAt = { node: string; kind: GuestKind; vmid: number };

/** Milliseconds from fork to a running QEMU or container, and from SIGTERM to none. */
const launchMs: Record<GuestKind, number> = { qemu: 900, lxc: 1500 };
const stopMs: Record<GuestKind, number> = { qemu: 500, lxc: 700 };
const lockMs = 10_000;
const defaultShutdownMs: Record<GuestKind, number> = { qemu: 180_000, lxc: 60_000 };

const prefix: Record<GuestKind, string> = { qemu: "qm", lxc: "vz" };

const work = (world: World, actor: Actor, at: GuestAt, verb: string, steps: Step[]): Started | Refused => {
  const node = world.nodes[at.node];
  if (!node) return refused(`no such cluster node '${at.node}'`);
  return begin(world, { node, type: `${prefix[at.kind]}${verb}`, id: `${at.vmid}`, user: actor.user, steps });
};

const act = (done: Act): Step => ({ do: "act", act: done });
const lock = (vmid: number): Step => ({ do: "lock", name: `guest/${vmid}`, timeoutMs: lockMs });
const missing = ({ kind, node, vmid }: GuestAt): string =>
  `Configuration file '${configPath(kind, node, vmid)}' does not exist`;

/** Has HA do it where the guest is its resource; it then answers with `hastart` or `hastop`. */
const managed = (
  world: World,
  actor: Actor,
  at: GuestAt,
  state: "started" | "stopped",
): Started | Refused | undefined => {
  const resource = world.ha.resources[`${at.kind === "qemu" ? "vm" : "ct"}:${at.vmid}`];
  if (!resource || actor.user === "ha" || resource.options.state === "ignored") return undefined;
  const node = world.nodes[at.node];
  if (!node) return undefined;
  const verb = state === "started" ? "start" : "stop";
  const what = `${at.kind === "qemu" ? "VM" : "CT"} ${at.vmid}`;
  const steps: Step[] = [
    { do: "log", text: `Requesting HA ${verb} for ${what}` },
    { do: "wait", ms: 200 },
    act({ kind: "ha.request", sid: `${at.kind === "qemu" ? "vm" : "ct"}:${at.vmid}`, state }),
  ];
  return begin(world, { node, type: `ha${verb}`, id: `${at.vmid}`, user: actor.user, steps });
};

export type StartGuest = GuestAt & { skipLock?: boolean };

/** `qmstart`, `vzstart`. A guest that is not there, is locked or is a template fails in the task. */
export const startGuest = (world: World, actor: Actor, args: StartGuest): Started | Refused => {
  const guest = guestOn(world, args.kind, args.node, args.vmid);
  if (args.kind === "lxc" && !guest) return refused(missing(args));
  if (args.kind === "lxc" && guest && isRunning(guest)) return refused(`CT ${args.vmid} already running`);
  if (!guest) return work(world, actor, args, "start", [{ do: "fail", message: missing(args) }]);
  const byHa = managed(world, actor, args, "started");
  if (byHa) return byHa;
  const skipLock = args.skipLock ?? false;
  return work(world, actor, args, "start", [
    lock(args.vmid),
    act({ kind: "guest.check-start", vmid: args.vmid, skipLock }),
    { do: "wait", ms: launchMs[args.kind] },
    act({ kind: "guest.launch", vmid: args.vmid, skipLock }),
  ]);
};

const locked = (guest: Guest, skipLock: boolean): Step[] => {
  const text = skipLock ? undefined : lockedText(guest);
  return text === undefined ? [] : [{ do: "fail", message: text }];
};

export type StopGuest = GuestAt & { skipLock?: boolean; overruleShutdown?: boolean };

/** `qmstop`, `vzstop`: at once, as if the power went. */
export const stopGuest = (world: World, actor: Actor, args: StopGuest): Started | Refused => {
  const guest = guestOn(world, args.kind, args.node, args.vmid);
  if (!guest) {
    return args.kind === "lxc"
      ? refused(missing(args))
      : work(world, actor, args, "stop", [{ do: "fail", message: missing(args) }]);
  }
  if (args.kind === "lxc" && !isRunning(guest)) return refused(`CT ${args.vmid} not running`);
  const byHa = managed(world, actor, args, "stopped");
  if (byHa) return byHa;
  return work(world, actor, args, "stop", [
    ...(args.overruleShutdown ? [act({ kind: "guest.overrule-shutdown", vmid: args.vmid })] : []),
    lock(args.vmid),
    ...locked(guest, args.skipLock ?? false),
    { do: "wait", ms: isRunning(guest) ? stopMs[args.kind] : 50 },
    act({ kind: "guest.end", vmid: args.vmid }),
  ]);
};

export type ShutdownGuest = GuestAt & { timeoutMs?: number; force?: boolean; skipLock?: boolean };

/** `qmshutdown`, `vzshutdown`: asks the guest's system, through the agent or ACPI, and waits. */
export const shutdownGuest = (world: World, actor: Actor, args: ShutdownGuest): Started | Refused => {
  const guest = guestOn(world, args.kind, args.node, args.vmid);
  if (!guest) {
    return args.kind === "lxc"
      ? refused(missing(args))
      : work(world, actor, args, "shutdown", [{ do: "fail", message: missing(args) }]);
  }
  if (args.kind === "lxc" && !isRunning(guest)) return refused(`CT ${args.vmid} not running`);
  if (guest.run.kind === "paused") return refused(`VM is paused - cannot shutdown`);
  const byHa = managed(world, actor, args, "stopped");
  if (byHa) return byHa;
  const timeoutMs = args.timeoutMs ?? defaultShutdownMs[args.kind];
  return work(world, actor, args, "shutdown", [
    lock(args.vmid),
    ...locked(guest, args.skipLock ?? false),
    act({ kind: "guest.request-shutdown", vmid: args.vmid, timeoutMs, force: args.force ?? false }),
  ]);
};

/** `qmreboot`, `vzreboot`: a shutdown, then a start with what is pending. */
export const rebootGuest = (world: World, actor: Actor, args: GuestAt & { timeoutMs?: number }): Started | Refused => {
  const guest = guestOn(world, args.kind, args.node, args.vmid);
  if (!guest) return refused(missing(args));
  if (!isRunning(guest)) return refused(`${args.kind === "qemu" ? "VM" : "CT"} ${args.vmid} not running`);
  const timeoutMs = args.timeoutMs ?? defaultShutdownMs[args.kind];
  return work(world, actor, args, "reboot", [
    lock(args.vmid),
    act({ kind: "guest.request-shutdown", vmid: args.vmid, timeoutMs, force: false }),
    { do: "wait", ms: launchMs[args.kind] },
    act({ kind: "guest.launch", vmid: args.vmid, skipLock: true }),
  ]);
};

/** `qmreset`. */
export const resetGuest = (world: World, actor: Actor, args: GuestAt): Started | Refused => {
  const guest = guestOn(world, args.kind, args.node, args.vmid);
  if (!guest) return refused(missing(args));
  if (!isRunning(guest)) return refused(`VM ${args.vmid} not running`);
  return work(world, actor, args, "reset", [lock(args.vmid), act({ kind: "guest.reset", vmid: args.vmid })]);
};

/** `qmpause`: the guest stays in memory and runs no more. */
export const pauseGuest = (world: World, actor: Actor, args: GuestAt): Started | Refused => {
  const guest = guestOn(world, args.kind, args.node, args.vmid);
  if (!guest) return refused(missing(args));
  if (!isRunning(guest)) return refused(`${args.kind === "qemu" ? "VM" : "CT"} ${args.vmid} not running`);
  return work(world, actor, args, args.kind === "qemu" ? "pause" : "suspend", [
    lock(args.vmid),
    act({ kind: "guest.pause", vmid: args.vmid }),
  ]);
};

/** `qmresume`. */
export const resumeGuest = (world: World, actor: Actor, args: GuestAt): Started | Refused => {
  const guest = guestOn(world, args.kind, args.node, args.vmid);
  if (!guest) return refused(missing(args));
  if (!isRunning(guest)) return refused(`${args.kind === "qemu" ? "VM" : "CT"} ${args.vmid} not running`);
  return work(world, actor, args, "resume", [lock(args.vmid), act({ kind: "guest.resume", vmid: args.vmid })]);
};
