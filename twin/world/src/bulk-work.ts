import type { NodeActMap } from "./node-act-map.ts";
import type { Outcome } from "./outcome.ts";
import { isRunning } from "./guest-config.ts";
import { pauseGuest, shutdownGuest, startGuest } from "./power-guest.ts";
import type { Step } from "./step.ts";
import type { Task } from "./task.ts";
import { type Actor, type Refused, type Started, startTask } from "./worker.ts";
import type { World } from "./world.ts";

/** What a bulk action does to each guest. */
export type BulkVerb = "start" | "shutdown" | "stop" | "suspend";

type Bulk = NodeActMap["bulk.next"];

const begin = (world: World, { verb, user, timeoutMs, force }: Bulk, vmid: number): Started | Refused | undefined => {
  const guest = world.guests[vmid];
  if (!guest) return undefined;
  const at = { node: guest.node, kind: guest.kind, vmid };
  const actor: Actor = { user };
  switch (verb) {
    case "start":
      return isRunning(guest) ? undefined : startGuest(world, actor, at);
    case "shutdown":
    case "stop":
      return isRunning(guest) ? shutdownGuest(world, actor, { ...at, timeoutMs: timeoutMs || 180_000, force }) : undefined;
    case "suspend":
      return guest.kind === "qemu" && isRunning(guest) ? pauseGuest(world, actor, at) : undefined;
  }
};

const line: Record<BulkVerb, (what: string, seconds: number) => string> = {
  start: (what) => `Starting ${what}`,
  shutdown: (what, seconds) => `Shutting down ${what} (Timeout = ${seconds} seconds)`,
  stop: (what, seconds) => `Stopping ${what} (timeout = ${seconds} seconds)`,
  suspend: (what) => `Suspending ${what}`,
};

/** Works on the first guests of the first group, waits for them, and comes back for the rest. */
const takeNext = (world: World, bulk: Bulk): Outcome => {
  const [group, ...later] = bulk.groups;
  if (group === undefined) return undefined;
  const batch = group.slice(0, bulk.parallel);
  const rest = group.slice(bulk.parallel);
  const steps: Step[] = [];
  const begun: { upid: string; vmid: number }[] = [];
  for (const vmid of batch) {
    const guest = world.guests[vmid];
    if (!guest) continue;
    const started = begin(world, bulk, vmid);
    if (started === undefined) continue;
    const what = `${guest.kind === "qemu" ? "VM" : "CT"} ${vmid}`;
    steps.push({ do: "log", text: line[bulk.verb](what, Math.round((bulk.timeoutMs || 180_000) / 1000)) });
    if (started.kind === "refused") steps.push({ do: "log", text: started.message });
    else begun.push({ upid: started.upid, vmid });
  }
  for (const { upid } of begun) steps.push({ do: "await", upid });
  const groups = rest.length > 0 ? [rest, ...later] : later;
  if (groups.length > 0) steps.push({ do: "act", act: { ...bulk, kind: "bulk.next", groups } });
  return steps;
};

export const bulkActs = {
  "bulk.next": (world: World, _task: Task, act: Bulk): Outcome => takeNext(world, act),
};

export type BulkWork = {
  node: string;
  /** The type of the worker: `startall`, `bulk-start` … */
  type: string;
  verb: BulkVerb;
  /** Guests by VMID; a group begins when the one before it is done. */
  groups: number[][];
  parallel: number;
  timeoutMs?: number;
  force?: boolean;
  intro?: string;
};

/** Starts a worker that does the same to many guests. */
export const workOnGuests = (world: World, actor: Actor, work: BulkWork): Started | Refused => {
  const node = world.nodes[work.node];
  if (!node) return { kind: "refused", status: 500, message: `no such cluster node '${work.node}'` };
  const { verb, groups, parallel, timeoutMs = 0, force = false, intro } = work;
  const steps: Step[] = [
    ...(intro === undefined ? [] : [{ do: "log" as const, text: intro }]),
    { do: "wait", ms: 300 },
    { do: "act", act: { kind: "bulk.next", verb, groups, parallel, user: actor.user, timeoutMs, force } },
  ];
  return { kind: "started", upid: startTask(world, { node, type: work.type, id: "", user: actor.user, steps }).upid };
};
