import type { Traffic } from "@orrery/model";
import { linkResource, readResource, writeResource } from "./capacity.ts";
import type { Vertex } from "./network.ts";
import { nodeVertex, wayBetween } from "./reach.ts";
import type { Progress, Step, Use } from "./step.ts";
import type { Backing } from "./storage.ts";
import type { World } from "./world.ts";

/** Bytes per second that one encrypted tunnel carries at most, on one CPU. */
export const tunnelCap = 700e6;

const vertexOf = ({ place }: Backing): Vertex => (place.kind === "node" ? nodeVertex(place.node) : place.vertex);

type Leg =
  | { kind: "read"; backing: Backing }
  | { kind: "write"; backing: Backing; per?: number }
  | { kind: "move"; from: Vertex; to: Vertex; traffic: Traffic; per?: number };

type Route = { uses: Use[]; cap: number };

/** What a chain of legs uses, and the speed of its slowest single conversation; undefined where there is no way. */
const routeOf = (world: World, legs: Leg[]): Route | undefined => {
  const uses = new Map<string, number>();
  let cap = Number.MAX_SAFE_INTEGER;
  const add = (resource: string, per: number) => uses.set(resource, (uses.get(resource) ?? 0) + per);
  for (const leg of legs) {
    if (leg.kind === "read") add(readResource(leg.backing), 1);
    else if (leg.kind === "write") add(writeResource(leg.backing), leg.per ?? 1);
    else {
      const way = wayBetween(world, leg.from, leg.to, leg.traffic);
      if (!way) return undefined;
      for (const { link, from } of way) {
        add(linkResource(link, from), leg.per ?? 1);
        cap = Math.min(cap, link.bitsPerSecond / 8 / link.members / (leg.per ?? 1));
      }
    }
  }
  return { uses: [...uses].map(([resource, per]) => ({ resource, per })), cap };
};

export type Copy = {
  source?: Backing;
  target?: Backing;
  /** The node that reads and the node that writes. */
  from: string;
  to: string;
  /** Bytes written for each byte read: less than 1 where the data is compressed on the way. */
  written?: number;
  /** What takes the bytes between a node and a storage that is reached over the network. */
  traffic?: Traffic;
};

/** How data goes from a backing through one or two nodes to a backing. */
const routeOfCopy = (
  world: World,
  { source, target, from, to, written = 1, traffic = "storage" }: Copy,
): Route | undefined => {
  const legs: Leg[] = [];
  if (source)
    legs.push(
      { kind: "read", backing: source },
      { kind: "move", from: vertexOf(source), to: nodeVertex(from), traffic },
    );
  if (from !== to) legs.push({ kind: "move", from: nodeVertex(from), to: nodeVertex(to), traffic: "migration" });
  if (target)
    legs.push(
      { kind: "move", from: nodeVertex(to), to: vertexOf(target), per: written, traffic },
      { kind: "write", backing: target, per: written },
    );
  return routeOf(world, legs);
};

/** The step that moves the bytes; it fails where there is no way. */
export const copyStep = (world: World, copied: Copy & { bytes: number; cap?: number; progress: Progress }): Step => {
  const route = routeOfCopy(world, copied);
  if (!route) return { do: "fail", message: `no route to node '${copied.to}'` };
  return {
    do: "flow",
    uses: route.uses,
    bytes: copied.bytes,
    cap: Math.min(route.cap, copied.cap ?? Number.MAX_SAFE_INTEGER),
    progress: copied.progress,
  };
};
