import { isRunning } from "./guest-config.ts";
import { migrateGuest } from "./migrate-guest.ts";
import type { NodeActMap } from "./node-act-map.ts";
import type { ActsFor } from "./outcome.ts";
import { pauseGuest, shutdownGuest, startGuest } from "./power-guest.ts";
import type { Step } from "./step.ts";
import { type Actor, type Refused, refused, type Started, startTask } from "./worker.ts";
import type { World } from "./world.ts";

/** What a bulk action does to each guest. */
export type BulkVerb = Bulk["verb"];

type Bulk = NodeActMap["bulk.next"];

const begin = (world: World, bulk: Bulk, vmid: number): Started | Refused | undefined => {
  const guest = world.guests[vmid];
  if (!guest) return undefined;
  const at = { node: guest.node, kind: guest.kind, vmid };
  const actor: Actor = { user: bulk.user };
  const runs = isRunning(guest);
  switch (bulk.verb) {
    case "start":
      return runs ? undefined : startGuest(world, actor, at);
    case "shutdown":
      return runs ? shutdownGuest(world, actor, { ...at, timeoutMs: bulk.timeoutMs, force: bulk.force }) : undefined;
    case "suspend":
      return runs ? pauseGuest(world, actor, at) : undefined;
    case "migrate": {
      if (guest.node === bulk.target) return undefined;
      const { target, localDisks: withLocalDisks, online } = bulk;
      const restart = runs && guest.kind === "lxc";
      return migrateGuest(world, actor, { ...at, target, withLocalDisks, online: runs && online, restart });
    }
  }
};

const lineOf = ({ verb, timeoutMs, target }: Bulk, what: string): string => {
  switch (verb) {
    case "start":
      return `Starting ${what}`;
    case "shutdown":
      return `Shutting down ${what} (Timeout = ${Math.round(timeoutMs / 1000)} seconds)`;
    case "suspend":
      return `Suspending ${what}`;
    case "migrate":
      return `Migrating ${what} to node ${target}`;
  }
};

const nameOf = (world: World, vmid: number): string => `${world.guests[vmid]?.kind === "lxc" ? "CT" : "VM"} ${vmid}`;

export const bulkActs: ActsFor<"bulk.next"> = {
  "bulk.next": (world, _task, bulk) => {
    const [group, ...later] = bulk.groups;
    if (group === undefined) return undefined;
    const rest = group.slice(bulk.parallel);
    const steps: Step[] = [];
    const begun: Step[] = [];
    for (const vmid of group.slice(0, bulk.parallel)) {
      const answer = begin(world, bulk, vmid);
      if (!answer) continue;
      steps.push({ do: "log", text: lineOf(bulk, nameOf(world, vmid)) });
      if (answer.kind === "started") begun.push({ do: "await", upid: answer.upid });
      else steps.push({ do: "log", text: answer.message });
    }
    const groups = rest.length > 0 ? [rest, ...later] : later;
    return [...steps, ...begun, { do: "act", act: { ...bulk, kind: "bulk.next", groups } }];
  },
};

export type BulkWork = Omit<Bulk, "user"> & {
  node: string;
  /** The type of the worker: `bulk-start` … */
  type: string;
  /** The first line of its log. */
  intro: string;
};

/** Starts a worker that does the same to many guests: a few at once, a group when the one before it is done. */
export const workOnGuests = (world: World, actor: Actor, work: BulkWork): Started | Refused => {
  const { node: name, type, intro, ...bulk } = work;
  const node = world.nodes[name];
  if (!node) return refused(`no such cluster node '${name}'`);
  const steps: Step[] = [
    { do: "log", text: intro },
    { do: "wait", ms: 300 },
    { do: "act", act: { kind: "bulk.next", ...bulk, user: actor.user } },
  ];
  return { kind: "started", upid: startTask(world, { node, type, id: "", user: actor.user, steps }).upid };
};
