import type { PveErrorKind } from "@orrery/contract";
import {
  type ClusterPart,
  type ClusterParts,
  type ClusterState,
  type GuestState,
  type Membership,
  type NodePresence,
  type NodeState,
  type Observed,
  observed,
  unasked,
  valueIn,
  withoutHalves,
} from "@orrery/state";
import { clusterParts, clusterReaders, missingParts } from "./cluster-parts.ts";
import { readMembership, readRelease } from "./membership.ts";
import { readNode, type Wanted } from "./node-reading.ts";
import type { Reader } from "./reader.ts";
import { type GuestRow, type Resources, resourcesOf } from "./resources.ts";
import { type Rights, readRights, veiledBy } from "./rights.ts";

/** Without an answer there is no cluster to observe. */
const fatal: ReadonlySet<PveErrorKind> = new Set<PveErrorKind>([
  "unauthenticated",
  "unreachable",
  "untrusted",
  "not-sent",
]);

export type AllParts = { readonly [P in ClusterPart]: Observed<ClusterParts[P]> };

export const readPart = async <P extends ClusterPart>(reader: Reader, part: P): Promise<Observed<ClusterParts[P]>> => {
  const missing = missingParts[reader.version][part];
  if (missing !== undefined) return unasked(missing);
  return reader.part<ClusterParts[P]>(() => clusterReaders[part](reader));
};

/** Every part of the cluster as a whole; what is not wanted is as it was seen before, or unasked. */
export const readParts = async (
  reader: Reader,
  wanted: (part: ClusterPart) => boolean,
  before?: ClusterState,
): Promise<AllParts> => {
  const read = clusterParts.map(async (part) => [
    part,
    wanted(part) ? await readPart(reader, part) : (before?.[part] ?? unasked("it was not asked for")),
  ]);
  // Each reader gives what the state holds under its name.
  return Object.fromEntries(await Promise.all(read)) as AllParts;
};

/** What comes first, because all else is about it: who answers, who is there, what there is. */
export type Beginning = {
  readonly release: ClusterState["release"];
  readonly membership: Observed<Membership>;
  readonly resources: Observed<Resources>;
  /** What whoever asks may do, path by path. */
  readonly rights: Observed<Rights>;
};

export const readResources = (reader: Reader): Promise<Observed<Resources>> =>
  reader.part(async () => resourcesOf(await reader.ask("/cluster/resources")));

export const readBeginning = async (reader: Reader, release?: ClusterState["release"]): Promise<Beginning> => {
  const told = release ?? (await reader.part(() => readRelease(reader), fatal));
  const [membership, resources, rights] = await Promise.all([
    reader.part(() => readMembership(reader)),
    readResources(reader),
    reader.part(() => readRights(reader)),
  ]);
  return { release: told, membership, resources, rights };
};

/** The nodes that anything tells of, by name. */
export const presencesOf = ({
  membership,
  resources,
}: Pick<Beginning, "membership" | "resources">): Map<string, Observed<NodePresence>> => {
  const found = new Map<string, Observed<NodePresence>>();
  for (const { name, online } of valueIn(membership)?.members ?? []) {
    const at = membership.kind === "observed" ? membership.at : 0;
    found.set(name, observed(at, { status: online ? "online" : "offline" }));
  }
  if (resources.kind === "observed") {
    for (const [name, presence] of resources.value.nodes) found.set(name, observed(resources.at, presence));
  }
  return new Map([...found].toSorted(([one], [other]) => (one < other ? -1 : 1)));
};

export const readNodes = async (
  reader: Reader,
  beginning: Beginning,
  wanted: (name: string) => Wanted,
  before?: ClusterState,
): Promise<Record<string, NodeState>> => {
  const nodes = [...presencesOf(beginning)].map(async ([name, presence]) => {
    const node = await readNode(reader, { name, presence, before: before?.nodes[name] }, wanted(name));
    return [name, node] as const;
  });
  return Object.fromEntries(await Promise.all(nodes));
};

/** Nodes that nothing can be asked of. */
export const offNodes = (nodes: Readonly<Record<string, NodeState>>): Set<string> =>
  new Set(
    Object.values(nodes)
      .filter(({ presence }) => valueIn(presence)?.status === "offline")
      .map(({ name }) => name),
  );

/** Every guest that the list of resources names. */
export const readGuests = async (
  { resources }: Beginning,
  read: (guest: GuestRow) => Promise<GuestState>,
): Promise<ClusterState["guests"]> => {
  if (resources.kind !== "observed") return resources;
  const guests = resources.value.guests.map(async (guest) => [String(guest.vmid), await read(guest)] as const);
  return observed(resources.at, Object.fromEntries(await Promise.all(guests)));
};

/** Puts together what was read. */
export const stateOf = (
  { at, contract }: Pick<ClusterState, "at" | "contract">,
  { release, membership, resources, rights }: Beginning,
  read: { readonly parts: AllParts; readonly nodes: ClusterState["nodes"]; readonly guests: ClusterState["guests"] },
): ClusterState => {
  const veiled = veiledBy(rights, read.parts.acl);
  return withoutHalves({
    kind: "cluster-state",
    format: 1,
    at,
    contract,
    release,
    membership,
    ...(Object.keys(veiled).length === 0 ? {} : { veiled }),
    storageUse: resources.kind === "observed" ? observed(resources.at, resources.value.storages) : resources,
    nodes: read.nodes,
    guests: read.guests,
    ...read.parts,
  });
};
