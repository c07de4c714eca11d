import type { Traffic } from "@orrery/model";
import type { Link, Vertex } from "./network.ts";
import type { World } from "./world.ts";

export const nodeVertex = (node: string): Vertex => `node:${node}`;

/** Whether a node's network answers: it is booted, has power and is not hung. */
export const isUp = (world: World, node: string): boolean => {
  const kind = world.nodes[node]?.state.kind;
  return kind === "online";
};

const isLit = (world: World, vertex: Vertex): boolean => {
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

/**
 * The shortest way over links that are up and meant for the traffic, or undefined; of two equally short ones, that
 * with the lower link ids.
 */
export const wayBetween = (world: World, from: Vertex, to: Vertex, traffic: Traffic): Hop[] | undefined => {
  if (from === to) return [];
  if (!isLit(world, from) || !isLit(world, to) || isCut(world, from, to)) return undefined;
  const links = Object.values(world.network.links).filter(
    ({ health, carries }) => health > 0 && (!carries || carries.includes(traffic)),
  );
  const cameBy = new Map<Vertex, Hop | undefined>([[from, undefined]]);
  const open = [from];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    for (const link of links) {
      const next = link.ends[0] === at ? link.ends[1] : link.ends[1] === at ? link.ends[0] : undefined;
      // Nodes forward nothing for others.
      if (next === undefined || cameBy.has(next) || !isLit(world, next) || (next !== to && next.startsWith("node:")))
        continue;
      cameBy.set(next, { link, from: at });
      if (next === to) return traceBack(cameBy, to);
      open.push(next);
    }
  }
  return undefined;
};

const traceBack = (cameBy: Map<Vertex, Hop | undefined>, to: Vertex): Hop[] => {
  const way: Hop[] = [];
  for (let hop = cameBy.get(to); hop; hop = cameBy.get(hop.from)) way.unshift(hop);
  return way;
};

/** Whether two nodes hear each other now. */
export const hears = (world: World, one: string, other: string, traffic: Traffic = "cluster"): boolean =>
  wayBetween(world, nodeVertex(one), nodeVertex(other), traffic) !== undefined;
