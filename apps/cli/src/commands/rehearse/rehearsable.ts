import type { Inventory } from "@orrery/model";
import { drainNodes, type PlacementWishes } from "@orrery/procedures";
import type { World } from "@orrery/twin-world";
import type { Script } from "@orrery/workflow";
import { CommandError } from "../../exit-code.ts";

/** What a script is made of: the world that it will run in, and what the declaration says of it. */
type Grounds = {
  readonly world: World;
  readonly inventory: Inventory | undefined;
  readonly options: {
    readonly reboot: boolean;
    readonly bringBack: boolean;
    /** Names of guests that stop with their node, beside those that are declared to. */
    readonly stop: readonly string[];
  };
};

/** Something that can be rehearsed, by the word that asks for it. */
type Rehearsable = {
  readonly about: string;
  /** The script, of the words after its name. Throws a `CommandError` where they make no sense. */
  readonly script: (words: readonly string[], grounds: Grounds) => Script<unknown>;
};

const vmidsOf = (world: World): ReadonlyMap<string, number> =>
  new Map(
    Object.values(world.guests).map(({ vmid, config }) => [`${config.name ?? config.hostname ?? vmid}`, vmid] as const),
  );

/** What the declaration adds to what a procedure can see. */
const wishesOf = ({ world, inventory, options }: Grounds): PlacementWishes => {
  const vmids = vmidsOf(world);
  const drains = new Map<number, "migrate" | "stop" | "nothing">();
  for (const guest of inventory?.lab.guests.items ?? []) {
    const vmid = vmids.get(guest.name);
    if (vmid !== undefined && typeof guest.onDrain === "string") drains.set(vmid, guest.onDrain);
  }
  for (const name of options.stop) {
    const vmid = vmids.get(name);
    if (vmid === undefined) throw new CommandError(`--stop ${name}: there is no such guest.`);
    drains.set(vmid, "stop");
  }
  const reserves = new Map<string, number>();
  for (const [name, { memoryReserve }] of inventory?.nodes ?? [])
    if (typeof memoryReserve === "number") reserves.set(name, memoryReserve);
  return { onDrain: (vmid) => drains.get(vmid), reserve: (node) => reserves.get(node) };
};

const drain: Rehearsable = {
  about: "drain NODE …: its guests go elsewhere and come back; all nodes, one after another, where none is named",
  script: (words, grounds) => {
    const known = Object.keys(grounds.world.nodes);
    const strange = words.find((word) => !known.includes(word));
    if (strange !== undefined)
      throw new CommandError(`There is no node "${strange}" to drain. There are: ${known.join(", ")}.`);
    const { reboot, bringBack } = grounds.options;
    const nodes = words.length > 0 ? words : known;
    const wishes = wishesOf(grounds);
    return (pve, clock, tell) => drainNodes(pve, clock, tell, { ...wishes, nodes, bringBack, reboot });
  },
};

/** Only looks on: what HA and the schedulers do by themselves. */
const nothing: Rehearsable = {
  about: "nothing: only look at what the cluster does by itself, for an hour after the last failure",
  script: () => (_pve, clock) => clock.sleep(3_600_000),
};

/** Everything that can be rehearsed. A new procedure, or what applies a plan file, is one more row. */
export const rehearsables: Readonly<Record<string, Rehearsable>> = { drain, nothing };
