import type { ClusterPart } from "./cluster-state.ts";
import type { NodePart } from "./node-state.ts";

/** A part of the cluster state that can be read by itself. */
export type Source =
  | { readonly of: "cluster"; readonly part: ClusterPart }
  | { readonly of: "node"; readonly node: string; readonly part: NodePart }
  /** Presence and configuration of a guest; with `firewall`, that too; or what the list of resources tells alone. */
  | { readonly of: "guest"; readonly vmid: number; readonly firewall?: true }
  | { readonly of: "presence"; readonly vmid: number };
