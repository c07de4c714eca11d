import { type Lab, labSchema } from "@orrery/model";
import { type ClusterState, unasked, valueIn } from "@orrery/state";
import { type ObjectRef, refName } from "../compare/object.ts";
import type { ObjectKind } from "../compare/object-kind.ts";
import type { Drift, Plan } from "../plan/plan.ts";
import { adopt } from "./adopt.ts";
import { accessAs } from "./as-observed-access.ts";
import { backupAs, storageAs } from "./as-observed-copies.ts";
import { guestsAs } from "./as-observed-guests.ts";

/** What a lab says of one object: what is declared, what was observed (property by property), or nothing. */
export type Shown =
  | { readonly as: "declared" }
  | { readonly as: "absent" }
  | { readonly as: "observed"; readonly properties: ReadonlySet<string> }
  /** It is in no declaration. */
  | { readonly as: "added" };

/** The chapters in which the two labs may differ. */
const chapters = { guests: true, backup: true, storage: true, access: true } as const;

/** What a lab is put together from: the declared one, the one that was adopted, and what to take of each. */
export type Taking = {
  readonly lab: Lab;
  readonly seen: Pick<Lab, keyof typeof chapters>;
  readonly state: ClusterState;
  readonly shown: (object: ObjectRef) => Shown;
  /** The ids of those of a kind that differ from what is declared. */
  readonly changed: (kind: ObjectKind) => readonly string[];
  /** Of these, those that are in no declaration. */
  readonly added: (kind: ObjectKind) => readonly string[];
  /** Where the actions leave a guest, by its number; undefined where they leave it where it is. */
  readonly nodeOf: (vmid: number) => string | undefined;
};

/** What differs between the declaration and the cluster, and what would be done about it. */
export type Around = Pick<Plan, "drift" | "unmanaged" | "actions" | "mark"> & {
  /** The actions do not turn the cluster into the declaration; they only move guests. */
  readonly movesOnly?: boolean;
};

export type LabsAround =
  | { readonly kind: "labs"; readonly before: Lab; readonly after: Lab }
  | { readonly kind: "unknown"; readonly why: string };

const declared: Shown = { as: "declared" };
const absent: Shown = { as: "absent" };
const added: Shown = { as: "added" };

const before = ({ kind, properties }: Drift): Shown => {
  switch (kind) {
    case "missing":
      return absent;
    case "surplus":
      return added;
    case "changed":
      return { as: "observed", properties: new Set(properties.map(({ property }) => property)) };
  }
};

const after = ({ kind }: Drift): Shown => (kind === "surplus" ? absent : declared);

const nodesAfter = ({ actions }: Around): ReadonlyMap<string, string> =>
  new Map(
    actions.flatMap(({ object, expects }) => {
      const node = expects.kind === "present" ? expects.properties.node : undefined;
      return object.kind === "guest" && typeof node === "string" ? [[object.id, node] as const] : [];
    }),
  );

/** The kinds that both labs are put together of. */
const looked: ReadonlySet<ObjectKind> = new Set<ObjectKind>([
  "guest",
  "ha resource",
  "replication job",
  "backup job",
  "storage",
  "realm",
  "group",
  "user",
  "role",
  "acl",
  "token",
]);

/** Whether actions change something that the two labs say otherwise. */
export const areSeenInLabs = (actions: Plan["actions"]): boolean =>
  actions.some(({ object }) => looked.has(object.kind));

/** The number of the guest that an object is about: `101`, `vm:101`, `101-0`. */
const vmidOf = ({ kind, id }: ObjectRef): string | undefined => {
  if (kind === "guest") return id;
  if (kind === "ha resource") return id.slice(id.indexOf(":") + 1);
  return kind === "replication job" ? id.slice(0, id.indexOf("-")) : undefined;
};

/** As much of the state as differs from the declaration: what is as declared need not be adopted. */
const differing = (state: ClusterState, objects: readonly ObjectRef[]): ClusterState => {
  const vmids = new Set(objects.flatMap((object) => vmidOf(object) ?? []));
  const guests = Object.entries(valueIn(state.guests) ?? {}).filter(([vmid]) => vmids.has(vmid));
  const no = unasked<never>("it is not looked at");
  return {
    ...state,
    ...(state.guests.kind === "observed" ? { guests: { ...state.guests, value: Object.fromEntries(guests) } } : {}),
    firewall: no,
    haRules: no,
    haGroups: no,
    sdn: no,
    mappings: no,
    metricServers: no,
    notifications: no,
  };
};

const together = (taking: Taking): Lab => ({
  ...taking.lab,
  guests: guestsAs(taking),
  backup: backupAs(taking),
  storage: storageAs(taking),
  access: accessAs(taking),
});

/**
 * The lab as the cluster is, and as it would be once the actions are done: what differs is taken from what was observed,
 * object by object, and all that no API can tell is kept as it is declared. Guests, backup jobs, storages and access are
 * looked at; of network, firewall, HA rules, templates and options of the cluster both labs say what is declared.
 */
export const labsAround = (lab: Lab, state: ClusterState, around: Around): LabsAround => {
  const ends = [...around.drift.map(({ object }) => object), ...around.unmanaged];
  // Names that nothing declares are no matter: what they mean is looked up in the whole.
  const { guests, backup, storage, access } = adopt(differing(state, ends), around.mark);
  const parsed = labSchema.pick(chapters).safeParse({ guests, backup, storage, access }, { jitless: true });
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    const what = `${first?.path.map(String).join(".")}: ${first?.message}`;
    return { kind: "unknown", why: `no declaration can be written of what was observed: ${what}` };
  }
  const touched = new Set(around.movesOnly ? [] : around.actions.map(({ object }) => refName(object)));
  const was = new Map<string, Shown>([
    ...around.unmanaged.map((object) => [refName(object), added] as const),
    ...around.drift.map((drift) => [refName(drift.object), before(drift)] as const),
  ]);
  const becomes = new Map<string, Shown>(was);
  for (const drift of around.drift)
    if (touched.has(refName(drift.object))) becomes.set(refName(drift.object), after(drift));
  const nodes = nodesAfter(around);
  const taking = (shown: ReadonlyMap<string, Shown>, nodeOf: Taking["nodeOf"]): Taking => ({
    lab,
    seen: parsed.data,
    state,
    shown: (object) => shown.get(refName(object)) ?? declared,
    changed: (kind) => ends.flatMap((object) => (object.kind === kind ? [object.id] : [])),
    added: (kind) =>
      ends.flatMap((object) => (object.kind === kind && shown.get(refName(object))?.as === "added" ? [object.id] : [])),
    nodeOf,
  });
  return {
    kind: "labs",
    before: together(taking(was, () => undefined)),
    after: together(taking(becomes, (vmid) => nodes.get(String(vmid)))),
  };
};
