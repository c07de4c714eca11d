import type { ObjectRef, ObservedObject } from "../../compare/object.ts";
import type { Call, CallValue } from "../../plan/call.ts";
import type { Planning, Source } from "../kind.ts";
import { type Place, placeOf, routeOf } from "./place.ts";

/** Where the API has a place's firewall; of a guest that is yet to be made, where it is declared to be. */
const routeFor = (place: Place, planning: Planning): ReturnType<typeof routeOf> => {
  const there = routeOf(place, planning.state);
  if (there !== undefined || place.at !== "guest") return there;
  const { inventory, vmidOf } = planning;
  const guest = inventory.lab.guests.items.find(({ name }) => vmidOf(name) === place.vmid);
  const node = guest === undefined ? undefined : inventory.nodeOf(guest.node);
  if (guest === undefined || node === undefined) return undefined;
  const kind = guest.kind === "vm" ? "qemu" : "lxc";
  return { base: `/nodes/{node}/${kind}/{vmid}/firewall`, of: { node, vmid: place.vmid } };
};

type Part = {
  readonly method: Call["method"];
  /** Below the firewall of the place: `/rules/{pos}`. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, CallValue>>;
};

/** A call to a place's firewall; none where nobody knows on which node the guest is. */
export const callTo = (place: Place, { method, path, parameters }: Part, planning: Planning): Call[] => {
  const route = routeFor(place, planning);
  if (route === undefined) return [];
  return [{ method, path: `${route.base}${path}`, parameters: { ...route.of, ...parameters }, answers: "nothing" }];
};

/** What to read again to see something of a place. */
export const sourcesOf = ({ id }: ObjectRef): readonly Source[] => {
  const place = placeOf(id);
  switch (place.at) {
    case "cluster":
      return [{ of: "cluster", part: "firewall" }];
    case "node":
      return [{ of: "node", node: place.node, part: "firewall" }];
    case "guest":
      return [{ of: "guest", vmid: place.vmid, firewall: true }];
  }
};

/** The lists of rules that name something: it goes after they have changed. */
export const listsNaming = (names: (line: string) => boolean, lists: readonly ObservedObject[]): ObjectRef[] =>
  lists
    .filter(({ properties }) => Array.isArray(properties.rules) && properties.rules.some((line: string) => names(line)))
    .map(({ id }) => ({ kind: "firewall rules", id }));
