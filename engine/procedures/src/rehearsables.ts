import type { Lab } from "@orrery/model";
import type { AskedFault, World } from "@orrery/twin-world";
import { acting, type Script } from "@orrery/workflow";
import { type DrainNodes, drainNodes } from "./drain-nodes.ts";
import { recoverGuests } from "./recover-guests.ts";
import { lookAt } from "./standing.ts";

/** What a script is made of: the world that it will run in, what fails in it, and what the declaration says. */
export type Grounds = {
  readonly world: World;
  readonly lab: Lab | undefined;
  readonly faults: readonly AskedFault[];
  /** Milliseconds from a failure until somebody acts; undefined where nobody says. */
  readonly detectionMs: number | undefined;
  readonly options: {
    readonly reboot: boolean;
    readonly bringBack: boolean;
    /** Names of guests that stop with their node, beside those that are declared to. */
    readonly stop: readonly string[];
  };
};

/** What was asked for makes no sense: `option` where that is what is wrong. */
export type Misasked = { readonly kind: "misasked"; readonly why: string; readonly option?: "stop" | "faults" };

type Scripted = { readonly kind: "script"; readonly script: Script<unknown> } | Misasked;

/** Something that can be rehearsed, by the word that asks for it. */
export type Rehearsable = {
  /** One line: `drain [NODE …]: what it does`. */
  readonly about: string;
  /** The script, of the words after its name. */
  readonly script: (words: readonly string[], grounds: Grounds) => Scripted;
};

const misasked = (why: string, option?: "stop" | "faults"): Misasked => ({
  kind: "misasked",
  why,
  ...(option === undefined ? {} : { option }),
});

/** Guests of a world by the name that the declaration gives them. */
const vmidsOf = (world: World): ReadonlyMap<string, number> =>
  new Map(
    Object.values(world.guests).map(({ vmid, config }) => [`${config.name ?? config.hostname ?? vmid}`, vmid] as const),
  );

const declaredIn = ({ lab }: Grounds): Pick<DrainNodes, "lab"> => (lab === undefined ? {} : { lab });

const drain: Rehearsable = {
  about: "drain [NODE …]: guests go elsewhere and come back, node by node; all nodes where none is named",
  script: (words, grounds) => {
    const known = Object.keys(grounds.world.nodes);
    const strange = words.find((word) => !known.includes(word));
    if (strange !== undefined)
      return misasked(`There is no node "${strange}" to drain. There are: ${known.join(", ")}.`);
    const vmids = vmidsOf(grounds.world);
    const { reboot, bringBack, stop } = grounds.options;
    const nobody = stop.find((name) => !vmids.has(name));
    if (nobody !== undefined) return misasked(`There is no guest "${nobody}" to stop.`, "stop");
    const stopping = stop.flatMap((name) => vmids.get(name) ?? []);
    const nodes = words.length > 0 ? words : known;
    return {
      kind: "script",
      script: (pve, clock, tell) =>
        drainNodes(pve, clock, tell, { ...declaredIn(grounds), stopping, nodes, bringBack, reboot }),
    };
  },
};

/** Tiers and what waits for what, by VMID. */
const orderOf = ({
  world,
  lab,
}: Grounds): { tier: (vmid: number) => number | undefined; startsAfter: (vmid: number) => readonly number[] } => {
  const vmids = vmidsOf(world);
  const byVmid = new Map(
    (lab?.guests.items ?? []).flatMap((guest) => {
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
  about: "recover: brings back what a failure takes",
  script: (words, grounds) => {
    if (words.length > 0) return misasked(`recover takes no words, and got "${words.join(" ")}".`);
    const { faults, detectionMs } = grounds;
    if (faults.length === 0) return misasked("Nothing fails that could be recovered. Say what fails.", "faults");
    const lastAt = Math.max(...faults.map(({ at }) => at ?? 0));
    const off = faults.flatMap(({ subject, what }) =>
      subject.kind === "node" && what.kind === "loses-power" ? [subject.node] : [],
    );
    const restore = faults.flatMap(({ subject, what }) =>
      subject.kind === "guest" && what.kind === "loses-disks" ? [subject.vmid] : [],
    );
    const wishes = { ...declaredIn(grounds), ...orderOf(grounds) };
    const script: Script<unknown> = async (pve, clock, tell) => {
      const before = await lookAt(pve, clock);
      await clock.sleep(lastAt - clock.now());
      if (detectionMs === undefined) tell({ kind: "says", what: "somebody acts at once: nobody says how soon" });
      else await acting(tell, "notice", "until somebody acts", () => clock.sleep(detectionMs));
      return recoverGuests(pve, clock, tell, { ...wishes, before, off, restore });
    };
    return { kind: "script", script };
  },
};

/** Only looks on: what HA and the schedulers do by themselves. */
const nothing: Rehearsable = {
  about: "nothing: only looks at what the cluster does by itself, for an hour after the last failure",
  script: (words, { faults }) =>
    words.length > 0
      ? misasked(`nothing takes no words, and got "${words.join(" ")}".`)
      : {
          kind: "script",
          script: async (_pve, clock) => {
            const last = Math.max(clock.now(), ...faults.map(({ at }) => at ?? 0));
            await clock.sleep(last - clock.now() + 3_600_000);
          },
        },
};

/** Procedures that can be rehearsed, by their words. */
export const rehearsableWords = ["drain", "recover", "nothing"] as const;
export type RehearsableWord = (typeof rehearsableWords)[number];

/** Everything that can be rehearsed but plans: a new procedure is one more row. */
export const rehearsables: Readonly<Record<RehearsableWord, Rehearsable>> = { drain, recover, nothing };
