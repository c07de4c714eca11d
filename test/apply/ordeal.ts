import { memoryJournal, type Outcome, pastOf, recordsOf } from "@orrery/apply";
import { everything, observe } from "@orrery/collect";
import { type PveReply, type PveRequest, type PveVersion, proxmoxOver } from "@orrery/contract";
import type { Lab } from "@orrery/model";
import { type Call, type Plan, planFor } from "@orrery/plan";
import { worldOf } from "@orrery/twin-lab";
import { addVolume, backingOf, fault, forkWorld, type World } from "@orrery/twin-world";
import fc from "fast-check";
import type { OverTwin } from "../observe/observed-twin.ts";
import { applyOn, Died, dying, onTwin } from "./applied.ts";
import { handAt } from "./hand.ts";
import { type Declared, labOf, someChange } from "./some-declaration.ts";

/** What goes wrong while a plan is applied. Seconds after its begin, and how long it lasts. */
type Trouble =
  | {
      readonly kind: "api";
      readonly path: string;
      readonly how: "fails" | "resets" | "delays";
      readonly at: number;
      readonly lasts: number;
    }
  | { readonly kind: "node"; readonly node: string; readonly at: number; readonly lasts: number }
  | { readonly kind: "lock"; readonly vmid: number; readonly at: number; readonly lasts: number }
  | { readonly kind: "task"; readonly node: string; readonly type: string };

const at = fc.integer({ min: 0, max: 20 });
const lasts = fc.integer({ min: 1, max: 120 });

const someTrouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    kind: fc.constant("api" as const),
    path: fc.constantFrom("/", "/nodes/pve1", "/nodes/pve2/qemu", "/pools", "/access", "/cluster"),
    how: fc.constantFrom("fails" as const, "resets" as const, "delays" as const),
    at,
    lasts,
  }),
  fc.record({ kind: fc.constant("node" as const), node: fc.constantFrom("pve2", "pve3"), at, lasts }),
  fc.record({ kind: fc.constant("lock" as const), vmid: fc.constantFrom(101, 102, 103), at, lasts }),
  fc.record({
    kind: fc.constant("task" as const),
    node: fc.constantFrom("pve1", "pve2", "pve3"),
    type: fc.constantFrom("qmcreate", "qmstart", "qmconfig", "qmigrate", "qmshutdown", "qmdestroy", "resize"),
  }),
);

const befall = (world: World, trouble: Trouble): void => {
  const during =
    "at" in trouble
      ? { at: world.now + trouble.at * 1000, until: world.now + (trouble.at + trouble.lasts) * 1000 }
      : {};
  switch (trouble.kind) {
    case "api": {
      const what = {
        fails: { kind: "api-fails", status: 500, reason: "something went wrong" },
        resets: { kind: "api-resets" },
        delays: { kind: "api-delays", ms: 4000 },
      } as const;
      fault(world, { subject: { kind: "path", path: trouble.path }, what: what[trouble.how], ...during });
      return;
    }
    case "node":
      fault(world, { subject: { kind: "node", node: trouble.node }, what: { kind: "loses-power" }, ...during });
      return;
    case "lock":
      if (world.guests[trouble.vmid] === undefined) return;
      fault(world, {
        subject: { kind: "guest", vmid: trouble.vmid },
        what: { kind: "stays-locked", lock: "backup" },
        ...during,
      });
      return;
    case "task":
      fault(world, {
        subject: { kind: "node", node: trouble.node },
        what: { kind: "task-fails", type: trouble.type, share: 0.5, message: "it went wrong half way" },
        at: world.now,
        until: world.now + 300_000,
      });
      return;
  }
};

/** A backup of each guest that somebody has verified. */
const backUp = (world: World): void => {
  const backing = backingOf(world, "pve1", "pbs");
  if (backing === undefined) throw new Error("the backup server is not in the twin");
  for (const vmid of Object.keys(world.guests)) {
    const volid = `pbs:backup/vm/${vmid}/2026-11-20T02:00:00Z`;
    addVolume(world, backing, {
      volid,
      storage: "pbs",
      content: "backup",
      format: "pbs-vm",
      size: 2 ** 30,
      used: 2 ** 29,
      ctime: Date.UTC(2026, 10, 20, 2),
      protected: false,
      vmid: Number(vmid),
    });
  }
};

const backupsOf = (world: World): string[] =>
  Object.values(world.backings)
    .flatMap(({ volumes }) => Object.values(volumes))
    .flatMap(({ volid, content }) => (content === "backup" ? [volid] : []))
    .toSorted();

const planOf = async ({ clock, pve }: OverTwin, lab: Lab): Promise<Plan> => {
  const { state } = await clock.drive(observe(pve, clock, { scope: everything }));
  return planFor(lab, state, clock.now());
};

const filled = ({ path, parameters }: Call): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    return encodeURIComponent(typeof value === "string" || typeof value === "number" ? value : "");
  });

/** Every way in which a plan may write to the cluster. */
const plannedCalls = ({ actions }: Plan): ReadonlySet<string> =>
  new Set(
    actions
      .flatMap(({ calls, rollback = [], takeBack = [] }) => [...calls, ...rollback, ...takeBack])
      .map((call) => `${call.method} ${filled(call)}`),
  );

/** Holds what is sent against the plan, and against what was recorded before. */
const watched = (twin: OverTwin, plan: Plan, journal: ReturnType<typeof memoryJournal>) => {
  const calls = plannedCalls(plan);
  const broken: string[] = [];
  let sent = 0;
  const send = (request: PveRequest): Promise<PveReply> => {
    if (request.method !== "GET") {
      const line = `${request.method} ${request.path}`;
      if (!calls.has(line)) broken.push(`${line} is in no plan`);
      sent += 1;
      if (journal.records.filter(({ kind }) => kind === "sending").length < sent)
        broken.push(`${line} was sent before it was recorded`);
    }
    return twin.send(request);
  };
  const pve = proxmoxOver<PveVersion>(twin.world.release, { send }, twin.clock);
  return { twin: { ...twin, pve, send }, broken };
};

const consentsOf = (plan: Plan): string[] => plan.actions.flatMap(({ consent }) => consent ?? []);

/** What goes against the law that a plan whose base has moved is refused: somebody changes a guest that it is about. */
const refusedWhenMoved = async (world: World, plan: Plan): Promise<string[]> => {
  const about = plan.base.objects.find(({ object, properties }) => object.kind === "guest" && properties !== null);
  const guest = about === undefined ? undefined : world.guests[about.object.id];
  if (about === undefined || guest === undefined) return [];
  const twin = onTwin(forkWorld(world));
  const at = { node: guest.node, vmid: about.object.id };
  await handAt(twin, "root@pam").ask("PUT", "/nodes/{node}/qemu/{vmid}/config", { ...at, memory: 3072 });
  const applied = await applyOn(twin, { plan, window: "now", consents: consentsOf(plan) });
  const isRefused = applied.kind === "refused" && applied.problems.every(({ kind }) => kind === "moved");
  const isUntouched = twin.asked.every((line) => line.startsWith("GET "));
  return isRefused && isUntouched ? [] : [`${about.object.id} had another memory size, and the plan was begun`];
};

/** Applies a plan by a process that is killed at these points, one after another, and gone on with each time. */
const applyThrough = async (
  twin: OverTwin,
  plan: Plan,
  kills: readonly number[],
): Promise<{ broken: readonly string[]; outcomes: Readonly<Record<string, Outcome>> }> => {
  let outcomes: Readonly<Record<string, Outcome>> = {};
  const journal = memoryJournal();
  const { twin: seen, broken } = watched(twin, plan, journal);
  for (const kill of [...kills, Number.POSITIVE_INFINITY]) {
    const past = pastOf(recordsOf(journal.records));
    if (past.plan !== undefined && past.finished) break;
    const mortal = dying(seen, journal, kill);
    try {
      const applied = await applyOn(mortal.twin, {
        plan,
        journal: mortal.journal,
        window: "now",
        consents: consentsOf(plan),
        resume: past.plan !== undefined,
        patience: { callMs: 20_000, seeMs: 20_000 },
      });
      if (applied.kind === "applied") outcomes = applied.outcomes;
    } catch (error) {
      // A cluster that cannot be reached at all is an end as well: nothing was begun, or all is in the journal.
      if (!(error instanceof Died) && !(error instanceof Error && error.name === "PveError")) throw error;
    }
  }
  return { broken, outcomes };
};

export const someOrdeal = fc.record({
  change: someChange,
  troubles: fc.array(someTrouble, { maxLength: 3 }),
  kills: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 2 }),
});

/** A node that dies in the middle of a task leaves its guest locked: Proxmox leaves it to a person to say that it is over. */
const unlockAll = async (twin: OverTwin): Promise<void> => {
  const { ask } = handAt(twin, "root@pam");
  for (const [vmid, { config, node, kind }] of Object.entries(twin.world.guests))
    if (config.lock !== undefined)
      await ask("PUT", `/nodes/{node}/${kind}/{vmid}/config`, { node, vmid, delete: "lock", skiplock: 1 });
};

type Ordeal = {
  readonly change: { readonly before: Declared; readonly after: Declared };
  readonly troubles: readonly Trouble[];
  readonly kills: readonly number[];
};

type End = {
  /** What went against a law. */
  readonly broken: readonly string[];
  /** What a plan still asks for when all trouble is over and it was applied again. */
  readonly left: readonly string[];
};

const quietMs = 45 * 60_000;

/** Builds a twin, has it changed amid trouble, lets the trouble pass, and has it changed once more. */
export const undergo = async ({ change, troubles, kills }: Ordeal): Promise<End> => {
  const world = worldOf(labOf(change.before));
  backUp(world);
  const after = labOf(change.after);
  const twin = onTwin(world);
  const backups = backupsOf(world);
  const plan = await planOf(twin, after);
  const broken: string[] = [];
  if (consentsOf(plan).length > 0) {
    const refused = await applyOn(twin, { plan, window: "now" });
    if (refused.kind !== "refused") broken.push("what needs consent was begun without");
  }
  broken.push(...(await refusedWhenMoved(world, plan)));
  for (const trouble of troubles) befall(world, trouble);
  broken.push(...(await applyThrough(twin, plan, kills)).broken);
  await twin.clock.drive(twin.clock.sleep(quietMs));
  await unlockAll(twin);
  let left: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const next = await planOf(twin, after);
    left = next.actions.map(({ id }) => id);
    if (left.length === 0) {
      left = next.stuck.map(({ object, why }) => `${object.kind} ${object.id}: ${why}`);
      break;
    }
    const { outcomes, ...again } = await applyThrough(twin, next, []);
    left = left.map((id) => `${id}: ${JSON.stringify(outcomes[id])}`);
    broken.push(...again.broken);
    await twin.clock.drive(twin.clock.sleep(60_000));
  }
  for (const volid of backups) if (!backupsOf(world).includes(volid)) broken.push(`${volid} is gone`);
  return { broken, left };
};
