import {
  type NodePart,
  type NodePresence,
  type NodeState,
  nodeParts,
  type Observed,
  unasked,
  unreachable,
} from "@orrery/state";
import { readNodePart } from "./node-parts.ts";
import type { Reader } from "./reader.ts";

/** Which parts of a node are to be read. */
export type Wanted = (part: NodePart) => boolean;

/** A node; what is not wanted is as it was seen before, or unasked. */
export const readNode = async (
  reader: Reader,
  { name, presence, before }: { name: string; presence: Observed<NodePresence>; before?: NodeState | undefined },
  wanted: Wanted,
): Promise<NodeState> => {
  const isOff = presence.kind === "observed" && presence.value.status === "offline";
  const read = async <P extends NodePart>(part: P): Promise<NodeState[P]> => {
    // What each reader gives is what the state holds under the same name.
    if (!wanted(part)) return before?.[part] ?? (unasked("it was not asked for") as NodeState[P]);
    // The proxy would wait half a minute before it said the same.
    if (isOff) return unreachable(reader.now(), `${name} is offline`) as NodeState[P];
    return (await readNodePart(reader, part, name)) as NodeState[P];
  };
  const parts = await Promise.all(nodeParts.map(async (part) => [part, await read(part)] as const));
  return { name, presence, ...(Object.fromEntries(parts) as Omit<NodeState, "name" | "presence">) };
};
