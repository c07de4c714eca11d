import type { Node } from "./node.ts";
import type { ActsFor } from "./outcome.ts";
import type { Step } from "./step.ts";
import type { Backing } from "./storage.ts";
import { copyStep } from "./transfer.ts";
import { charge } from "./volume.ts";
import { startTask } from "./worker.ts";
import type { World } from "./world.ts";

/** Share of a datastore's bytes that a garbage collection reads: indexes, and the times of chunks. */
const indexShare = 0.004;

/** Where the backup server's own work is counted: on the node that the datastore lies on, else on the first that is up. */
const hostOf = (world: World, { place }: Backing): Node | undefined => {
  const found =
    place.kind === "node"
      ? world.nodes[place.node]
      : Object.values(world.nodes).find(({ state }) => state.kind === "online");
  return found?.state.kind === "online" ? found : undefined;
};

const work = (world: World, id: string, type: string, steps: (backing: Backing, node: Node) => Step[]): void => {
  const backing = world.backings[id];
  const node = backing && hostOf(world, backing);
  if (backing && node && backing.health > 0)
    startTask(world, { node, type, id, user: "backup@pam", steps: steps(backing, node), silent: true });
};

const reading = (world: World, backing: Backing, node: Node, bytes: number): Step =>
  copyStep(world, {
    source: backing,
    from: node.name,
    to: node.name,
    bytes: Math.max(1, bytes),
    traffic: "backup",
    progress: { kind: "none" },
  });

/** A datastore frees the chunks that no backup needs any more. */
export const collectGarbage = (world: World, id: string): void =>
  work(world, id, "garbage_collection", (backing, node) => [
    reading(world, backing, node, (backing.used - backing.base) * indexShare),
    { do: "act", act: { kind: "datastore.collect", backing: id } },
  ]);

/** A datastore reads its backups again that were not verified in the last 30 days, and notes that they are sound. */
export const verifyBackups = (world: World, id: string): void =>
  work(world, id, "verificationjob", (backing, node) => [
    reading(
      world,
      backing,
      node,
      unverified(world, backing).reduce((sum, { used }) => sum + used, 0),
    ),
    { do: "act", act: { kind: "datastore.verified", backing: id } },
  ]);

const outdatedMs = 30 * 86_400_000;

const unverified = (world: World, backing: Backing) =>
  Object.values(backing.volumes).filter(
    ({ archive }) =>
      archive && (archive.verification.kind !== "ok" || world.now - archive.verification.at > outdatedMs),
  );

export const datastoreActs: ActsFor<"datastore.collect" | "datastore.verified"> = {
  "datastore.collect": (world, _task, { backing: id }) => {
    const backing = world.backings[id];
    if (!backing) return undefined;
    charge(world, backing, -backing.garbage);
    backing.garbage = 0;
    const jobs = world.jobs.datastores[id];
    if (jobs) jobs.lastGc = world.now;
    return undefined;
  },
  "datastore.verified": (world, task, { backing: id }) => {
    const backing = world.backings[id];
    if (!backing) return undefined;
    for (const { archive } of unverified(world, backing))
      if (archive) archive.verification = { kind: "ok", at: world.now, upid: task.upid };
    const jobs = world.jobs.datastores[id];
    if (jobs) jobs.lastVerify = world.now;
    return undefined;
  },
};
