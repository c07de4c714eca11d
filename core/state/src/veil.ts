import type { ClusterState } from "./cluster-state.ts";
import { type Observed, unreachable } from "./observed.ts";

/** Parts that a cluster answers with what the one who asks may see, and without a word about the rest. */
export const veilable = [
  "guests",
  "options",
  "storages",
  "pools",
  "users",
  "groups",
  "acl",
  "replicationJobs",
  "mappings",
  "sdn",
  "bridges",
] as const;
export type Veilable = (typeof veilable)[number];

/** Parts of which there may be more than was shown, and why. */
export type Veiled = Readonly<Partial<Record<Veilable, string>>>;

const unlessVeiled = <T>(part: Observed<T>, why: string | undefined): Observed<T> =>
  why === undefined || part.kind !== "observed" ? part : unreachable(part.at, why);

/** The state without what would be taken for whole and is not: an object with keys left out, bridges that others lie on. */
export const withoutHalves = <S extends Pick<ClusterState, "options" | "nodes" | "veiled">>(state: S): S => {
  const { options, bridges } = state.veiled ?? {};
  if (options === undefined && bridges === undefined) return state;
  const nodes = Object.entries(state.nodes).map(
    ([name, node]) => [name, { ...node, network: unlessVeiled(node.network, bridges) }] as const,
  );
  return { ...state, options: unlessVeiled(state.options, options), nodes: Object.fromEntries(nodes) };
};
