import { type Derived, problemOf, type Wanted } from "@orrery/placement";
import { leastReserve } from "@orrery/protection";
import type { ClusterState } from "@orrery/state";
import { Halted } from "./task.ts";

/**
 * Where guests could run. What a thin storage was promised is not what is copied, nor what has to fit: what is written is. Nodes
 * keep what Proxmox VE needs for itself, as the recovery times that are worked out take it. Throws where some are not shown: a procedure that does not see all has none to move. */
export const derivedOf = (state: ClusterState, wanted: Wanted): Derived & { readonly kind: "derived" } => {
  const derived = problemOf(state, { disks: "written", reserve: leastReserve, ...wanted });
  if (derived.kind === "derived") return derived;
  throw new Halted(`Nobody knows which guests there are: ${derived.why}. See that they are shown, and begin again.`);
};
