import { capacityOf } from "./capacity.ts";
import type { Flow } from "./flow.ts";
import { enqueue } from "./queue.ts";
import type { Progress, Use } from "./step.ts";
import type { World } from "./world.ts";

/** Bytes that a flow has done by now. */
export const doneOf = (flow: Flow, now: number): number =>
  Math.min(flow.total, flow.total - flow.left + (flow.rate * (now - flow.settledAt)) / 1000);

/** How long a flow stands still before its task gives it up. */
const patienceMs = 60_000;

const settle = (flow: Flow, now: number): void => {
  flow.left = Math.max(0, flow.total - doneOf(flow, now));
  flow.settledAt = now;
};

/** The flows that share a resource with one of these, directly or through others. */
const neighbours = (world: World, resources: Iterable<string>): Flow[] => {
  const users = new Map<string, Flow[]>();
  for (const id in world.flows) {
    const flow = world.flows[id];
    if (!flow) continue;
    for (const { resource } of flow.uses) {
      const list = users.get(resource);
      if (list) list.push(flow);
      else users.set(resource, [flow]);
    }
  }
  const found = new Map<number, Flow>();
  const open = [...resources];
  const seen = new Set(open);
  for (let resource = open.pop(); resource !== undefined; resource = open.pop()) {
    for (const flow of users.get(resource) ?? []) {
      if (found.has(flow.id)) continue;
      found.set(flow.id, flow);
      for (const use of flow.uses) {
        if (!seen.has(use.resource)) {
          seen.add(use.resource);
          open.push(use.resource);
        }
      }
    }
  }
  return [...found.values()].sort((one, other) => one.id - other.id);
};

/**
 * Max-min fair rates: all grow together until a resource is full or a flow is at its cap; those stay, the others grow on.
 * Bytes per second, by flow id.
 */
export const fairRates = (
  flows: Pick<Flow, "id" | "uses" | "cap">[],
  capacity: (resource: string) => number,
): Map<number, number> => {
  const rates = new Map<number, number>();
  const free = new Map<string, number>();
  for (const flow of flows)
    for (const { resource } of flow.uses) if (!free.has(resource)) free.set(resource, capacity(resource));
  let open = flows;
  while (open.length > 0) {
    const demand = new Map<string, number>();
    let level = Number.POSITIVE_INFINITY;
    for (const flow of open) {
      level = Math.min(level, flow.cap);
      for (const { resource, per } of flow.uses) demand.set(resource, (demand.get(resource) ?? 0) + per);
    }
    for (const [resource, per] of demand) level = Math.min(level, Math.max(0, free.get(resource) ?? 0) / per);
    const full = new Set<string>();
    for (const [resource, per] of demand)
      if (Math.max(0, free.get(resource) ?? 0) / per <= level * (1 + 1e-12)) full.add(resource);
    const stay = open.filter((flow) => flow.cap <= level || flow.uses.some(({ resource }) => full.has(resource)));
    const chosen = stay.length > 0 ? stay : open;
    for (const flow of chosen) {
      rates.set(flow.id, level);
      for (const { resource, per } of flow.uses) free.set(resource, (free.get(resource) ?? 0) - level * per);
    }
    open = open.filter((flow) => !rates.has(flow.id));
  }
  return rates;
};

/** Gives every flow on these resources, and on those that they share others with, its fair rate from now on. */
export const reshare = (world: World, resources: Iterable<string>): void => {
  const flows = neighbours(world, resources);
  const rates = fairRates(flows, (resource) => capacityOf(world, resource));
  for (const flow of flows) {
    const rate = rates.get(flow.id) ?? 0;
    if (rate === flow.rate && flow.turn > 0) continue;
    settle(flow, world.now);
    flow.rate = rate;
    flow.turn += 1;
    flow.marks.push([world.now, flow.total - flow.left]);
    const { id, turn } = flow;
    if (rate > 0) enqueue(world, world.now + Math.ceil((flow.left / rate) * 1000), { kind: "flow", flow: id, turn });
    else enqueue(world, world.now + patienceMs, { kind: "stall", flow: id, turn });
  }
};

export type NewFlow = { task: string; uses: Use[]; bytes: number; cap: number; progress: Progress };

/** Sets bytes going for a task. The rate never exceeds `cap` bytes per second. */
export const startFlow = (world: World, { task, uses, bytes, cap, progress }: NewFlow): Flow => {
  const id = ++world.lastFlow;
  const flow: Flow = {
    id,
    task,
    uses,
    total: bytes,
    left: bytes,
    settledAt: world.now,
    rate: 0,
    cap,
    progress,
    startedAt: world.now,
    marks: [],
    turn: 0,
  };
  world.flows[id] = flow;
  reshare(
    world,
    uses.map(({ resource }) => resource),
  );
  // A flow that uses nothing has no neighbours: only its cap limits it.
  if (flow.turn === 0) {
    flow.rate = cap;
    flow.turn = 1;
    flow.marks.push([world.now, 0]);
    enqueue(world, world.now + Math.ceil((bytes / cap) * 1000), { kind: "flow", flow: id, turn: 1 });
  }
  return flow;
};

/** Takes a flow away, finished or not; what it used is shared anew. */
export const endFlow = (world: World, flow: Flow): void => {
  settle(flow, world.now);
  delete world.flows[flow.id];
  reshare(
    world,
    flow.uses.map(({ resource }) => resource),
  );
};
