import { type ClusterState, nodeParts, type Observed } from "@orrery/state";

const isPart = (value: unknown): value is Observed<unknown> =>
  typeof value === "object" &&
  value !== null &&
  "kind" in value &&
  (value.kind === "observed" || value.kind === "unreachable" || value.kind === "unasked");

/** Every part of a state that has a time of its own, by its name. */
export const partsOf = (state: ClusterState): readonly (readonly [name: string, part: Observed<unknown>])[] => [
  ...Object.entries(state).flatMap(([name, part]) => (isPart(part) ? [[name, part] as const] : [])),
  ...Object.values(state.nodes).flatMap((node) =>
    ["presence" as const, ...nodeParts].map((part) => [`nodes/${node.name}/${part}`, node[part]] as const),
  ),
];
