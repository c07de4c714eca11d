import type { Guest } from "./guest.ts";
import {
  agentEnabled,
  bridgesOf,
  disksOf,
  isRunning,
  isTemplate,
  lockedText,
  lockOf,
  memoryOf,
} from "./guest-config.ts";
import type { ActsFor } from "./outcome.ts";
import type { Step } from "./step.ts";
import type { Task } from "./task.ts";
import { findVolume, removeVolume, storageOf, whyNotStorage } from "./volume.ts";
import { endTask, nextPid } from "./worker.ts";
import type { World } from "./world.ts";

/** How long a running process is given to go after SIGTERM. */
const termMs = 800;
/** How long `guest-ping` is waited for. */
const agentPingMs = 3000;

const named = (guest: Guest): string => (guest.kind === "qemu" ? `VM ${guest.vmid}` : `CT ${guest.vmid}`);

const keptHistory = 512;

/** Writes down where the guest runs from now on; empty where it does not. */
export const noteRun = (world: World, guest: Guest, node: string): void => {
  guest.history.push([world.now, node]);
  if (guest.history.length > keptHistory) guest.history.splice(0, keptHistory / 4);
};

/** Has the guest run on its node from now on. */
export const launch = (world: World, guest: Guest): void => {
  const node = world.nodes[guest.node];
  if (!node) return;
  guest.run = { kind: "running", pid: nextPid(node), since: world.now, agentAt: world.now + guest.bootMs };
  noteRun(world, guest, guest.node);
};

/** Ends the guest's run, however it came to that. */
export const halt = (world: World, guest: Guest): void => {
  if (guest.run.kind === "stopped") return;
  guest.run = { kind: "stopped" };
  for (const storage of Object.keys(guest.bitmaps)) delete guest.bitmaps[storage];
  noteRun(world, guest, "");
};

/** Whether the guest agent answers now. */
export const agentAnswers = (world: World, guest: Guest): boolean =>
  guest.run.kind === "running" && guest.agent === "present" && agentEnabled(guest) && world.now >= guest.run.agentAt;

/** Whether the guest's system hears a shutdown request now: it is booted and there is one. */
const obeys = (world: World, guest: Guest): boolean =>
  guest.obeysShutdown && guest.run.kind === "running" && (guest.kind === "lxc" || world.now >= guest.run.agentAt);

/** Why a guest cannot be started on its node, in Proxmox's words; undefined where it can. */
const whyNotStart = (world: World, guest: Guest, skipLock: boolean): string | undefined => {
  const node = world.nodes[guest.node];
  const locked = lockedText(guest);
  if (isTemplate(guest)) return `you can't start a ${guest.kind === "qemu" ? "vm" : "CT"} if it's a template`;
  if (locked !== undefined && !skipLock && lockOf(guest) !== "suspended") return locked;
  if (isRunning(guest)) return `${named(guest)} already running`;
  if (!node) return `no such cluster node '${guest.node}'`;
  const missing = bridgesOf(guest).find(
    (bridge) => !Object.hasOwn(node.interfaces, bridge) && !world.sdn.running?.vnets[bridge],
  );
  if (missing !== undefined) return `bridge '${missing}' does not exist`;
  for (const { volid } of disksOf(guest)) {
    const storage = storageOf(volid);
    const why = whyNotStorage(world, guest.node, storage);
    if (why !== undefined) return why;
    if (!findVolume(world, guest.node, volid)) return `volume '${volid}' does not exist`;
  }
  if (memoryOf(guest) > node.hardware.memory + node.hardware.swap) return "start failed: QEMU exited with code 1";
  return undefined;
};

/** A guest that was suspended to disk goes on where it was; its saved state is not needed any more. */
const takeUp = (world: World, task: Task, guest: Guest): void => {
  const state = findVolume(world, guest.node, `${guest.config.vmstate}`);
  task.log.push("Resumed VM, removing state");
  if (state) removeVolume(world, state.backing, state.volume.volid);
  for (const key of ["lock", "vmstate"]) delete guest.config[key];
  if (guest.run.kind === "running") guest.run.agentAt = world.now;
};

export const guestPowerActs: ActsFor<
  | "guest.check-start"
  | "guest.overrule-shutdown"
  | "guest.launch"
  | "guest.end"
  | "guest.pause"
  | "guest.resume"
  | "guest.reset"
  | "guest.request-shutdown"
  | "guest.finish-shutdown"
  | "guest.unlock"
> = {
  "guest.check-start": (world, _task, { vmid, skipLock }) => {
    const guest = world.guests[vmid];
    const why = guest ? whyNotStart(world, guest, skipLock) : `unable to find configuration file for VM ${vmid}`;
    return why === undefined ? undefined : { fail: why };
  },
  "guest.overrule-shutdown": (world, task, { vmid }) => {
    const lock = world.locks[`guest/${vmid}`];
    const other = lock && world.tasks[lock.holder];
    if (other && other !== task && /^(?:qm|vz)shutdown$/.test(other.type)) endTask(world, other, "received interrupt");
    return undefined;
  },
  "guest.launch": (world, task, { vmid, skipLock }) => {
    const guest = world.guests[vmid];
    if (!guest) return { fail: `unable to find configuration file for VM ${vmid}` };
    const why = whyNotStart(world, guest, skipLock);
    if (why !== undefined) return { fail: why };
    applyPending(guest);
    launch(world, guest);
    if (lockOf(guest) === "suspended") takeUp(world, task, guest);
    return undefined;
  },
  "guest.end": (world, _task, { vmid }) => {
    const guest = world.guests[vmid];
    if (guest) halt(world, guest);
    return undefined;
  },
  /** Takes the lock away, if it is still that one. */
  "guest.unlock": (world, _task, { vmid, lock }) => {
    const guest = world.guests[vmid];
    if (guest && `${guest.config.lock}` === lock) delete guest.config.lock;
    return undefined;
  },
  "guest.pause": (world, _task, { vmid }) => {
    const guest = world.guests[vmid];
    if (guest?.run.kind !== "running") return { fail: `VM ${vmid} not running` };
    const { pid, since, agentAt } = guest.run;
    guest.run = { kind: "paused", pid, since, agentAt, reason: "paused" };
    return undefined;
  },
  "guest.resume": (world, _task, { vmid }) => {
    const guest = world.guests[vmid];
    if (!guest || guest.run.kind === "stopped") return { fail: `VM ${vmid} not running` };
    const { pid, since, agentAt } = guest.run;
    guest.run = { kind: "running", pid, since, agentAt };
    return undefined;
  },
  "guest.reset": (world, _task, { vmid }) => {
    const guest = world.guests[vmid];
    if (!guest || guest.run.kind === "stopped") return { fail: `VM ${vmid} not running` };
    guest.run = { ...guest.run, agentAt: world.now + guest.bootMs };
    return undefined;
  },
  "guest.request-shutdown": (world, _task, { vmid, timeoutMs, force }) => {
    const guest = world.guests[vmid];
    if (!guest || guest.run.kind === "stopped") return undefined;
    const pinged = guest.kind === "qemu" && agentEnabled(guest) && !agentAnswers(world, guest);
    const pingMs = pinged ? Math.min(agentPingMs, timeoutMs) : 0;
    const obeyed = obeys(world, guest) && pingMs + guest.shutdownMs <= timeoutMs;
    const silence = `QEMU Guest Agent is not running - VM ${vmid} qga command 'guest-ping' failed - got timeout`;
    const ping: Step[] = [
      { do: "wait", ms: pingMs },
      { do: "log", text: silence },
    ];
    return [
      ...(pinged ? ping : []),
      { do: "wait", ms: obeyed ? guest.shutdownMs : timeoutMs - pingMs },
      { do: "act", act: { kind: "guest.finish-shutdown", vmid, obeyed, force } },
    ];
  },
  "guest.finish-shutdown": (world, _task, { vmid, obeyed, force }) => {
    const guest = world.guests[vmid];
    if (!guest || guest.run.kind === "stopped") return undefined;
    if (obeyed) {
      halt(world, guest);
      return undefined;
    }
    if (!force)
      return { fail: guest.kind === "qemu" ? "VM quit/powerdown failed - got timeout" : "container did not stop" };
    const terminate: Step[] = [
      { do: "wait", ms: termMs },
      { do: "act", act: { kind: "guest.end", vmid } },
    ];
    return guest.kind === "qemu"
      ? [{ do: "log", text: "VM still running - terminating now with SIGTERM" }, ...terminate]
      : terminate;
  },
};

/** What waits in [PENDING] becomes the configuration: a guest that starts has it. */
export const applyPending = (guest: Guest): void => {
  for (const key of `${guest.pending.delete ?? ""}`.split(/[,;\s]+/).filter(Boolean))
    delete guest.config[key.replace(/^!/, "")];
  for (const [key, value] of Object.entries(guest.pending)) {
    if (key !== "delete" && value !== undefined) guest.config[key] = value;
    delete guest.pending[key];
  }
};
