import type { ClusterState, Veilable } from "@orrery/state";
import type { Blind } from "../compare/object.ts";
import { type ObjectKind, objectKinds } from "../compare/object-kind.ts";
import type { Kind } from "./kind.ts";

/** What of the state each kind is seen in, where that may be shown in part: what is not in it may be there all the same. */
const seenIn: Readonly<Partial<Record<ObjectKind, Veilable>>> = {
  guest: "guests",
  template: "guests",
  storage: "storages",
  pool: "pools",
  user: "users",
  token: "users",
  group: "groups",
  acl: "acl",
  "replication job": "replicationJobs",
  "pci mapping": "mappings",
  "usb mapping": "mappings",
  "dir mapping": "mappings",
  "sdn controller": "sdn",
  "sdn ipam": "sdn",
  "sdn dns": "sdn",
  "sdn zone": "sdn",
  "sdn vnet": "sdn",
  "sdn subnet": "sdn",
  sdn: "sdn",
};

const veilOf = (kind: ObjectKind, state: ClusterState): Blind[] => {
  const part = seenIn[kind];
  const why = part === undefined ? undefined : state.veiled?.[part];
  return why === undefined ? [] : [{ kind, why }];
};

/** The kinds, blind to what may be there beside what was shown. */
export const underVeil = (kinds: Readonly<Record<ObjectKind, Kind>>): Readonly<Record<ObjectKind, Kind>> =>
  Object.fromEntries(
    objectKinds.map((kind): [ObjectKind, Kind] => [
      kind,
      {
        ...kinds[kind],
        observed: (state, mark) => {
          const seen = kinds[kind].observed(state, mark);
          const veil = veilOf(kind, state);
          return veil.length === 0 ? seen : { ...seen, blind: [...seen.blind, ...veil] };
        },
      },
    ]),
    // Every kind is in the list of kinds.
  ) as Record<ObjectKind, Kind>;
