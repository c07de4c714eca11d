import type { Node } from "./cluster.ts";
import type { Guest } from "./guests.ts";
import type { Lab } from "./lab.ts";
import type { GuestName, NodeName, StorageName } from "./names.ts";
import type { Storage } from "./storage.ts";
import { type AsWritten, isAsWritten } from "./unknown.ts";

/** A lab with its names looked up: who is where, and what a reference means. Built once, linear in the lab. */
export type Inventory = {
  readonly lab: Lab;
  readonly nodes: ReadonlyMap<NodeName, Node>;
  readonly storages: ReadonlyMap<StorageName, Storage>;
  /** By name; more than one where the name is taken twice. */
  readonly guests: ReadonlyMap<GuestName, readonly Guest[]>;
  /** On each node, in declared order; every node has an entry. */
  readonly guestsOn: ReadonlyMap<NodeName, readonly Guest[]>;
  /** Each guest's place in `guests.items`. */
  readonly indexOf: ReadonlyMap<Guest, number>;
  /** The node that a reference means, by its name or one that it is also known as. */
  readonly nodeOf: (ref: NodeName | AsWritten) => NodeName | undefined;
  readonly storageOf: (ref: StorageName | AsWritten) => Storage | undefined;
  readonly guestOf: (ref: GuestName | AsWritten) => Guest | undefined;
};

export const inventoryOf = (lab: Lab): Inventory => {
  const nodes = new Map(Object.entries(lab.cluster.nodes)) as Map<NodeName, Node>;
  const storages = new Map(Object.entries(lab.storage.items)) as Map<StorageName, Storage>;
  const aliases = new Map<string, NodeName>();
  for (const [name, node] of nodes) for (const alias of node.alsoKnownAs) aliases.set(alias, name);
  const nodeOf = (ref: NodeName | AsWritten): NodeName | undefined => {
    const name = isAsWritten(ref) ? ref.text : ref;
    return nodes.has(name) ? name : aliases.get(name);
  };
  const guests = new Map<GuestName, Guest[]>();
  const guestsOn = new Map<NodeName, Guest[]>([...nodes.keys()].map((name) => [name, []]));
  const indexOf = new Map<Guest, number>();
  for (const [index, guest] of lab.guests.items.entries()) {
    indexOf.set(guest, index);
    const same = guests.get(guest.name);
    if (same === undefined) guests.set(guest.name, [guest]);
    else same.push(guest);
    const node = nodeOf(guest.node);
    if (node !== undefined) guestsOn.get(node)?.push(guest);
  }
  const textOf = (ref: string | AsWritten): string => (isAsWritten(ref) ? ref.text : ref);
  return {
    lab,
    nodes,
    storages,
    guests,
    guestsOn,
    indexOf,
    nodeOf,
    storageOf: (ref) => storages.get(textOf(ref)),
    guestOf: (ref) => guests.get(textOf(ref))?.[0],
  };
};

/** What a reference says, as a person wrote it. */
export const refText = (ref: string | AsWritten): string => (isAsWritten(ref) ? ref.text : ref);
