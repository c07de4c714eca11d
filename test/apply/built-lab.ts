import { fileURLToPath } from "node:url";
import { type Applied, memoryJournal } from "@orrery/apply";
import { observe, type Scope } from "@orrery/collect";
import { loadDeclaration } from "@orrery/declaration";
import { type Plan, partsFor, planFor, refName } from "@orrery/plan";
import { hardwareOf } from "@orrery/twin-lab";
import { addVolume, backingOf, forkWorld, type Release, type World } from "@orrery/twin-world";
import type { OverTwin } from "../observe/observed-twin.ts";
import { applyOn, onTwin } from "./applied.ts";
import { handAt } from "./hand.ts";

const file = new URL("../../examples/astronomy-lab/decided.config.ts", import.meta.url);
const loaded = await loadDeclaration(fileURLToPath(file));
if (loaded.kind === "refused") throw new Error(JSON.stringify(loaded.problems));

/** The astronomy lab as it is to be built. */
export const { lab } = loaded;

/** What each secret is in these tests. */
export const secretOf = (place: string): string => `what-is-at-${place}`;

/** What a plan says still has to be done or is left over, in lines. */
export const openIn = ({ drift, actions, stuck, undecided }: Plan): string[] => [
  ...drift.map(({ object }) => `differs: ${refName(object)}`),
  ...actions.map(({ id }) => `to do: ${id}`),
  ...stuck.map(({ object, why }) => `stuck: ${refName(object)}: ${why}`),
  ...undecided.map(({ object }) => `undecided: ${refName(object)}`),
];

/** Proxmox VE has no job for it: the declaration's policy is carried out by a timer on each node. */
export const stated = ["undecided: backup job configuration"];

const scopeOf = (release: Release): Scope => {
  const { cluster, nodes, guestFirewalls } = partsFor(lab, release);
  return { cluster, nodes, guestFiles: true, guestFirewalls: guestFirewalls ? "in force" : "none" };
};

/** What the declaration asks for, on a cluster read as `orrery plan` reads it. */
export const planLab = async ({ clock, pve, world }: OverTwin): Promise<Plan> => {
  const { state } = await clock.drive(observe(pve, clock, { scope: scopeOf(world.release) }));
  return planFor(lab, state, clock.now());
};

/** Applies a plan whatever it risks, with what it needs consent for named. */
export const applyAll = (twin: OverTwin, plan: Plan): Promise<Applied> =>
  applyOn(twin, {
    plan,
    journal: memoryJournal(),
    window: "now",
    secrets: (place) => Promise.resolve(secretOf(place)),
    keepSecret: () => Promise.resolve(),
    consents: plan.actions.flatMap(({ consent }) => consent ?? []),
  });

export type Built = { readonly world: World; readonly plan: Plan; readonly applied: Applied; readonly asked: number };

const images = ["ubuntu-24.04.raw", "server-2025.raw"];

/** The lab's hardware as the installer leaves it, with the images on node05 that templates are made of. */
export const bareLab = (release: Release = "9.2"): World => {
  const world = hardwareOf(lab, { release });
  const backing = backingOf(world, "node05", "local");
  if (backing === undefined) throw new Error("node05 has no local storage");
  for (const image of images)
    addVolume(world, backing, {
      volid: `local:import/${image}`,
      storage: "local",
      content: "import",
      format: "raw",
      size: 32 * 2 ** 30,
      used: 3 * 2 ** 30,
      ctime: world.now,
      protected: false,
    });
  return world;
};

/** Somebody who may do anything, declares nothing, and is nobody of ours. */
export const somebody = "eve@pve";

const build = async (): Promise<Built> => {
  const twin = onTwin(bareLab());
  const plan = await planLab(twin);
  const before = twin.asked.length;
  const applied = await applyAll(twin, plan);
  const asked = twin.asked.length - before;
  // HA has taken up what it manages, and the first replication has run.
  await twin.clock.drive(twin.clock.sleep(20 * 60_000));
  const root = handAt(twin, "root@pam");
  await root.ask("POST", "/access/users", { userid: somebody });
  await root.ask("PUT", "/access/acl", { path: "/", roles: "Administrator", users: somebody });
  return { world: twin.world, plan, applied, asked };
};

let built: Promise<Built> | undefined;

/** The lab, built from bare hardware by one plan: once, however often it is asked for. */
export const builtLab = (): Promise<Built> => {
  built ??= build();
  return built;
};

/** A twin of the built lab that goes its own way. */
export const aBuiltLab = async (): Promise<OverTwin> => onTwin(forkWorld((await builtLab()).world));
