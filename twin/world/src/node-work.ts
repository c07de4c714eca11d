import type { Step } from "./step.ts";
import { type Actor, type Refused, refused, type Started, startTask } from "./worker.ts";
import type { World } from "./world.ts";

/** A worker that is about the node itself: its services, network, packages or disks. */
export type NodeWork = { node: string; type: string; id: string; steps: Step[] };

/** Starts a worker of that type on the node; what it does is in its steps. */
export const workOnNode = (world: World, actor: Actor, { node: name, type, id, steps }: NodeWork): Started | Refused => {
  const node = world.nodes[name];
  if (!node) return refused(`no such cluster node '${name}'`);
  return { kind: "started", upid: startTask(world, { node, type, id, user: actor.user, steps }).upid };
};
