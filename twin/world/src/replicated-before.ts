import { neverSynced } from "./job.ts";
import { guestOfReplication, replicatedDisks } from "./replication.ts";
import { defaultReplication, nextRunOf } from "./scheduler.ts";
import { addVolume, backingOf, findVolume, freeOf, storageOf, whyNotStorage } from "./volume.ts";
import type { World } from "./world.ts";

const day = 86_400_000;

/** When a schedule was last due by now; undefined where it was not within 40 days. */
const lastDue = (world: World, schedule: string): number | undefined => {
  for (let back = 60_000; back <= 40 * day; back *= 2) {
    let due: number | undefined;
    for (
      let next = nextRunOf(world, schedule, world.now - back);
      next !== undefined && next <= world.now;
      next = nextRunOf(world, schedule, next)
    )
      due = next;
    if (due !== undefined) return due;
  }
  return undefined;
};

/**
 * A replication job that was there before the world began: copies of its guest's disks are at its target, as of its last
 * sync, or of when it was last due where that is not told. False where there can be none: it never ran, the storage holds
 * no copies, or lacks the room.
 */
export const replicatedBefore = (world: World, id: string, lastSync?: number): boolean => {
  const job = world.jobs.replication[id];
  const guest = guestOfReplication(world, id);
  if (job === undefined || guest === undefined) return false;
  const at = lastSync ?? lastDue(world, `${job.options.schedule ?? defaultReplication}`);
  const target = `${job.options.target ?? ""}`;
  if (at === undefined || at === 0 || target === guest.node) return false;
  const copies = replicatedDisks(guest).map(({ volid }) => {
    const storage = storageOf(volid);
    const source = findVolume(world, guest.node, volid);
    const there = backingOf(world, target, storage);
    const fits = world.storages[storage]?.type === "zfspool" && whyNotStorage(world, target, storage) === undefined;
    return source === undefined || there === undefined || !fits ? undefined : { volume: source.volume, there };
  });
  const made = copies.flatMap((copy) => copy ?? []);
  if (made.length < copies.length || made.some(({ volume, there }) => freeOf(there) < volume.used)) return false;
  for (const { volume, there } of made) addVolume(world, there, { ...volume, ctime: at });
  world.jobs.replicationState[id] = { ...neverSynced(), ...world.jobs.replicationState[id], lastSync: at };
  world.jobs.replicationState[id].lastTry ||= at;
  return true;
};
