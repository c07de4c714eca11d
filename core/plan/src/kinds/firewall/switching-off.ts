import type { ObjectRef } from "../../compare/object.ts";
import type { Kind, Planning } from "../kind.ts";
import { type Place, placeId, placeOf } from "./place.ts";

const isOff = (enable: unknown): boolean => enable === "0";

/** The options of places that filter now and are declared not to. */
const goingOff = (places: readonly Place[], { declared, observed }: Planning): ObjectRef[] =>
  places.flatMap((place): ObjectRef[] => {
    const ref: ObjectRef = { kind: "firewall options", id: placeId(place) };
    const [wanted, seen] = [declared(ref)?.properties, observed(ref)?.properties];
    return wanted !== undefined && seen !== undefined && isOff(wanted.enable) && !isOff(seen.enable) ? [ref] : [];
  });

/**
 * What lets somebody in stays until nothing is filtered any more: rules, groups, sets and aliases of a place whose firewall
 * goes off wait for that, and for the cluster's.
 */
export const untilOff = (kind: Kind): Kind => ({
  ...kind,
  steps: (change, planning) => {
    const { id } = change.kind === "surplus" ? change.observed : change.declared;
    const own = placeOf(id);
    const places: readonly Place[] = own.at === "cluster" ? [own] : [own, { at: "cluster" }];
    const off = goingOff(places, planning);
    const steps = kind.steps(change, planning);
    return off.length === 0
      ? steps
      : steps.map(({ follows = [], ...step }) => ({ ...step, follows: [...follows, ...off] }));
  },
});
