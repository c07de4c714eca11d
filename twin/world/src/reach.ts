import type { Link, Vertex } from "./network.ts";
import type { World } from "./world.ts";

export const nodeVertex = (node: string): Vertex => `node:${node}`;

/** Whether a node's network answers: it is booted, has power and is not hung. */
export const isUp = (world: World, node: string): boolean => {
  const kind = world.nodes[node]?.state.kind;
  return kind === "online";
};

const carries = (world: World, vertex: Vertex): boolean => {
  if (world.network.dark[vertex]) return false;
  return !vertex.startsWith("node:") || isUp(world, vertex.slice(5));
};

/** Whether a cut lies between the two: they are on different sides of one. */
const isCut = (world: World, one: Vertex, other: Vertex): boolean => {
  for (const id in world.network.cuts) {
    const side = world.network.cuts[id] ?? [];
    const inside = (vertex: Vertex) => vertex.startsWith("node:") && side.includes(vertex.slice(5));
    if (inside(one) !== inside(other)) return true;
  }
  return false;
};

export type Hop = { link: Link; from: Vertex };

/** The cheapest way over links that are up, or undefined; of two equally cheap ones, that found first. */
export const wayBetween = (world: World, from: Vertex, to: Vertex): Hop[] | undefined => {
  if (from === to) return [];
  if (!carries(world, from) || !carries(world, to) || isCut(world, from, to)) return undefined;
  const links = Object.values(world.network.links).filter(({ health }) => health > 0);
  const cameBy = new Map<Vertex, Hop | undefined>([[from, undefined]]);
  const costs = new Map<Vertex, number>([[from, 0]]);
  const open = new Set<Vertex>([from]);
  for (let at = cheapest(open, costs); at !== undefined; at = cheapest(open, costs)) {
    if (at === to) return traceBack(cameBy, to);
    open.delete(at);
    // Nodes forward nothing for others.
    if (at !== from && at.startsWith("node:")) continue;
    for (const link of links) {
      const next = link.ends[0] === at ? link.ends[1] : link.ends[1] === at ? link.ends[0] : undefined;
      if (next === undefined || !carries(world, next)) continue;
      const cost = (costs.get(at) ?? 0) + (link.cost ?? 1);
      if (cost >= (costs.get(next) ?? Number.POSITIVE_INFINITY)) continue;
      costs.set(next, cost);
      cameBy.set(next, { link, from: at });
      open.add(next);
    }
  }
  return undefined;
};

const cheapest = (open: ReadonlySet<Vertex>, costs: ReadonlyMap<Vertex, number>): Vertex | undefined => {
  let best: Vertex | undefined;
  for (const vertex of open) if (best === undefined || (costs.get(vertex) ?? 0) < (costs.get(best) ?? 0)) best = vertex;
  return best;
};

const traceBack = (cameBy: Map<Vertex, Hop | undefined>, to: Vertex): Hop[] => {
  const way: Hop[] = [];
  for (let hop = cameBy.get(to); hop; hop = cameBy.get(hop.from)) way.unshift(hop);
  return way;
};

/** Whether two nodes hear each other now. */
export const hears = (world: World, one: string, other: string): boolean =>
  wayBetween(world, nodeVertex(one), nodeVertex(other)) !== undefined;
