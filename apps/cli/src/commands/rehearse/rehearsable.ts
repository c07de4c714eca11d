import type { Inventory } from "@orrery/model";
import { type DrainNodes, drainNodes, lookAt, recoverGuests } from "@orrery/procedures";
import type { AskedFault, World } from "@orrery/twin-world";
import { acting, type Script } from "@orrery/workflow";
import { CommandError } from "../../exit-code.ts";
import { isPlanFile, planIn } from "../plan-source.ts";
import { planScript } from "./plan-rehearsal.ts";

/** What a script is made of: the world that it will run in, what fails in it, and what the declaration says. */
type Grounds = {
  readonly world: World;
  readonly inventory: Inventory | undefined;
  readonly faults: readonly AskedFault[];
  /** From a failure until somebody acts; undefined where nobody says. */
  readonly detectionMs: number | undefined;
  readonly options: {
    readonly reboot: boolean;
    readonly bringBack: boolean;
    /** Names of guests that stop with their node, beside those that are declared to. */
    readonly stop: readonly string[];
  };
};

/** Something that can be rehearsed, by the word that asks for it. */
export type Rehearsable = {
  readonly about: string;
  /** The script, of the words after its name. Throws a `CommandError` where they make no sense. */
  readonly script: (words: readonly string[], grounds: Grounds) => Script<unknown>;
};

/** Guests of a world by the name that the declaration gives them. */
const vmidsOf = (world: World): ReadonlyMap<string, number> =>
  new Map(
    Object.values(world.guests).map(({ vmid, config }) => [`${config.name ?? config.hostname ?? vmid}`, vmid] as const),
  );

/** What the declaration adds to what a procedure can see, and the guests that the command line has stop. */
const wishesOf = ({ world, inventory, options }: Grounds): Pick<DrainNodes, "lab" | "stopping"> => {
  const vmids = vmidsOf(world);
  const stopping = options.stop.map((name) => {
    const vmid = vmids.get(name);
    if (vmid === undefined) throw new CommandError(`--stop ${name}: there is no such guest.`);
    return vmid;
  });
  return { ...(inventory === undefined ? {} : { lab: inventory.lab }), stopping };
};

const drain: Rehearsable = {
  about: "drain [NODE …]: guests go elsewhere and come back, node by node; all nodes where none is named",
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

/** Tiers and what waits for what, by VMID. */
const orderOf = ({
  world,
  inventory,
}: Grounds): { tier: (vmid: number) => number | undefined; startsAfter: (vmid: number) => readonly number[] } => {
  const vmids = vmidsOf(world);
  const byVmid = new Map(
    (inventory?.lab.guests.items ?? []).flatMap((guest) => {
      const vmid = vmids.get(guest.name);
      return vmid === undefined ? [] : [[vmid, guest] as const];
    }),
  );
  return {
    tier: (vmid) => {
      const tier = byVmid.get(vmid)?.recoveryTier;
      return typeof tier === "number" ? tier : undefined;
    },
    startsAfter: (vmid) => (byVmid.get(vmid)?.startsAfter ?? []).flatMap((name) => vmids.get(name) ?? []),
  };
};

const recover: Rehearsable = {
  about: "recover: brings back what --fail or --scenario takes",
  script: (words, grounds) => {
    if (words.length > 0) throw new CommandError(`recover takes no words, and got "${words.join(" ")}".`);
    const { faults, detectionMs } = grounds;
    if (faults.length === 0)
      throw new CommandError("Say what fails: --fail node05@2026-12-06T01:00, or --scenario ID of the declaration.");
    const lastAt = Math.max(...faults.map(({ at }) => at ?? 0));
    const off = faults.flatMap(({ subject, what }) =>
      subject.kind === "node" && what.kind === "loses-power" ? [subject.node] : [],
    );
    const restore = faults.flatMap(({ subject, what }) =>
      subject.kind === "guest" && what.kind === "loses-disks" ? [subject.vmid] : [],
    );
    const wishes = { ...wishesOf(grounds), ...orderOf(grounds) };
    return async (pve, clock, tell) => {
      const before = await lookAt(pve, clock);
      await clock.sleep(lastAt - clock.now());
      if (detectionMs === undefined) tell({ kind: "says", what: "somebody acts at once: nobody says how soon" });
      else await acting(tell, "notice", "until somebody acts", () => clock.sleep(detectionMs));
      return recoverGuests(pve, clock, tell, { ...wishes, before, off, restore });
    };
  },
};

/** Only looks on: what HA and the schedulers do by themselves. */
const nothing: Rehearsable = {
  about: "nothing: only looks at what the cluster does by itself, for an hour after the last failure",
  script:
    (_words, { faults }) =>
    async (_pve, clock) => {
      const last = Math.max(clock.now(), ...faults.map(({ at }) => at ?? 0));
      await clock.sleep(last - clock.now() + 3_600_000);
    },
};

const planFile = (path: string): Rehearsable => ({
  about: "FILE.json: applies a plan that `orrery plan --out` wrote",
  script: () => planScript(planIn(path)),
});

/** Everything that can be rehearsed, by its word: a new procedure is one more row. */
const rehearsables: Readonly<Record<string, Rehearsable>> = { drain, recover, nothing };

/** What a word of the command line asks to rehearse. Throws a `CommandError` where it is nothing. */
export const rehearsableOf = (word: string): Rehearsable => {
  if (isPlanFile(word)) return planFile(word);
  const found = Object.hasOwn(rehearsables, word) ? rehearsables[word] : undefined;
  if (found !== undefined) return found;
  const all = [...Object.values(rehearsables), planFile("")].map(({ about }) => `  ${about}`);
  throw new CommandError(`"${word}" cannot be rehearsed. There is:\n${all.join("\n")}`);
};
