import { type ClusterState, type FirewallFile, type FirewallRules, type Observed, valueIn } from "@orrery/state";
import type { Blind } from "../../compare/object.ts";
import type { ObjectKind } from "../../compare/object-kind.ts";
import type { CallValue } from "../../plan/call.ts";

/** A firewall file: the cluster's, a node's, a guest's. */
export type Place =
  | { readonly at: "cluster" }
  | { readonly at: "node"; readonly node: string }
  | { readonly at: "guest"; readonly vmid: number };

/** `cluster`, `node node01`, `guest 101`: the id of what a place has one of. */
export const placeId = (place: Place): string => {
  switch (place.at) {
    case "cluster":
      return "cluster";
    case "node":
      return `node ${place.node}`;
    case "guest":
      return `guest ${place.vmid}`;
  }
};

/** The place of an id, or of what stands before the `/` in it. */
export const placeOf = (id: string): Place => {
  const [, at, name = ""] = /^(node|guest) ([^/]+)/.exec(id) ?? [];
  if (at === "node") return { at, node: name };
  return at === "guest" ? { at, vmid: Number(name) } : { at: "cluster" };
};

type Route = { readonly base: string; readonly of: Readonly<Record<string, CallValue>> };

/** Where the API has it; undefined of a guest that is not there. */
export const routeOf = (place: Place, state: ClusterState): Route | undefined => {
  if (place.at === "cluster") return { base: "/cluster/firewall", of: {} };
  if (place.at === "node") return { base: "/nodes/{node}/firewall", of: { node: place.node } };
  const guest = valueIn(state.guests)?.[String(place.vmid)];
  if (guest === undefined) return undefined;
  return {
    base: `/nodes/{node}/${guest.kind}/{vmid}/firewall`,
    of: { node: guest.node, vmid: place.vmid },
  };
};

/** A place's file as it was observed. */
type Filed<F> = { readonly place: Place; readonly node?: string; readonly at: number; readonly file: F };

type Seen<F> = { readonly files: readonly Filed<F>[]; readonly blind: readonly Blind[] };

const empty: FirewallFile = { options: {}, rules: [], aliases: [], ipsets: [] };

/** Files with aliases and sets: the cluster's and those of guests. */
export const namedFiles = (state: ClusterState, kind: ObjectKind): Seen<FirewallFile> => {
  const files: Filed<FirewallFile>[] = [];
  const blind: Blind[] = [];
  const see = (place: Place, file: Observed<FirewallFile>, node?: string): void => {
    if (file.kind === "observed")
      files.push({ place, at: file.at, file: { ...empty, ...file.value }, ...(node === undefined ? {} : { node }) });
    else blind.push({ kind, id: placeId(place), why: file.why });
  };
  see({ at: "cluster" }, state.firewall);
  if (state.guests.kind !== "observed") blind.push({ kind, why: state.guests.why });
  for (const { vmid, node, firewall } of Object.values(valueIn(state.guests) ?? {}))
    see({ at: "guest", vmid }, firewall, node);
  return { files, blind };
};

/** Files with options and rules: all. */
export const allFiles = (state: ClusterState, kind: ObjectKind): Seen<FirewallRules> => {
  const named = namedFiles(state, kind);
  const files: Filed<FirewallRules>[] = [...named.files];
  const blind = [...named.blind];
  for (const { name, firewall } of Object.values(state.nodes)) {
    const place: Place = { at: "node", node: name };
    if (firewall.kind === "observed") files.push({ place, node: name, at: firewall.at, file: firewall.value });
    else blind.push({ kind, id: placeId(place), why: firewall.why });
  }
  return { files, blind };
};
