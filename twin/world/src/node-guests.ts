import { disturbCorosync, isQuorate } from "./corosync.ts";
import type { Guest } from "./guest.ts";
import { isRunning, isTemplate, propertyOf } from "./guest-config.ts";
import { wakeHa } from "./ha-wake.ts";
import { migrateGuest } from "./migrate-guest.ts";
import { cutPower, powerOn } from "./node-power.ts";
import type { ActsFor } from "./outcome.ts";
import { shutdownGuest, startGuest } from "./power-guest.ts";
import { enqueue } from "./queue.ts";
import { sidOf } from "./sid.ts";
import type { Step } from "./step.ts";
import { type Actor, begin, type Refused, refused, type Started, startTask } from "./worker.ts";
import type { World } from "./world.ts";

/** Place in the start order (`startup: order=…`), and seconds to wait after it starts. */
const startupOf = (guest: Guest): { order: number; up: number } => {
  const text = `${guest.config.startup ?? ""}`;
  const order = Number(propertyOf(text, "order", "order") ?? Number.NaN);
  return { order: Number.isFinite(order) ? order : Number.MAX_SAFE_INTEGER, up: Number(propertyOf(text, "up") ?? 0) };
};

const guestsOn = (world: World, node: string): Guest[] =>
  Object.values(world.guests)
    .filter((guest) => guest.node === node)
    .sort((one, other) => startupOf(one).order - startupOf(other).order || one.vmid - other.vmid);

const nameOf = (guest: Guest): string => `${guest.kind === "qemu" ? "VM" : "CT"} ${guest.vmid}`;

export type NodeGuests = { node: string; vmids?: number[]; force?: boolean };

/** `startall`: the guests that start with the node (or those asked), one group of the start order after another. */
export const startAll = (world: World, actor: Actor, args: NodeGuests): Started | Refused => {
  const node = world.nodes[args.node];
  if (!node) return refused(`no such cluster node '${args.node}'`);
  const wanted = guestsOn(world, args.node).filter(
    (guest) =>
      !isTemplate(guest) &&
      !isRunning(guest) &&
      (args.vmids ? args.vmids.includes(guest.vmid) : args.force || `${guest.config.onboot ?? 0}` === "1") &&
      !world.ha.resources[sidOf(guest)],
  );
  const steps = wanted.flatMap((guest): Step[] => [
    { do: "log", text: `Starting ${nameOf(guest)}` },
    { do: "act", act: { kind: "node.start-guest", vmid: guest.vmid } },
    ...(startupOf(guest).up > 0 ? [{ do: "wait" as const, ms: startupOf(guest).up * 1000 }] : []),
  ]);
  return begin(world, { node, type: "startall", id: "", user: actor.user, steps });
};

/** `stopall`: in the order opposite to that of the start. */
export const stopAll = (world: World, actor: Actor, args: NodeGuests & { timeoutMs?: number }): Started | Refused => {
  const node = world.nodes[args.node];
  if (!node) return refused(`no such cluster node '${args.node}'`);
  return begin(world, { node, type: "stopall", id: "", user: actor.user, steps: stopSteps(world, args) });
};

const stopSteps = (world: World, args: NodeGuests & { timeoutMs?: number }): Step[] => {
  const wanted = guestsOn(world, args.node)
    .filter((guest) => isRunning(guest) && (!args.vmids || args.vmids.includes(guest.vmid)))
    .toReversed();
  const timeoutMs = args.timeoutMs ?? 180_000;
  const groups = Map.groupBy(wanted, (guest) => startupOf(guest).order);
  return [...groups.values()].flatMap((group): Step[] => [
    ...group.map(
      (guest): Step => ({
        do: "log",
        text: `Stopping ${nameOf(guest)} (timeout = ${Math.round(timeoutMs / 1000)} seconds)`,
      }),
    ),
    { do: "act", act: { kind: "node.stop-guests", vmids: group.map(({ vmid }) => vmid), timeoutMs } },
  ]);
};

/** `migrateall`: the running guests live, the others as they are, a few at a time. */
export const migrateAll = (
  world: World,
  actor: Actor,
  args: NodeGuests & { target: string; withLocalDisks?: boolean; workers?: number },
): Started | Refused => {
  const node = world.nodes[args.node];
  if (!node) return refused(`no such cluster node '${args.node}'`);
  if (!world.nodes[args.target]) return refused(`no such cluster node '${args.target}'`);
  const vmids = guestsOn(world, args.node)
    .filter((guest) => !args.vmids || args.vmids.includes(guest.vmid))
    .map(({ vmid }) => vmid);
  const workers = Math.max(1, args.workers ?? 1);
  const steps: Step[] = [];
  for (let index = 0; index < vmids.length; index += workers) {
    steps.push({
      do: "act",
      act: {
        kind: "node.migrate-guests",
        vmids: vmids.slice(index, index + workers),
        target: args.target,
        localDisks: args.withLocalDisks ?? false,
      },
    });
  }
  return begin(world, { node, type: "migrateall", id: "", user: actor.user, steps });
};

/** How a node that goes down treats its HA resources (`ha: shutdown_policy=…`), unless it is told. */
const shutdownPolicy = (world: World): string =>
  propertyOf(`${world.cluster.options.ha ?? ""}`, "shutdown_policy") ?? "conditional";

/** Shuts a node down in order, guests first; it stays off or boots again. Undefined: it is under way. */
export const shutdownNode = (
  world: World,
  actor: Actor,
  args: { node: string; reboot: boolean },
): Refused | undefined => {
  const node = world.nodes[args.node];
  if (node?.state.kind !== "online") return refused(`node '${args.node}' is not online`);
  const policy = shutdownPolicy(world);
  const lrm = world.ha.lrm[args.node];
  if (lrm) {
    if (policy === "migrate") lrm.mode = "maintenance";
    else if (policy === "freeze" || (policy === "conditional" && args.reboot)) lrm.mode = "restart";
    else lrm.mode = "shutdown";
  }
  wakeHa(world);
  const evacuate: Step[] =
    policy === "migrate" && lrm
      ? [{ do: "act", act: { kind: "node.await-evacuation", node: args.node, tries: 180 } }]
      : [];
  startTask(world, {
    node,
    type: "stopall",
    id: "",
    user: actor.user,
    steps: [
      ...evacuate,
      { do: "act", act: { kind: "node.stop-all", node: args.node } },
      { do: "act", act: { kind: "node.go-down", node: args.node, reboot: args.reboot } },
    ],
  });
  return undefined;
};

/** After a boot: the guests start once the node has quorum. */
export const autostart = (world: World, name: string): void => {
  const node = world.nodes[name];
  if (node?.state.kind !== "online") return;
  if (!isQuorate(world, name)) {
    enqueue(world, world.now + 10_000, { kind: "autostart", node: name, since: node.state.since });
    return;
  }
  if (guestsOn(world, name).some((guest) => `${guest.config.onboot ?? 0}` === "1"))
    startAll(world, { user: "root@pam" }, { node: name });
};

export const nodeGuestActs: ActsFor<
  | "node.start-guest"
  | "node.stop-guests"
  | "node.stop-all"
  | "node.migrate-guests"
  | "node.await-evacuation"
  | "node.go-down"
  | "node.power"
> = {
  "node.start-guest": (world, task, { vmid }) => {
    const guest = world.guests[vmid];
    if (guest?.node !== task.node || isRunning(guest)) return undefined;
    const answer = startGuest(world, { user: task.user }, guest);
    if (answer.kind === "started") return [{ do: "await", upid: answer.upid }];
    task.log.push(answer.message);
    return undefined;
  },
  "node.stop-guests": (world, task, { vmids, timeoutMs }) => {
    const upids: Step[] = [];
    for (const vmid of vmids) {
      const guest = world.guests[vmid];
      if (guest?.node !== task.node || !isRunning(guest)) continue;
      const answer = shutdownGuest(world, { user: "ha" }, { ...guest, timeoutMs, force: true });
      if (answer.kind === "started") upids.push({ do: "await", upid: answer.upid });
    }
    return upids;
  },
  "node.stop-all": (world, _task, { node }) => stopSteps(world, { node }),
  "node.migrate-guests": (world, task, { vmids, target, localDisks }) => {
    const steps: Step[] = [];
    for (const vmid of vmids) {
      const guest = world.guests[vmid];
      if (guest?.node !== task.node) continue;
      task.log.push(`Migrating ${nameOf(guest)}`);
      const answer = migrateGuest(
        world,
        { user: task.user },
        {
          ...guest,
          target,
          online: isRunning(guest),
          withLocalDisks: localDisks,
          restart: isRunning(guest) && guest.kind === "lxc",
        },
      );
      if (answer.kind === "started") steps.push({ do: "await", upid: answer.upid });
      else task.log.push(answer.message);
    }
    return steps;
  },
  "node.await-evacuation": (world, _task, { node, tries }) => {
    const left = Object.values(world.ha.services).some(
      (service) => service.node === node && service.state !== "stopped" && service.state !== "error",
    );
    if (!left || tries <= 0) return undefined;
    return [
      { do: "wait", ms: 5000 },
      { do: "act", act: { kind: "node.await-evacuation", node, tries: tries - 1 } },
    ];
  },
  "node.go-down": (world, _task, { node: name, reboot }) => {
    const node = world.nodes[name];
    if (!node) return undefined;
    node.state = { kind: "stopping", reboot };
    disturbCorosync(world);
    return [
      { do: "wait", ms: node.shutdownSeconds * 1000 },
      { do: "act", act: { kind: "node.power", node: name, reboot } },
    ];
  },
  "node.power": (world, _task, { node: name, reboot }) => {
    const node = world.nodes[name];
    if (!node) return undefined;
    cutPower(world, node);
    if (reboot) powerOn(world, node);
    return undefined;
  },
};
