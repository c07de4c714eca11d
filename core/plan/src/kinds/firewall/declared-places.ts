import type { Firewall } from "@orrery/model";
import type { ObjectRef } from "../../compare/object.ts";
import type { Declaring } from "../kind.ts";
import { type Place, placeId } from "./place.ts";

type Level = Firewall["nodes"][string];
type Named = Firewall["guests"][string];

/** What is declared of a place, and where. */
export type Said<T> = {
  readonly place: Place;
  readonly said: T;
  readonly path: readonly string[];
  /** What has to be there first. */
  readonly needs: readonly ObjectRef[];
  readonly node?: string;
};

/** The cluster and the guests of which a declaration has a firewall: they have aliases and sets. */
export const namedPlaces = ({ inventory, vmidOf }: Declaring): Said<Named>[] => {
  const { firewall } = inventory.lab;
  if (firewall === undefined) return [];
  return [
    { place: { at: "cluster" }, said: firewall.cluster, path: ["firewall", "cluster"], needs: [] },
    ...Object.entries(firewall.guests).flatMap(([name, said]): Said<Named>[] => {
      const vmid = vmidOf(name);
      if (vmid === undefined) return [];
      const guest: ObjectRef = { kind: "guest", id: String(vmid) };
      return [{ place: { at: "guest", vmid }, said, path: ["firewall", "guests", name], needs: [guest] }];
    }),
  ];
};

/** All places of which a declaration has a firewall. */
export const allPlaces = (declaring: Declaring): Said<Level>[] => [
  ...namedPlaces(declaring),
  ...Object.entries(declaring.inventory.lab.firewall?.nodes ?? {}).map(
    ([node, said]): Said<Level> => ({
      place: { at: "node", node },
      said,
      path: ["firewall", "nodes", node],
      needs: [],
      node,
    }),
  ),
];

/** Names that a rule or a set uses: `+dc/management`, `+guest/web`, an alias; of its own place first, else the cluster's. */
export const namesIn = (text: string, place: Place, known: (ref: ObjectRef) => boolean): ObjectRef[] =>
  text.split(",").flatMap((word): ObjectRef[] => {
    const [, plus, scope, name] = /^!?(\+?)(?:(dc|guest)\/)?([A-Za-z][A-Za-z0-9_-]*)$/.exec(word) ?? [];
    if (name === undefined) return [];
    const kind = plus === "+" ? "ip set" : "firewall alias";
    const places: Place[] =
      scope === "dc" || place.at !== "guest"
        ? [{ at: "cluster" }]
        : scope === "guest"
          ? [place]
          : [place, { at: "cluster" }];
    const refs = places.map(
      (one): ObjectRef => ({ kind, id: `${placeId(one)}/${kind === "ip set" ? name : name.toLowerCase()}` }),
    );
    return refs.filter(known).slice(0, 1);
  });

/** Whether an alias or a set is declared. */
export const declaredNames = (declaring: Declaring): ((ref: ObjectRef) => boolean) => {
  const ids = new Set(
    namedPlaces(declaring).flatMap(({ place, said }) => [
      ...Object.keys(said.aliases).map((name) => `firewall alias ${placeId(place)}/${name.toLowerCase()}`),
      ...Object.keys(said.ipSets).map((name) => `ip set ${placeId(place)}/${name}`),
    ]),
  );
  return ({ kind, id }) => ids.has(`${kind} ${id}`);
};
