export { type DrainedNode, type DrainNodes, drainNodes } from "./drain-nodes.ts";
export { type PlacementWishes, placementOf } from "./placement-of.ts";
export { Halted } from "./task.ts";
