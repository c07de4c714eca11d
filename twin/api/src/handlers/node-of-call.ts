import type { Node } from "@orrery/twin-world";
import type { Call } from "../call.ts";
import { fail } from "../problem.ts";

/** The node that answers. */
export const nodeOfCall = (call: Call): Node => call.world.nodes[call.node] ?? fail(`no such node '${call.node}'`);
