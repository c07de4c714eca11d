import { type ClusterState, type NodeState, nodeParts, type Observed } from "@orrery/state";

/** A state in which nothing that was once seen is lost, and why some of it is not newer: by the name of the part. */
export type LastSeen = { readonly state: ClusterState; readonly stale: ReadonlyMap<string, string> };

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

/** What was seen now; and what was seen before, where now nothing was. Nodes that nobody could list are still there. */
export const lastSeen = (before: ClusterState | undefined, now: ClusterState): LastSeen => {
  const stale = new Map<string, string>();
  const known = new Map(before === undefined ? [] : partsOf(before));
  const kept = (name: string, part: Observed<unknown>): Observed<unknown> => {
    const old = known.get(name);
    if (part.kind !== "unreachable" || old?.kind !== "observed") return part;
    stale.set(name, part.why);
    return old;
  };
  const isListed = now.membership.kind === "observed" || Object.keys(now.nodes).length > 0;
  const why = now.membership.kind === "observed" ? "" : now.membership.why;
  const nodes = Object.fromEntries(
    Object.entries(isListed || before === undefined ? now.nodes : before.nodes).map(([name, node]) => {
      const parts = ["presence" as const, ...nodeParts].map((part) => {
        const seen: Observed<unknown> =
          isListed || node[part].kind !== "observed" ? node[part] : { kind: "unreachable", at: now.at, why };
        return [part, kept(`nodes/${name}/${part}`, seen)];
      });
      // The keys are those of a node, each with a part of its own kind.
      return [name, { ...node, ...Object.fromEntries(parts) } as NodeState];
    }),
  );
  const whole = Object.entries(now).map(([name, part]) => [name, isPart(part) ? kept(name, part) : part]);
  return { state: { ...(Object.fromEntries(whole) as ClusterState), nodes }, stale };
};
