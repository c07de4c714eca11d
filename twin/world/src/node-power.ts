import { disturbCorosync } from "./corosync.ts";
import { halt } from "./guest-power.ts";
import { wakeHa } from "./ha-wake.ts";
import type { Node } from "./node.ts";
import { enqueue } from "./queue.ts";
import { nodeVertex } from "./reach.ts";
import { endFlow, reshare } from "./sharing.ts";
import { forgetTask } from "./worker.ts";
import type { World } from "./world.ts";

/** The resources of the links that end at a node. */
const linksAt = (world: World, node: string): string[] =>
  Object.values(world.network.links)
    .filter(({ ends }) => ends.includes(nodeVertex(node)))
    .flatMap(({ id }) => [`link|${id}|forth`, `link|${id}|back`]);

/** Workers die with their node: nothing is undone, and their end is never written. */
const killTasks = (world: World, node: Node): void => {
  for (const upid of [...node.tasks, ...node.silent]) {
    const task = world.tasks[upid];
    if (task?.state.kind !== "running") continue;
    if (task.waiting.kind === "flow") {
      const flow = world.flows[task.waiting.flow];
      if (flow) endFlow(world, flow);
    }
    forgetTask(world, task);
  }
};

const haltGuests = (world: World, node: Node): void => {
  for (const vmid in world.guests) {
    const guest = world.guests[vmid];
    if (guest?.node === node.name) halt(world, guest);
  }
};

/** The power is gone at once. */
export const cutPower = (world: World, node: Node): void => {
  if (node.state.kind === "off") return;
  node.state = { kind: "off", since: world.now };
  killTasks(world, node);
  haltGuests(world, node);
  reshare(world, linksAt(world, node.name));
  disturbCorosync(world);
  wakeHa(world);
};

/** The power is there: the node answers after its boot time. */
export const powerOn = (world: World, node: Node): void => {
  if (node.state.kind !== "off") return;
  const until = world.now + node.bootSeconds * 1000;
  node.state = { kind: "booting", until };
  enqueue(world, until, { kind: "node", node: node.name, mark: until });
};

/** As the reset button does it. */
export const resetNode = (world: World, node: Node): void => {
  cutPower(world, node);
  powerOn(world, node);
};

/** What the queue's wake of a booting node does. */
export const finishBoot = (world: World, node: Node): void => {
  node.state = { kind: "online", since: world.now };
  node.versions.kernel = node.nextKernel;
  node.lastPid = 1000;
  const lrm = world.ha.lrm[node.name];
  if (lrm && !lrm.maintained) lrm.mode = "active";
  reshare(world, linksAt(world, node.name));
  disturbCorosync(world);
  wakeHa(world);
  enqueue(world, world.now + autostartMs, { kind: "autostart", node: node.name, since: world.now });
};

/** After the boot, when corosync has settled, the guests with `onboot` start. */
const autostartMs = 8000;

/** The node's software answers no more; what runs in its guests goes on, unseen. */
export const hang = (world: World, node: Node): void => {
  if (node.state.kind !== "online") return;
  node.state = { kind: "hung", since: world.now };
  killTasks(world, node);
  reshare(world, linksAt(world, node.name));
  disturbCorosync(world);
  wakeHa(world);
};

/** The software of a hung node goes on as if nothing had been. */
export const unhang = (world: World, node: Node): void => {
  if (node.state.kind !== "hung") return;
  node.state = { kind: "online", since: node.state.since };
  reshare(world, linksAt(world, node.name));
  disturbCorosync(world);
  wakeHa(world);
};
