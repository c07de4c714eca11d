import type { Traffic } from "@orrery/model";
import type { Dict } from "./dict.ts";

/** A vertex of the network: `node:pve1`, `switch:sw1`, `host:nas1`. */
export type Vertex = string;

/**
 * A cable or a link aggregation, the same speed both ways. `bitsPerSecond` is the sum over its members; one
 * conversation runs over one member. `health` is the share of its speed that it has now: 1 sound, 0 cut.
 */
export type Link = {
  id: string;
  ends: [Vertex, Vertex];
  bitsPerSecond: number;
  members: number;
  health: number;
  /** The traffic that it is meant for; all of it where left out. */
  carries?: Traffic[];
};

export type Network = {
  links: Dict<Link>;
  /** Vertices that forward nothing now: switches without power. Nodes that are off are told by their own state. */
  dark: Dict<true>;
  /** Sets of nodes cut off from all others, by the fault that does so. */
  cuts: Dict<string[]>;
};
