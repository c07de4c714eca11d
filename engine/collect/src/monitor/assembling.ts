import {
  type ClusterPart,
  type ClusterState,
  type GuestState,
  type Instant,
  type NodePart,
  type NodeState,
  type NodeStatus,
  nodeParts,
  type Observed,
  observed,
  type Row,
  unasked,
  type WatchedGuest,
} from "@orrery/state";
import { clusterParts } from "../cluster-parts.ts";
import { membershipOf, releaseOf } from "../membership.ts";
import { statusOf, subscriptionOf } from "../node-parts.ts";
import { type AllParts, presencesOf, stateOf } from "../reading.ts";
import { type GuestRow, resourcesOf } from "../resources.ts";
import type { Rights } from "../rights.ts";
import { Folded, type Latest } from "./latest.ts";

/** Where the parts of a state are found. */
export type Found = {
  readonly at: Instant;
  readonly contract: ClusterState["contract"];
  readonly resources: Latest<readonly Row[]>;
  readonly membership: Latest<readonly Row[]>;
  readonly release: Latest<Row>;
  readonly rights: Latest<Rights>;
  /** As a cluster state holds it. */
  readonly part: (part: ClusterPart) => Latest<unknown>;
  /** As it was answered. */
  readonly nodePart: (node: string, part: NodePart) => Latest<unknown> | undefined;
  readonly guest: (vmid: string) => Latest<WatchedGuest> | undefined;
};

/** A cluster state, and why some of it is not newer: by the name of the part, `membership` or `nodes/pve1/status`. */
export type Assembled = { readonly state: ClusterState; readonly stale: ReadonlyMap<string, string> };

type NodeFolds = { readonly status: Folded<Row, NodeStatus>; readonly subscription: Folded<Row, Row> };

/** Puts a cluster state together from answers of different times: each part says of when it is. */
export class Assembling {
  readonly #resources = new Folded(resourcesOf);
  readonly #membership = new Folded(membershipOf);
  readonly #release = new Folded(releaseOf);
  readonly #nodes = new Map<string, NodeFolds>();

  /** Undefined while nobody said what there is. */
  assemble(found: Found): Assembled | undefined {
    const stale = new Map<string, string>();
    const told = <T>(names: readonly string[], { part, stale: why }: Latest<T>): Observed<T> => {
      if (why !== undefined) for (const name of names) stale.set(name, why);
      return part;
    };
    const resources = told(["guests", "storageUse"], this.#resources.of(found.resources));
    const membership = told(["membership"], this.#membership.of(found.membership));
    if (resources.kind !== "observed" && membership.kind !== "observed") return undefined;
    const release = told(["release"], this.#release.of(found.release));
    const parts = clusterParts.map((part) => [part, told([part], found.part(part))]);
    const presences = presencesOf({ membership, resources });
    for (const name of this.#nodes.keys()) if (!presences.has(name)) this.#nodes.delete(name);
    const whyPresence = found.resources.stale ?? found.membership.stale;
    const nodes = [...presences].map(([name, presence]) => {
      if (whyPresence !== undefined) stale.set(`nodes/${name}/presence`, whyPresence);
      return [name, this.#node(name, presence, found, told)] as const;
    });
    const guests: ClusterState["guests"] =
      resources.kind === "observed"
        ? observed(
            resources.at,
            Object.fromEntries(resources.value.guests.map((row) => [row.vmid, guestOf(row, resources.at, found)])),
          )
        : resources;
    const state = stateOf(
      found,
      { release, membership, resources, rights: found.rights.part },
      // Each part gives what the state holds under its name.
      { parts: Object.fromEntries(parts) as AllParts, nodes: Object.fromEntries(nodes), guests },
    );
    return { state, stale };
  }

  #node(
    name: string,
    presence: NodeState["presence"],
    found: Found,
    told: <T>(names: readonly string[], latest: Latest<T>) => Observed<T>,
  ): NodeState {
    const folds = this.#nodes.get(name) ?? { status: new Folded(statusOf), subscription: new Folded(subscriptionOf) };
    this.#nodes.set(name, folds);
    const latest = (part: NodePart): Latest<unknown> => {
      const answered = found.nodePart(name, part) ?? { part: unasked("it was not read yet") };
      // What the section of that name answers is a row.
      if (part === "status") return folds.status.of(answered as Latest<Row>);
      return part === "subscription" ? folds.subscription.of(answered as Latest<Row>) : answered;
    };
    const parts = nodeParts.map((part) => [part, told([`nodes/${name}/${part}`], latest(part))]);
    return { name, presence, ...(Object.fromEntries(parts) as Omit<NodeState, "name" | "presence">) };
  }
}

const guestOf = ({ vmid, kind, node, presence }: GuestRow, at: Instant, found: Found): GuestState => {
  const { part } = found.guest(String(vmid)) ?? { part: unasked<WatchedGuest>("it was not read yet") };
  const of = { vmid, kind, node, presence: observed(at, presence) };
  if (part.kind !== "observed") return { ...of, file: part, snapshots: part, firewall: part };
  const { file, snapshots, firewall } = part.value;
  return { ...of, file: observed(part.at, file), snapshots, firewall };
};
