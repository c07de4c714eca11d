import type { ClusterState } from "@orrery/state";
import type { World } from "@orrery/twin-world";
import type { Ledger } from "../assumption.ts";

/** A world being built from what was observed. */
export type Seeing = {
  readonly world: World;
  readonly state: ClusterState;
  readonly ledger: Ledger;
};
